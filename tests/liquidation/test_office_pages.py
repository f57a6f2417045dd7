"""The regional office: what was sent to its regions, across training bodies."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from courses.models import ActionState, TrainingAction
from liquidation.models import PacketAnswer, PacketState
from otec_portal.core.models import AuditEntry, Role, TrainingBody
from tests.conftest import SignedIn, sign_in
from tests.liquidation.sending import PDF, ready, sent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
INBOX = "/direccion-regional/expedientes/"


def _text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.fixture
def office(db: None) -> SignedIn:
    return sign_in(None, Role.REGIONAL_OFFICE, "ML")


def test_office_finds_what_either_body_sent_and_no_draft(
    office: SignedIn, our_body: TrainingBody, rival_body: TrainingBody
) -> None:
    theirs = [sent(body).build.packet for body in (our_body, rival_body)]
    draft = ready(our_body).packet
    elsewhere = sent(our_body, region="MA").build.packet
    shown = _text(office.client.get(INBOX))
    assert all(one.company.name in shown for one in theirs)
    for other in (draft, elsewhere):
        assert other.company.name not in shown


def test_office_elsewhere_opens_nothing(our_body: TrainingBody) -> None:
    """C1"""
    dispatch = sent(our_body)
    other = sign_in(None, Role.REGIONAL_OFFICE, "MA").client
    for name in ("office_packet", "office_pdf", "office_zip"):
        url = reverse(f"liquidation:{name}", args=[dispatch.public_id])
        assert other.get(url).status_code == 404


def test_office_downloads_and_it_is_written_down(
    office: SignedIn, our_body: TrainingBody
) -> None:
    dispatch = sent(our_body)
    url = reverse("liquidation:office_pdf", args=[dispatch.public_id])
    answer = office.client.get(url)
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    entry = AuditEntry.objects.get(action="liquidation.packet_downloaded")
    assert entry.user == office.membership.user


@pytest.mark.parametrize(
    ("verdict", "state", "decision"),
    [
        ("liquidated", PacketState.LIQUIDATED, ActionState.LIQUIDATED),
        ("observed", PacketState.OBSERVED, ""),
    ],
)
def test_office_answers_once(
    office: SignedIn, our_body: TrainingBody, verdict: str, state: str, decision: str
) -> None:
    dispatch = sent(our_body)
    url = reverse("liquidation:office_packet", args=[dispatch.public_id])
    told = {"verdict": verdict, "remarks": "Falta el timbre."}
    assert office.client.post(url, told).status_code == 302
    assert office.client.post(url, told).status_code == 422
    packet = dispatch.build.packet
    packet.refresh_from_db()
    assert packet.state == state
    assert TrainingAction.objects.get().decision == decision
    assert PacketAnswer.objects.get().by == office.membership.user


def test_home_of_the_office_counts_what_waits(
    office: SignedIn, our_body: TrainingBody
) -> None:
    sent(our_body)
    page = office.client.get(reverse("home"))
    kinds = {one.kind: one.count for one in page.context["items"]}
    assert kinds["liquidation.packets_to_answer"] == 1


def test_inbox_asks_the_same_queries_for_many(
    office: SignedIn,
    our_body: TrainingBody,
    django_assert_max_num_queries: Any,
) -> None:
    for _ in range(3):
        sent(our_body)
    with django_assert_max_num_queries(12):
        office.client.get(INBOX)


def test_inbox_is_closed_to_who_is_no_office(admin: SignedIn, client: Client) -> None:
    assert admin.client.get(INBOX).status_code == 403
    assert client.get(INBOX).status_code == 302
