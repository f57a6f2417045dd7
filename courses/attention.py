"""What courses need of a person: actions that start or run and are not ready."""

from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from courses.models import Course, Enrolment, Environment, TrainingAction
from otec_portal.core.attention import (
    Example,
    Item,
    Step,
    Urgency,
    first_of,
    how_many,
)
from otec_portal.core.models import Membership
from otec_portal.core.permissions import Permission

SOON: Final = timedelta(days=7)
TEST_NEXT_STEP: Final = (
    "SENCE no guarda su asistencia. Si la acción es real, pásala a producción."
)
NOT_READY_NEXT_STEP: Final = (
    "Carga la nómina y pasa la acción a producción antes de que empiece."
)


def undecided(membership: Membership) -> QuerySet[TrainingAction]:
    """Return the actions that are neither liquidated nor annulled, with course."""
    return (
        TrainingAction.objects.visible_to(membership)
        .filter(decision="")
        .select_related("course")
    )


def starting(membership: Membership, *, today: date) -> QuerySet[TrainingAction]:
    """Return what starts today or SOON, the next first, with how many `people`."""
    people = (
        Enrolment.objects.filter(action=OuterRef("pk"))
        .order_by()
        .values("action")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return (
        undecided(membership)
        .filter(starts_on__range=(today, today + SOON))
        .annotate(people=Coalesce(Subquery(people), 0))
        .order_by("starts_on", "pk")
    )


def not_ready(membership: Membership, *, today: date) -> QuerySet[TrainingAction]:
    """Return those of `starting` of which lacks_of() has something to say."""
    enrolled = Enrolment.objects.filter(action=OuterRef("pk"))
    return starting(membership, today=today).filter(
        Q(environment=Environment.TEST) | ~Exists(enrolled)
    )


def lacks_of(action: Any) -> list[str]:
    """Return in words what `action`, with its `people`, lacks before it starts."""
    lacks = [] if action.people else ["sin participantes"]
    if action.environment == Environment.TEST:
        lacks.append("en ambiente de prueba")
    return lacks


def items(membership: Membership, *, now: datetime) -> list[Item]:
    """Return what needs a person now."""
    today = timezone.localdate(now)
    found = [_not_ready(membership, today), _running_in_test(membership, today)]
    return [item for item in found if item.count]


def _not_ready(membership: Membership, today: date) -> Item:
    first, count = first_of(not_ready(membership, today=today))
    now = bool(first) and first[0].starts_on == today
    return Item(
        kind="courses.not_ready",
        urgency=Urgency.NOW if now else Urgency.SOON,
        count=count,
        title=how_many(
            count,
            "acción empieza pronto y no está lista",
            "acciones empiezan pronto y no están listas",
        ),
        next_step=NOT_READY_NEXT_STEP,
        url=reverse("courses:not_ready"),
        link="Verlas todas",
        needs=Permission.EDIT_COURSES,
        examples=[_example(action, _when(action, today)) for action in first],
    )


def _when(action: Any, today: date) -> str:
    days = (action.starts_on - today).days
    day = {0: "hoy", 1: "mañana"}.get(days, f"el {action.starts_on:%d-%m-%Y}")
    return f"empieza {day}, {' y '.join(lacks_of(action))}"


def running_in_test(membership: Membership, *, today: date) -> QuerySet[TrainingAction]:
    """Return the actions that run on `today` and whose records SENCE does not keep."""
    return undecided(membership).filter(
        environment=Environment.TEST, starts_on__lte=today, ends_on__gte=today
    )


def _running_in_test(membership: Membership, today: date) -> Item:
    running = running_in_test(membership, today=today)
    first, count = first_of(running.order_by("ends_on", "pk"))
    return Item(
        kind="courses.running_in_test",
        urgency=Urgency.TODAY,
        count=count,
        title=how_many(
            count,
            "acción en ejecución sigue en ambiente de prueba",
            "acciones en ejecución siguen en ambiente de prueba",
        ),
        next_step=TEST_NEXT_STEP,
        url=reverse("courses:in_test"),
        link="Verlas todas",
        needs=Permission.SWITCH_ENVIRONMENT,
        examples=[_example(one, f"termina el {one.ends_on:%d-%m-%Y}") for one in first],
    )


def _example(action: Any, words: str) -> Example:
    return Example(
        f"{action.action_code} · {action.course.name}: {words}",
        reverse("courses:action", args=[action.public_id]),
    )


def first_steps(membership: Membership) -> list[Step]:
    """Return the way from the first course to the first roster of a training body."""
    body = membership.training_body_id
    actions = TrainingAction.objects.filter(course__training_body=body)
    enrolments = Enrolment.objects.filter(action__course__training_body=body)
    mine = TrainingAction.objects.visible_to(membership).only("public_id").order_by()
    action = mine.first()
    return [
        Step(
            title="Crea tu primer curso",
            text="Con su código SENCE, su nombre y sus horas acreditadas.",
            done=Course.objects.visible_to(membership).exists(),
            url=reverse("courses:new_course"),
            link="Crear curso",
            needs=Permission.EDIT_COURSES,
        ),
        Step(
            title="Crea una acción del curso",
            text="La ejecución del curso entre dos fechas, con su ID de acción.",
            done=action is not None or actions.exists(),
            url=reverse("courses:new_action"),
            link="Crear acción",
            needs=Permission.EDIT_COURSES,
        ),
        Step(
            title="Carga la nómina de participantes",
            text="Desde Excel o CSV; después envía a cada persona su enlace.",
            done=enrolments.exists(),
            url=reverse("courses:roster", args=[action.public_id]) if action else "",
            link="Cargar nómina",
            needs=Permission.IMPORT_ROSTERS,
        ),
    ]
