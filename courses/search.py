"""Finding a course: which actions fit (domain.md, "Finding a course")."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from django.db.models import Case, Q, QuerySet, SmallIntegerField, Value, When
from django.db.models.enums import TextChoices

from courses.models import ActionState, Enrolment, Line, Participant, TrainingAction
from courses.models.choices import DECISIONS
from courses.models.people import meant_by
from otec_portal.core import rut
from otec_portal.core.folding import fold
from otec_portal.core.models import Membership, TrainingBody

_SHOWN: Final = (
    *("public_id", "action_code", "line", "starts_on", "ends_on", "decision"),
    *("activity_type", "real_ends_on", "environment", "intermediary"),  # its terms
    *("course__sence_code", "course__name", "course__hours"),
)


FACTS: Final = (  # of each course that is found, in the order of domain.md
    "Código Curso",
    "Código SENCE",
    "Curso",
    "Programa",
    "Horas Acreditadas",
    "Fecha Inicio",
    "Fecha Término",
)


class Criterion(TextChoices):
    """By what a course is sought; the values stand in addresses."""

    ACTION = "curso", "Curso (código o ID de acción)"
    SENCE_CODE = "codigo_sence", "Código SENCE"
    REGION = "region", "Región"
    PARTICIPANT = "participante", "Participante"
    TRAINING_BODY = "entidad_capacitadora", "Entidad capacitadora"
    SUPERVISOR = "entidad_supervisora", "Entidad supervisora"


def actions_in(membership: Membership, *, line: Line) -> QuerySet[TrainingAction]:
    """Return the actions of programme `line` that `membership` may see."""
    return (
        TrainingAction.objects.visible_to(membership)
        .filter(line=line)
        .select_related("course")
        .only(*_SHOWN)
    )


def narrow(
    actions: QuerySet[TrainingAction],
    *,
    criterion: Criterion,
    sought: str,
    membership: Membership,
) -> QuerySet[TrainingAction]:
    """Return those of `actions` that fit `sought`. Raises NotARun."""
    return actions.filter(_CONDITIONS[criterion](sought, membership))


def _of_participant(sought: str, membership: Membership) -> Q:
    people = Participant.objects.visible_to(membership).filter(meant_by(sought))
    enrolled = Enrolment.objects.filter(participant__in=people)
    return Q(pk__in=enrolled.values("action"))


def _of_training_body(sought: str, membership: Membership) -> Q:
    """All of the training body's own, or none: nobody else's is ever seen."""
    body = membership.training_body
    return Q() if body and is_meant(body, sought) else Q(pk__in=[])


def is_meant(body: TrainingBody, sought: str) -> bool:
    """Say whether `sought` is the RUT of `body` or stands in its name."""
    if rut.is_valid(sought):
        return rut.normalise(sought) == body.rut
    return fold(sought) in fold(body.name)


_CONDITIONS: Final[Mapping[Criterion, Callable[[str, Membership], Q]]] = {
    Criterion.ACTION: lambda sought, _: Q(code_folded__startswith=fold(sought)),
    Criterion.SENCE_CODE: lambda sought, _: Q(
        course__sence_code_folded__startswith="".join(fold(sought).split())
    ),
    Criterion.REGION: lambda sought, _: Q(region=sought),
    Criterion.PARTICIPANT: _of_participant,
    Criterion.TRAINING_BODY: _of_training_body,
    Criterion.SUPERVISOR: lambda sought, _: Q(
        supervising_entity_folded__contains=fold(sought)
    ),
}


def in_order_of_state(
    actions: QuerySet[TrainingAction], *, today: date
) -> QuerySet[TrainingAction]:
    """Add `state_order`: the place of each one's state on `today`, to sort by it."""
    places = list(ActionState)
    decided = [When(decision=one, then=Value(places.index(one))) for one in DECISIONS]
    return actions.annotate(
        state_order=Case(
            *decided,
            When(starts_on__gt=today, then=Value(places.index(ActionState.UPCOMING))),
            When(ends_on__gte=today, then=Value(places.index(ActionState.RUNNING))),
            default=Value(places.index(ActionState.FINISHED)),
            output_field=SmallIntegerField(),
        )
    )
