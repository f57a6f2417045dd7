"""On which level the recorded hours stand (protocol.md, "How much a mark is worth").

SenceSession.level says it of one session, this of many in one statement; a test holds
the two against each other.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict, cast

from django.db.models import Case, DurationField, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.expressions import Value, When

from attendance.models import CallbackKind, Level, Receipt, SenceSession, Verdict
from attendance.models.receipts import BELIEVED
from attendance.models.sessions import SenceSessionQuerySet

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


class Leveled(TypedDict):
    """What `with_level` adds to a session."""

    worth: str


@dataclass(frozen=True)
class LevelTime:
    """How much recorded time stands on a level."""

    level: Level
    seconds: int


def with_level(
    sessions: SenceSessionQuerySet,
) -> "QuerySet[WithAnnotations[SenceSession, Leveled]]":
    """Add `worth`, their level, to sessions with a confirmed start and close."""
    leveled: Any = sessions.annotate(
        worth=Case(
            When(reconciliation__isnull=False, then=Value(Level.RECONCILED.value)),
            When(
                _came_back(CallbackKind.START_CONFIRMED)
                & _came_back(CallbackKind.CLOSE_CONFIRMED),
                then=Value(Level.LINKED.value),
            ),
            default=Value(Level.RECEIVED.value),
        )
    )
    return cast("QuerySet[WithAnnotations[SenceSession, Leveled]]", leveled)


def time_by_level(sessions: SenceSessionQuerySet) -> list[LevelTime]:
    """Return how the time of those of `sessions` that count stands, lowest first."""
    found = dict(
        with_level(sessions.counting())
        .values_list("worth")
        .annotate(
            time=Sum(F("closed_at") - F("opened_at"), output_field=DurationField())
        )
    )
    return [
        LevelTime(level, int(found[level].total_seconds()))
        for level in Level
        if level in found
    ]


def _came_back(kind: CallbackKind) -> Exists:
    return Exists(
        Receipt.objects.filter(
            Q(decision__outcome__in=BELIEVED) | Q(review__verdict=Verdict.ACCEPTED),
            session=OuterRef("nonce"),
            kind=kind,
            browser_return__own=True,
        )
    )
