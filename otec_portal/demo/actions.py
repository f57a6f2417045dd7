"""Actions of the demo: always around today, as long as they can change."""

from typing import Any

from courses.models import Course, TrainingAction

DATES = ("starts_on", "ends_on")


def load_action(course: Course, code: str, **values: Any) -> TrainingAction:
    """Return the action `code` of `course`, made with `values` if it is not there.

    One that is there is moved to the dates in `values`, but for one whose certificate
    was emitted, or that was liquidated or annulled.
    """
    row, new = TrainingAction.objects.get_or_create(
        course=course, action_code=code, defaults=values
    )
    if not new:
        movable = TrainingAction.objects.filter(
            pk=row.pk, frozen_at=None, real_ends_on=None, decision=""
        )
        movable.update(**{name: values[name] for name in DATES})
        row.refresh_from_db(fields=DATES)
    return row
