"""Actions whose term comes near, as the home page tells them.

What is at stake in them is the ladder's matter; the SQL here finds them among many, and
a test holds both together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import (
    Case,
    Q,
    QuerySet,
    SmallIntegerField,
    Sum,
    Value,
    When,
    Window,
)
from django.urls import reverse

from courses.ladder import NEAR, VERY_NEAR, Kind, Ladder, Stake
from courses.ladder_words import headline, nearness, what_of
from courses.models import Environment, TrainingAction
from courses.outlook import CERTIFICATE
from courses.standing import ladders_of
from courses.terms import LAST, LIQUIDATION, ORDINARY
from otec_portal.core.attention import Example, Urgency, first_of
from otec_portal.core.pesos import in_pesos


def _near(term: int) -> dict[int, int]:
    """Return the days after day 0 on which `term` is near, and how many are left."""
    return {day: term - day for day in range(term - NEAR, term + 1)}


# by day after day 0 how many are left of the term; once the ordinary one is over the
# last one is what counts, however far
DAYS_LEFT: Final[Mapping[Stake, Mapping[int, int]]] = {
    Stake.EMIT: _near(ORDINARY)
    | {day: LAST - day for day in range(ORDINARY + 1, LAST + 1)},
    Stake.OTIC: _near(ORDINARY),
    Stake.LIQUIDATE: _near(LIQUIDATION),
}
_KINDS: Final = {Stake.OTIC: Kind.ORDINARY, Stake.LIQUIDATE: Kind.LIQUIDATION}


@dataclass(frozen=True)
class Pressing:
    """How many actions there are, the first of them, and how soon.

    `money` is at stake in all of them whose value is known; None where none's is.
    """

    count: int
    urgency: Urgency
    examples: Sequence[Example]
    money: int | None


def near(
    actions: QuerySet[TrainingAction], stake: Stake, *, today: date
) -> QuerySet[Any]:
    """Return those of `actions` in which `stake` is near, with `days_left`.

    What has to be emitted is not yet the OTIC's matter: to emit comes first [choice].
    Actions in production alone, neither liquidated nor annulled.
    """
    days = DAYS_LEFT[stake]
    emit = CERTIFICATE.outlook.to_be_emitted()
    of_stake = {
        Stake.EMIT: emit,
        Stake.OTIC: ~emit & Q(intermediary__isnull=False),
        Stake.LIQUIDATE: Q(),
    }[stake]
    first, last = today - timedelta(max(days)), today - timedelta(min(days))
    return actions.filter(
        of_stake,
        day_zero__range=(first, last),
        decision="",
        environment=Environment.PRODUCTION,
    ).annotate(
        days_left=Case(
            *[
                When(day_zero=today - timedelta(day), then=Value(left))
                for day, left in days.items()
            ],
            output_field=SmallIntegerField(),
        )
    )


def pressing(
    actions: QuerySet[TrainingAction], stake: Stake, *, page: str, today: date
) -> Pressing:
    """Tell those of `actions`, which come with their courses, in which `stake` is near.

    The nearest come first, and decide how soon. `page` is the name of the address to
    which each example leads. Two queries.
    """
    found = near(actions, stake, today=today).annotate(money=Window(Sum("value")))
    rows = found.order_by("days_left", "pk")
    first, count = first_of(rows)
    ladders = ladders_of(first, today=today)
    now = bool(first) and first[0].days_left <= VERY_NEAR
    return Pressing(
        count,
        Urgency.NOW if now else Urgency.SOON,
        [
            Example(
                f"{one.action_code} · {one.course.name}: "
                f"{_words(ladders[one.pk], stake)}{_money(one, stake)}",
                reverse(page, args=[one.public_id]),
            )
            for one in first
        ],
        money=first[0].money if first else None,
    )


def _words(one: Ladder, stake: Stake) -> str:
    step = one.step(_KINDS[stake]) if stake in _KINDS else None
    if step is None:
        return headline(one).text
    return f"{what_of(step, one)}: {nearness(step, one)}"


def _money(action: TrainingAction, stake: Stake) -> str:
    """Return what is at stake where the liquidation is, "" where nobody said it."""
    if stake != Stake.LIQUIDATE or action.value is None:
        return ""
    return f", {in_pesos(action.value)} en juego"
