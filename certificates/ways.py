"""Where what the rules tell is put right, as far as whoever reads may go there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from certificates.rules import Notice, Way
from courses.models import TrainingAction
from otec_portal.core.models import Membership
from otec_portal.core.permissions import Permission, allowed


@dataclass(frozen=True)
class Place:
    """A page, who may open it, and what its link says. `of`: whose id it carries."""

    view: str
    permission: Permission
    label: str
    of: str = ""


PLACES: Final = {
    Way.ACTION: Place(
        "courses:action", Permission.VIEW_COURSES, "Ver la acción", "action"
    ),
    Way.DATA: Place(
        "courses:edit_action", Permission.EDIT_COURSES, "Corregir la acción", "action"
    ),
    Way.ROSTER: Place(
        "attendance:participants",
        Permission.VIEW_SESSIONS,
        "Ver los participantes",
        "action",
    ),
    Way.SESSIONS: Place(
        "attendance:sessions", Permission.VIEW_SESSIONS, "Ver las sesiones"
    ),
    Way.CLASSES: Place(
        "attendance:classes", Permission.VIEW_SESSIONS, "Ver las clases", "action"
    ),
    Way.COURSE: Place(
        "courses:edit_course", Permission.EDIT_COURSES, "Corregir el curso", "course"
    ),
    Way.TRAINING_BODY: Place(
        "training_body", Permission.EDIT_TRAINING_BODY, "Completar los datos"
    ),
    Way.RECONCILIATION: Place(
        "attendance:reconciliation", Permission.RECONCILE, "Conciliar", "action"
    ),
    Way.REVIEW: Place(
        "attendance:receipts", Permission.REVIEW_RECEIPTS, "Ver lo que falta revisar"
    ),
}
ELSEWHERE: Final = {
    Way.TRAINING_BODY: "Los completa el Administrador Nacional de la OTEC.",
}


@dataclass(frozen=True)
class Advice:
    """A notice with the way to mend it; `url` "" where this reader has none."""

    notice: Notice
    url: str = ""
    label: str = ""
    who: str = ""


def advise(
    notices: Sequence[Notice], *, action: TrainingAction, acting: Membership
) -> list[Advice]:
    """Return `notices` with links to those places that `acting` may open."""
    return [_advice(notice, action, acting) for notice in notices]


def _advice(notice: Notice, action: TrainingAction, acting: Membership) -> Advice:
    place = PLACES.get(notice.way)
    if place is None or not allowed(acting, place.permission):
        return Advice(notice, who=ELSEWHERE.get(notice.way, ""))
    ids = {"action": action.public_id, "course": action.course.public_id}
    url = reverse(place.view, args=[ids[place.of]] if place.of else [])
    if notice.way == Way.SESSIONS:
        url += f"?who={action.action_code}"
    return Advice(notice, url=url, label=place.label)
