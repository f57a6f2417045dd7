"""What is taught, to whom, for whom."""

from courses.models.actions import TrainingAction
from courses.models.choices import (
    ActionState,
    ActivityType,
    AttendancePolicy,
    Environment,
    Line,
)
from courses.models.courses import Course, Modality
from courses.models.enrolments import Enrolment
from courses.models.feeds import CalendarFeed
from courses.models.people import Company, Intermediary, Participant
from courses.models.rosters import (
    LinkDelivery,
    LinkWay,
    NameOrder,
    RosterImport,
    RosterUpload,
)

__all__ = [
    "ActionState",
    "ActivityType",
    "AttendancePolicy",
    "CalendarFeed",
    "Company",
    "Course",
    "Enrolment",
    "Environment",
    "Intermediary",
    "Line",
    "LinkDelivery",
    "LinkWay",
    "Modality",
    "NameOrder",
    "Participant",
    "RosterImport",
    "RosterUpload",
    "TrainingAction",
]
