"""The page of an action's percentages: a drawing, what it says, the table behind."""

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Q

from attendance.percentages import with_per_cent
from attendance.pictures.distribution import (
    Bar,
    Distribution,
    blocks,
    distribute,
    ticks,
)
from courses.models import Enrolment, TrainingAction

TALL: Final = 220  # pixels


@dataclass(frozen=True)
class Shape:
    """A bar in the drawing: across in per cent, up in pixels."""

    name: str
    x: str
    width: str
    y: str
    height: str


@dataclass(frozen=True)
class DistributionPage:
    """What the template shows."""

    drawn: Distribution
    exempt: int
    adjusted: int
    tall: int

    @property
    def shapes(self) -> list[Shape]:
        """The bars."""
        return [
            Shape(
                one.name,
                f"{one.x:.4f}%",
                f"{one.width:.4f}%",
                f"{one.y * TALL / 100:.2f}",
                f"{one.height * TALL / 100:.2f}",
            )
            for one in blocks(self.drawn)
        ]

    @property
    def counts(self) -> list[tuple[str, str, str]]:
        """The numbers above the bars: where, how high, which."""
        place = 100 / len(self.drawn.bars)
        return [
            (
                f"{(number + 0.5) * place:.4f}%",
                f"{(1 - bar.people / self.drawn.most) * TALL - 6:.2f}",
                str(bar.people),
            )
            for number, bar in enumerate(self.drawn.bars)
            if bar.people
        ]

    @property
    def ticks(self) -> list[tuple[int, str]]:
        """The percentages below."""
        return [(word, f"{x:.4f}%") for word, x in ticks(self.drawn)]

    @property
    def line(self) -> str:
        """Where the threshold stands."""
        return f"{self.drawn.line:.4f}%"

    @property
    def words(self) -> str:
        """What the drawing says, in one sentence."""
        drawn = self.drawn
        return f"{drawn.below} de {drawn.people} bajo {drawn.threshold} %"

    @property
    def filled(self) -> list[Bar]:
        """The bars that hold anybody."""
        return [bar for bar in self.drawn.bars if bar.people]


def distribution_page(action: TrainingAction) -> DistributionPage:
    """Count the participants of `action` by percentage.

    Those exempt from registering attendance are told apart, not counted [choice].
    """
    enrolments = Enrolment.objects.filter(action=action)
    people = (
        with_per_cent(enrolments.filter(exempt=False))
        .values_list("per_cent")
        .annotate(people=Count("pk"))
        .order_by()
    )
    adjusted = ~Q(attendance_total__adjusted_seconds=0)
    besides: dict[str, Any] = enrolments.aggregate(
        exempt=Count("pk", filter=Q(exempt=True)),
        adjusted=Count("pk", filter=adjusted & Q(attendance_total__isnull=False)),
    )
    threshold = action.course.training_body.attendance_threshold
    drawn = distribute(dict(people), threshold=threshold)
    return DistributionPage(drawn, **besides, tall=TALL)
