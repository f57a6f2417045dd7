"""Question 132: after liquidation no page shows the detail of attendance any more."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from attendance.after_liquidation import detail_is_closed, detail_is_open
from attendance.models import Decision, Outcome, Receipt, Review, SenceSession, Verdict
from courses.models import ActionState, Enrolment, TrainingAction
from otec_portal.core.models import TrainingBody
from tests.conftest import SignedIn
from tests.crawl.routes import ask, routes
from tests.crawl.worlds import make_world
from tests.factories import NOW
from tests.factories.attendance import ReceiptFactory, SenceSessionFactory
from tests.factories.courses import EnrolmentFactory, TrainingActionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
TITLE = "El detalle de la asistencia ya no se muestra"
# of an action or a person, and yet no detail of attendance; the participant's own
# page says so in the place of their sessions (test_participant_history)
KEPT_OPEN = {
    f"attendance:{name}"
    for name in (
        *("enter", "course", "start", "close", "status"),
        *("resolve_alert", "token", "revoke_token", "trust_token"),
        *("classes", "begin_class", "enter_class", "end_class", "annul_class"),
        "review",  # what waits for a person can still be dismissed
    )
}
WITH_DETAIL = {
    one.name: one
    for one in routes()
    if one.name.startswith("attendance:") and one.has_id and one.name not in KEPT_OPEN
}


def liquidate() -> None:
    TrainingAction.objects.update(decision=ActionState.LIQUIDATED)


@pytest.mark.parametrize("name", WITH_DETAIL)
def test_page_with_detail_of_attendance_is_closed_after_liquidation(name: str) -> None:
    """A page that is added is asked for too, until somebody writes it down above."""
    world, route = make_world("Zarzamora"), WITH_DETAIL[name]
    client = world.clients["national_admin"]
    liquidate()
    found = []
    for _, one in world.every_id():
        url = route.address(public_id=one, **world.values(route))
        answer = ask(client, "GET", url)
        if answer.status == 405:
            answer = ask(client, "POST", url)
        found.append(answer)
    answers = [one for one in found if one.status != 404]
    assert answers
    assert all(one.status in {200, 403} for one in answers)
    assert all(TITLE in one.text for one in answers)


@pytest.fixture
def enrolled(our_body: TrainingBody) -> Enrolment:
    """Somebody who is in right now, in a running action."""
    made: Enrolment = EnrolmentFactory(
        action__course__training_body=our_body,
        participant__last_names="Antilef Roa",
    )
    session = SenceSessionFactory(
        enrolment=made, opened=True, opened_at=NOW - timedelta(minutes=5)
    )
    answered(session, Outcome.APPLIED)
    return made


def answered(session: SenceSession, outcome: Outcome) -> Receipt:
    """An answer of SENCE for `session`, with what the portal made of it."""
    receipt: Receipt = ReceiptFactory(session=session)
    Decision.objects.create(receipt=receipt, outcome=outcome, at=NOW)
    return receipt


@pytest.mark.parametrize(
    "name", ["home", "live", "attendance:sessions", "attendance:online"]
)
def test_list_leaves_out_sessions_of_liquidated_actions(
    name: str, admin: SignedIn, enrolled: Enrolment
) -> None:
    def shown() -> str:
        return admin.client.get(reverse(name)).content.decode()

    assert "Antilef Roa" in shown()
    liquidate()
    assert "Antilef Roa" not in shown()


def test_action_page_no_longer_tells_what_sence_answered_whom(
    admin: SignedIn, enrolled: Enrolment
) -> None:
    url = reverse("courses:action", args=[enrolled.action.public_id])
    assert "Antilef Roa" in admin.client.get(url).content.decode()
    liquidate()
    page = admin.client.get(url).content.decode()
    assert "Antilef Roa" not in page
    assert "SENCE ya liquidó esta acción" in page


@pytest.fixture
def late(our_body: TrainingBody) -> Receipt:
    """An answer that came after the session's time was over."""
    session = SenceSessionFactory(
        enrolment__action__course__training_body=our_body,
        enrolment__participant__last_names="Antilef Roa",
        expired=True,
    )
    return answered(session, Outcome.LATE)


def _review(client: Client, receipt: Receipt, verdict: Verdict) -> int:
    url = reverse("attendance:review", args=[receipt.public_id])
    return client.post(url, {"verdict": verdict, "note": "Llegó tarde."}).status_code


def test_late_answer_still_waits_for_a_person_and_is_flagged(
    admin: SignedIn, late: Receipt
) -> None:
    liquidate()
    listed = admin.client.get(reverse("attendance:receipts")).content.decode()
    assert "Antilef Roa" in listed
    assert "Liquidada" in listed
    assert reverse("attendance:session", args=[late.session.public_id]) not in listed
    url = reverse("attendance:review", args=[late.public_id])
    assert "SENCE ya liquidó esta acción" in admin.client.get(url).content.decode()


def test_late_answer_can_be_dismissed_but_not_accepted(
    admin: SignedIn, late: Receipt
) -> None:
    liquidate()
    assert _review(admin.client, late, Verdict.ACCEPTED) == 200
    assert not Review.objects.exists()
    assert _review(admin.client, late, Verdict.DISMISSED) == 302
    assert Review.objects.get().verdict == Verdict.DISMISSED
    assert SenceSession.objects.filter(pk=late.session.pk).exists()


@pytest.mark.parametrize("decision", ["", *ActionState.values[-2:]])
def test_rule_says_the_same_of_one_action_and_of_many(decision: str) -> None:
    action = TrainingActionFactory(decision=decision)
    shown = TrainingAction.objects.filter(detail_is_open()).exists()
    assert shown != detail_is_closed(action)
    assert detail_is_closed(action) == (decision == ActionState.LIQUIDATED)
