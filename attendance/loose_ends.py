"""What of an action's attendance is still open, before it is certified."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max, Q

from attendance.models import (
    LIVE,
    ClassState,
    Receipt,
    SenceSession,
    SessionState,
    TrainingClass,
)
from attendance.models.session_states import counts_as_attendance
from courses.models import TrainingAction


@dataclass(frozen=True)
class LooseEnds:
    """How many of each there are in one action."""

    live: int = 0  # sessions that SENCE may still answer
    open_classes: int = 0
    expired: int = 0  # sessions that nobody closed: they count nothing
    unreconciled: int = 0  # sessions that count and are in no export of SENCE's
    to_review: int = 0  # answers of SENCE that wait for a person
    last_mark_at: datetime | None = None  # when the last session that counts began
    last_class_at: datetime | None = None  # when the last class that was held began


def loose_ends(actions: Iterable[TrainingAction]) -> defaultdict[int, LooseEnds]:
    """Return what is open in each of `actions`, by its key. Three queries."""
    keys = [action.pk for action in actions]
    found: defaultdict[int, LooseEnds] = defaultdict(LooseEnds)
    for source in (_sessions(keys), _classes(keys), _receipts(keys)):
        for row in source:
            key = row.pop("of")
            found[key] = replace(found[key], **row)
    return found


def _sessions(keys: list[int]) -> Iterable[Any]:
    return (
        SenceSession.objects.filter(
            enrolment__action__in=keys,
            environment=F("enrolment__action__environment"),
        )
        .order_by()
        .values(of=F("enrolment__action"))
        .annotate(
            live=Count("pk", filter=Q(state__in=LIVE)),
            expired=Count("pk", filter=Q(state=SessionState.EXPIRED)),
            unreconciled=Count(
                "pk", filter=counts_as_attendance() & Q(reconciliation=None)
            ),
            last_mark_at=Max("opened_at", filter=counts_as_attendance()),
        )
    )


def _classes(keys: list[int]) -> Iterable[Any]:
    return (
        TrainingClass.objects.filter(action__in=keys)
        .exclude(state=ClassState.ANNULLED)
        .order_by()
        .values(of=F("action"))
        .annotate(
            open_classes=Count("pk", filter=Q(state=ClassState.OPEN)),
            last_class_at=Max("started_at"),
        )
    )


def _receipts(keys: list[int]) -> Iterable[Any]:
    return (
        Receipt.objects.filter(session__enrolment__action__in=keys)
        .awaiting_review()
        .order_by()
        .values(of=F("session__enrolment__action"))
        .annotate(to_review=Count("pk"))
    )
