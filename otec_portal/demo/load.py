"""Loading the demo: the same rows however often it runs."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from attendance.services.tokens import add_token
from courses.access import personal_link
from courses.models import (
    Company,
    Course,
    Enrolment,
    Intermediary,
    Participant,
    TrainingAction,
)
from otec_portal.core.models import (
    Membership,
    MembershipRegion,
    Role,
    TrainingBody,
    User,
)
from otec_portal.demo import cast, catalogue, packets, second_body
from otec_portal.demo.actions import Days, identity, make_action, move_actions
from otec_portal.demo.attendance import load_attendance

STAFF = "installation_staff"


@transaction.atomic
def load(*, now: datetime) -> TrainingBody:
    """Make the demo's rows; return its training body.

    Where they are, only the dates of its actions follow `now`: what participants and
    operators did in the meantime stays, and what they took away stays away.
    """
    today = timezone.localdate(now)
    days = _days(today)
    body = TrainingBody.objects.filter(rut=cast.BODY_RUT).first()
    if body:
        move_actions(days)
        return body
    return _make(days, now=now)


def _days(today: date) -> dict[str, Days]:
    """Return the first and last day of each action that moves with `today`."""
    of_cast = {
        one.action_code: (
            today + timedelta(days=one.first_day),
            today + timedelta(days=one.last_day),
        )
        for one in cast.ACTIONS
    }
    others = catalogue.days(today) | packets.days(today)
    return of_cast | others | second_body.days(today)


def _make(days: dict[str, Days], *, now: datetime) -> TrainingBody:
    body: TrainingBody = TrainingBody.objects.create(
        rut=cast.BODY_RUT,
        name=cast.BODY_NAME,
        region="ML",
        signatory_name=cast.OPERATORS[0].full_name,
        signatory_rut=cast.OPERATORS[0].rut,
    )
    add_token(
        training_body=body,
        label="Token de la demostración",
        secret=cast.TOKEN,
        by=None,
        at=now,
    )
    for operator in cast.OPERATORS:
        _load_operator(operator, body)
    for action in cast.ACTIONS:
        _load_action(action, body, days)
    catalogue.load_catalogue(body, days)
    load_attendance(body, now=now)
    packets.load_packets(body, days, now=now)
    second_body.load_second_body(body, days, now=now)
    return body


def _load_operator(operator: cast.Operator, body: TrainingBody) -> None:
    user = User.objects.filter(rut=operator.rut).first()
    if user is None:
        staff = operator.role is None
        user = User.objects.create_user(
            operator.rut,
            cast.PASSWORD,
            full_name=operator.full_name,
            email=operator.email,
            is_staff=staff,
            is_superuser=staff,
        )
    if operator.role is not None:
        of_sence = operator.role == Role.REGIONAL_OFFICE
        membership, _ = Membership.objects.get_or_create(
            user=user,
            training_body=None if of_sence else body,
            role=operator.role,
        )
        if operator.region:
            MembershipRegion.objects.get_or_create(
                membership=membership, region=operator.region
            )


def _load_action(
    action: cast.Action, body: TrainingBody, days: dict[str, Days]
) -> None:
    company, _ = Company.objects.get_or_create(
        training_body=body, rut=cast.COMPANY[0], defaults={"name": cast.COMPANY[1]}
    )
    intermediary, _ = Intermediary.objects.get_or_create(
        training_body=body,
        rut=cast.INTERMEDIARY[0],
        defaults={"name": cast.INTERMEDIARY[1]},
    )
    course, _ = Course.objects.get_or_create(
        training_body=body,
        sence_code=action.sence_code,
        name=action.course,
        defaults={"hours": action.hours},
    )
    row = make_action(
        course,
        action.action_code,
        days,
        line=action.line,
        environment=action.environment,
        region=action.region,
        company=company,
        intermediary=intermediary,
        places=20,
        course_url=f"https://aula.losalerces.example/{action.action_code}",
    )
    for person in action.people:
        _load_enrolment(person, row, body)


def _load_enrolment(
    person: cast.Person, action: TrainingAction, body: TrainingBody
) -> None:
    participant, _ = Participant.objects.get_or_create(
        training_body=body,
        run=person.run,
        defaults={
            "public_id": identity(person.run),
            "first_names": person.first_names,
            "last_names": person.last_names,
            "email": f"participante{person.number}@correo.example",
        },
    )
    Enrolment.objects.get_or_create(
        action=action,
        participant=participant,
        defaults={
            "public_id": identity(f"{action.action_code}:{person.run}"),
            "exempt": person.exempt,
        },
    )


def as_json(body: TrainingBody) -> dict[str, object]:
    """Return what other programs start from; README tells its shape."""
    shown = [identity(action.action_code) for action in cast.ACTIONS]
    actions = (
        TrainingAction.objects.filter(course__training_body=body, public_id__in=shown)
        .select_related("course")
        .prefetch_related("enrolments__participant")
        .order_by("pk")
    )
    return {
        "training_body": {"rut": body.rut, "name": body.name, "token": cast.TOKEN},
        "actions": [_action_as_json(action) for action in actions],
        "operators": [
            {
                "rut": operator.rut,
                "role": str(operator.role or STAFF),
                "password": cast.PASSWORD,
            }
            for operator in cast.OPERATORS
        ],
    }


def _action_as_json(action: TrainingAction) -> dict[str, object]:
    enrolments = sorted(action.enrolments.all(), key=lambda one: one.pk)
    return {
        "action_code": action.action_code,
        "sence_code": action.course.sence_code,
        "line": action.line,
        "environment": action.environment,
        "participants": [
            {
                "run": enrolment.participant.run,
                "name": enrolment.participant.full_name,
                "launch_url": personal_link(enrolment),
            }
            for enrolment in enrolments
        ],
    }
