"""The kinds of addresses by who may open them, and what every room's rows hang on."""

from typing import NamedTuple

from attendance.models import SenceSession
from courses.models import Enrolment, TrainingAction
from otec_portal.core.models import TrainingBody

ANYONE, OPERATOR, PARTICIPANT, CALLBACK = (
    "anyone",
    "operator",
    "participant",
    "callback",
)
REVIEWER, EDITOR = "reviewer", "editor"
DEEDS = (REVIEWER, EDITOR)
OWN = "own"  # one's own account, whatever the profile
NATIONAL = "national"  # of the whole training body
TEACHER = "teacher"  # every role: a deed, not a page
UPLOADER = "uploader"  # what is kept for the one who uploaded it
OFFICE = "office"  # SENCE's regional office, and nobody else


class Scene(NamedTuple):
    """A session of our training body; the names shown with it say Ñusta."""

    body: TrainingBody
    session: SenceSession

    @property
    def enrolment(self) -> Enrolment:
        return self.session.enrolment

    @property
    def action(self) -> TrainingAction:
        return self.enrolment.action
