"""On which level the recorded hours stand (protocol.md, "How much a mark is worth").

SenceSession.level says it of one session, this of many in one statement; a test holds
the two against each other.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypedDict, cast

from django.db.models import Case, DurationField, Exists, F, OuterRef, QuerySet, Sum
from django.db.models.expressions import Value, When

from attendance.models import CallbackKind, Level, Receipt, SenceSession
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
    return _in_order(dict(_times(sessions, "worth")))


def time_by_level_of(actions: Iterable[int]) -> defaultdict[int, list[LevelTime]]:
    """Return how the time of those who are certified stands, by action's key.

    In one statement for all of `actions`, which are keys.
    """
    certified = SenceSession.objects.filter(
        enrolment__action__in=list(actions), enrolment__exempt=False
    )
    found: defaultdict[int, dict[str, timedelta]] = defaultdict(dict)
    for action, level, time in _times(certified, "enrolment__action", "worth"):
        found[action][level] = time
    told: defaultdict[int, list[LevelTime]] = defaultdict(list)
    told.update({action: _in_order(times) for action, times in found.items()})
    return told


def _times(sessions: SenceSessionQuerySet, *by: str) -> Iterable[Any]:
    """Return the time of those of `sessions` that count, summed by the fields `by`."""
    time = Sum(F("closed_at") - F("opened_at"), output_field=DurationField())
    return with_level(sessions.counting()).values_list(*by).annotate(time=time)


def _in_order(times: Mapping[str, timedelta]) -> list[LevelTime]:
    return [
        LevelTime(level, int(times[level].total_seconds()))
        for level in Level
        if level in times
    ]


def _came_back(kind: CallbackKind) -> Exists:
    return Exists(
        Receipt.objects.confirming().filter(
            session=OuterRef("nonce"), kind=kind, browser_return__own=True
        )
    )
