"""What waits, on the home pages of the regional office and of the training body."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from otec_portal.core.attention import Urgency
from otec_portal.core.models import Role, TrainingBody
from tests.certificates.annulments import in_region, page_of, row_of, text_of
from tests.conftest import SignedIn, sign_in
from tests.factories import NOW
from tests.factories.certificates import AnnulmentDecisionFactory
from tests.factories.tokens import SenceTokenFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
INBOX = "/direccion-regional/anulaciones/"
DAY = timedelta(days=1)
TODAY = NOW.date()


@pytest.fixture
def office(db: None) -> SignedIn:
    return sign_in(None, Role.REGIONAL_OFFICE, "ML", "BI")


def home_items(who: SignedIn) -> dict[str, Any]:
    page = who.client.get(reverse("home"))
    assert page.status_code == 200
    return {item.kind: item for item in page.context["items"]}


@pytest.mark.parametrize(
    ("due", "urgency"), [(1, Urgency.TODAY), (0, Urgency.NOW), (-1, Urgency.NOW)]
)
def test_home_of_the_office_tells_what_waits(
    office: SignedIn, due: int, urgency: Urgency
) -> None:
    waiting = row_of(due_on=TODAY + due * DAY)
    row_of(**in_region("MA"))
    AnnulmentDecisionFactory(request=row_of())
    item = home_items(office)["certificates.annulments_to_answer"]
    assert (item.count, item.urgency, item.url) == (1, urgency, INBOX)
    assert item.examples[0].url == page_of("office_request", waiting)


def test_home_of_the_office_with_nothing_to_answer_is_calm(office: SignedIn) -> None:
    """No training body's tokens, sessions or first steps."""
    SenceTokenFactory(state="suspect")
    page = office.client.get(reverse("home"))
    assert page.context["items"] == []
    told = text_of(page)
    assert "Ninguna solicitud de anulación de tu región espera respuesta." in told
    for word in ("Para empezar", "Sesiones abiertas", "Errores de SENCE", "Empiezan"):
        assert word not in told


def test_office_is_led_to_its_inbox_and_nowhere_else(office: SignedIn) -> None:
    sections = office.client.get(INBOX).context["sections"]
    assert [(way.label, way.url, way.current) for way in sections] == [
        ("Inicio", "/", ""),
        ("Dirección Regional", INBOX, "page"),
    ]


def test_home_of_the_training_body_tells_of_an_answer_that_is_overdue(
    admin: SignedIn, facilitator: SignedIn, our_body: TrainingBody
) -> None:
    row_of(our_body, due_on=TODAY + 11 * DAY)
    overdue = row_of(our_body, due_on=TODAY - DAY)
    item = home_items(admin)["certificates.annulments_unanswered"]
    assert (item.count, item.urgency) == (1, Urgency.TODAY)
    assert item.examples[0].url == reverse(
        "certificates:annulment", args=[overdue.public_id]
    )
    assert "certificates.annulments_unanswered" not in home_items(facilitator)


@pytest.mark.parametrize(
    ("due", "urgency", "words"),
    [(10, Urgency.SOON, "quedan"), (0, Urgency.TODAY, "vence hoy"), (11, None, "")],
)
def test_home_of_the_training_body_tells_of_an_answer_before_and_on_its_day(
    admin: SignedIn, our_body: TrainingBody, due: int, urgency: Any, words: str
) -> None:
    row_of(our_body, due_on=TODAY + due * DAY)
    item = home_items(admin).get("certificates.annulments_unanswered")
    assert (item.urgency if item else None) == urgency
    assert not item or words in item.examples[0].text


@pytest.mark.parametrize(("ended", "told"), [(59, True), (60, False)])
def test_home_of_the_training_body_tells_what_can_be_emitted_again(
    admin: SignedIn, our_body: TrainingBody, ended: int, told: bool
) -> None:
    path = "request__certificate__certification__action"
    ends_on = TODAY - ended * DAY
    AnnulmentDecisionFactory(
        **{
            f"{path}__course__training_body": our_body,
            f"{path}__starts_on": ends_on - DAY,
            f"{path}__ends_on": ends_on,
        }
    )
    assert ("certificates.to_reissue" in home_items(admin)) == told
