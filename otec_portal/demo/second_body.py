"""A second training body of the demo: what is whose, and choosing an institution.

The programs that start from `load_demo --json` don't see it.
"""

from datetime import date, datetime, timedelta
from typing import Final

from attendance.models import SenceToken
from attendance.services.tokens import add_token
from courses.models import Course, Enrolment, Line, Participant
from otec_portal.core.models import Membership, Role, TrainingBody, User
from otec_portal.core.rut import with_check_digit
from otec_portal.demo import cast
from otec_portal.demo.actions import Days, make_action

BODY: Final = (with_check_digit(49_100_200), "Instituto Valle del Itata Ltda.")
ISSUED: Final = "d3a0c0de-0000-4000-8000-00000ba11e17"
ADMIN: Final = cast.Operator(
    49_000_004,
    "Demetrio Collao Vera",
    "demetrio@valledelitata.example",
    Role.NATIONAL_ADMIN,
)
COURSE: Final = ("1238099021", "Instalación de riego tecnificado", 36)
ACTION_CODE: Final = "6700201"
PERSON: Final = cast.Person(48_000_031, "Griselda Uberlinda", "Painemal Toledo")


def days(today: date) -> dict[str, Days]:
    """Return the first and last day of its action, by `today`, a date in Santiago."""
    return {ACTION_CODE: (today - timedelta(days=2), today + timedelta(days=28))}


def load_second_body(
    first: TrainingBody, held: dict[str, Days], *, now: datetime
) -> None:
    """Make these rows; `held` says when its action is.

    Its administrator is a facilitator of `first`: who signs in so has to choose.
    """
    body, _ = TrainingBody.objects.get_or_create(
        rut=BODY[0], defaults={"name": BODY[1], "region": "NB"}
    )
    if not SenceToken.objects.filter(training_body=body).exists():
        add_token(training_body=body, label="Token", secret=ISSUED, by=None, at=now)
    admin = User.objects.filter(rut=ADMIN.rut).first() or User.objects.create_user(
        ADMIN.rut, cast.PASSWORD, full_name=ADMIN.full_name, email=ADMIN.email
    )
    for where, role in ((body, Role.NATIONAL_ADMIN), (first, Role.FACILITATOR)):
        Membership.objects.get_or_create(user=admin, training_body=where, role=role)
    _load_action(body, held)


def _load_action(body: TrainingBody, held: dict[str, Days]) -> None:
    course, _ = Course.objects.get_or_create(
        training_body=body,
        sence_code=COURSE[0],
        defaults={"name": COURSE[1], "hours": COURSE[2]},
    )
    action = make_action(
        course, ACTION_CODE, held, line=Line.TAX_FRANCHISE, region="NB"
    )
    person, _ = Participant.objects.get_or_create(
        training_body=body,
        run=PERSON.run,
        defaults={
            "first_names": PERSON.first_names,
            "last_names": PERSON.last_names,
            "email": f"participante{PERSON.number}@correo.example",
        },
    )
    Enrolment.objects.get_or_create(action=action, participant=person)
