"""What was held of a partial or complementary action, and what to type at SENCE."""

from zoneinfo import ZoneInfo

from django.conf import settings

from attendance.credit import whole_seconds
from attendance.models import SenceSession, TrainingClass
from courses.models import ActivityType, TrainingAction
from liquidation.proportion import (
    ComplementaryProposal,
    Executed,
    PartialProposal,
    grouped,
    propose_complementary,
    propose_partial,
)


def executed_of(action: TrainingAction) -> Executed:
    """Return the classes held and the sessions that count. Two queries."""
    classes = TrainingClass.objects.filter(action=action).held()
    sessions = SenceSession.objects.counting().filter(enrolment__action=action)
    return Executed(
        [
            whole_seconds(start, end)
            for start, end in classes.values_list("started_at", "ended_at")
            if end is not None
        ],
        grouped(
            (enrolment, whole_seconds(start, end))
            for enrolment, start, end in sessions.values_list(
                "enrolment", "opened_at", "closed_at"
            )
            if start is not None and end is not None
        ),
    )


def partial_proposal(action: TrainingAction) -> PartialProposal | None:
    """Return what to type for `action`, if it is a partial one."""
    if action.activity_type != ActivityType.PARTIAL:
        return None
    return propose_partial(
        executed_of(action),
        year=action.starts_on.year,
        accredited=action.course.hours,
        zone=ZoneInfo(settings.TIME_ZONE),
    )


def complementary_proposal(action: TrainingAction) -> ComplementaryProposal | None:
    """Return what to type for `action`, if it is a complementary one."""
    if action.activity_type != ActivityType.COMPLEMENTARY:
        return None
    related = action.related_action
    partial = partial_proposal(related) if related else None
    return propose_complementary(
        executed_of(action),
        accredited=action.course.hours,
        partial_hours=partial.hours if partial else None,
        zone=ZoneInfo(settings.TIME_ZONE),
    )
