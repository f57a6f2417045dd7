"""Actions of the demo: always around today, as long as nobody has touched them."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast

from courses.models import Course, TrainingAction
from otec_portal.core.models import AuditEntry

Days = tuple[date, date]  # the first and the last, in Santiago
_NAMES: Final = uuid.uuid5(uuid.NAMESPACE_DNS, "demo.otec-portal.example")


def identity(name: str) -> uuid.UUID:
    """Return the public id of what the demo calls `name`: the same on every machine."""
    return uuid.uuid5(_NAMES, name)


def make_action(
    course: Course, code: str, days: Mapping[str, Days], **values: Any
) -> TrainingAction:
    """Make the action `code` of `course`, held on its `days`."""
    first, last = days[code]
    made: TrainingAction = TrainingAction.objects.create(
        public_id=identity(code),
        course=course,
        action_code=code,
        starts_on=first,
        ends_on=last,
        **values,
    )
    return made


def move_actions(days: Mapping[str, Days]) -> None:
    """Bring the actions that are there to their `days`.

    But for those that somebody has changed, whatever it was, and those whose
    certificate was emitted or that were liquidated or annulled.
    """
    touched = AuditEntry.objects.filter(
        target_type=TrainingAction._meta.label,
        target_id=Cast(OuterRef("pk"), CharField()),
    )
    movable = TrainingAction.objects.filter(
        ~Exists(touched), frozen_at=None, real_ends_on=None, decision=""
    )
    for code, (first, last) in days.items():
        mine = movable.filter(public_id=identity(code))
        mine.update(starts_on=first, ends_on=last)
