"""Sending a packet: complete, built, once, to the region's mailbox, provably."""

from datetime import timedelta

import pytest
from django.core import mail as django_mail
from django.db import connection
from pytest_django import Settings

from courses.models import Environment, TrainingAction
from liquidation import links
from liquidation.contents import actions_of
from liquidation.kinds import DocumentKind
from liquidation.models import (
    Audience,
    Dispatch,
    Packet,
    PacketState,
    Placement,
    Way,
)
from liquidation.packet_mail import Request, letter_of
from liquidation.services.dispatch import DispatchRefused, send, sent_by_company
from otec_portal.core import outbox
from otec_portal.core.models import AuditEntry, OutgoingEmail, TrainingBody
from otec_portal.core.regions import REGIONS
from otec_portal.core.to_sence import NotForSence
from tests.at_once import at_once
from tests.factories import NOW
from tests.factories.core import UserFactory
from tests.factories.packets import PacketLinkFactory
from tests.liquidation.packing import placed
from tests.liquidation.sending import PDF, ROSA, ZIP, order, ready, sent

pytestmark = pytest.mark.django_db
LATE = NOW + timedelta(days=60)  # the action ended the day before NOW


def _refusal(packet: Packet, **facts: object) -> str:
    at = facts.pop("at", NOW)
    with pytest.raises(DispatchRefused) as refused:
        send(packet, order=order(**facts), by=UserFactory(), at=at)  # type: ignore[arg-type]
    assert not OutgoingEmail.objects.exists()
    return refused.value.code


@pytest.mark.parametrize("region", sorted(REGIONS))
def test_packet_goes_to_the_mailbox_of_its_region(
    our_body: TrainingBody, region: str
) -> None:
    """F13"""
    dispatch = sent(our_body, region=region)
    assert dispatch.to == dispatch.mail.to == REGIONS[region].mailbox  # type: ignore[union-attr]


def test_packet_sent_shows_office_and_company_on_both_mails(
    our_body: TrainingBody,
) -> None:
    dispatch = sent(our_body)
    assert dispatch.way == Way.ATTACHED
    assert outbox.send_due(now=NOW) == 2
    office, copy = sorted(django_mail.outbox, key=lambda one: one.to != [dispatch.to])
    assert (office.to, copy.to) == ([dispatch.to], [ROSA.email])
    for one in (office, copy):
        shown = one.message()
        headings = shown["To"], shown["Cc"], shown["Reply-To"]
        assert headings == (dispatch.to, ROSA.email, ROSA.email)
        assert [file[1] for file in one.attachments] == [PDF, ZIP]
    assert office.body == copy.body
    packet = Packet.objects.get()
    assert packet.state == PacketState.SENT


def test_preview_is_the_very_mail(our_body: TrainingBody) -> None:
    build = ready(our_body)
    request = Request(
        packet=build.packet,
        actions=actions_of(build.packet),
        build=build,
        contact=ROSA,
    )
    shown = letter_of(request, way=Way.ATTACHED)
    made = send(build.packet, order=order(build), by=UserFactory(), at=NOW)
    assert made.mail
    assert (made.mail.subject, made.mail.text) == (shown.subject, shown.text)


def test_packet_sent_stands_in_the_history_with_hand_and_behalf(
    our_body: TrainingBody,
) -> None:
    by = UserFactory(full_name="Ana Soto")
    dispatch = sent(our_body, by=by)
    entry = AuditEntry.objects.get(action="liquidation.packet_sent")
    assert (entry.user, entry.at) == (by, NOW)
    assert entry.data["behalf"] == dispatch.build.packet.company.name
    assert entry.data["zip_sha256"] == dispatch.build.zip_sha256


def test_packet_that_lacks_a_document_is_not_sent(our_body: TrainingBody) -> None:
    """F16: asked again at the moment of sending, and says which."""
    build = ready(our_body)
    Placement.objects.filter(kind="payment").update(until=NOW)
    with pytest.raises(DispatchRefused) as refused:
        send(build.packet, order=order(build), by=UserFactory(), at=NOW)
    assert refused.value.code == "missing"
    assert "Falta el comprobante de pago" in refused.value.message
    assert not OutgoingEmail.objects.exists()
    build.packet.refresh_from_db()
    assert build.packet.state == PacketState.READY


def test_packet_not_built_is_not_sent(our_body: TrainingBody) -> None:
    build = ready(our_body)
    elsewhere = ready(our_body)
    assert _refusal(build.packet, build=None) == "no_build"
    assert _refusal(build.packet, build=elsewhere) == "no_build"


def test_packet_changed_since_it_was_built_is_not_sent(our_body: TrainingBody) -> None:
    build = ready(our_body)
    placed(build.packet.packet_actions.get(), DocumentKind.INVOICE)
    assert _refusal(build.packet, build=build) == "stale"


def test_packet_in_test_environment_reaches_no_office(our_body: TrainingBody) -> None:
    """To SENCE only for actions in production, whatever a page showed."""
    build = ready(our_body)
    TrainingAction.objects.update(environment=Environment.TEST)
    assert _refusal(build.packet, build=build) == "missing"


def test_company_address_of_sence_is_refused(our_body: TrainingBody) -> None:
    build = ready(our_body)
    wrong = order(build)
    contact = type(ROSA)("Rosa", "liq_maule@sence.cl")
    with pytest.raises(NotForSence):
        send(
            build.packet,
            order=type(wrong)(build=build, after=None, contact=contact),
            by=UserFactory(),
            at=NOW,
        )
    assert not Dispatch.objects.exists()
    assert not OutgoingEmail.objects.exists()


def test_packet_late_wants_a_reason(our_body: TrainingBody) -> None:
    build = ready(our_body)
    assert _refusal(build.packet, build=build, at=LATE) == "late"
    told = order(build, reason="La factura se pagó el día 59.")
    made = send(build.packet, order=told, by=UserFactory(), at=LATE)
    assert made.late_reason == told.late_reason
    assert made.mail
    assert told.late_reason in made.mail.text


def test_packet_on_day_60_wants_no_reason(our_body: TrainingBody) -> None:
    build = ready(our_body)
    told = order(build, reason="Sobra.")
    last = LATE - timedelta(days=1)
    made = send(build.packet, order=told, by=UserFactory(), at=last)
    assert made.late_reason == ""


def test_packet_over_the_limit_carries_a_link_that_the_copy_does_not(
    our_body: TrainingBody, settings: Settings
) -> None:
    """F12: who answers with the link is the office, never the company."""
    settings.MAIL_LIMIT = 1024
    dispatch = sent(our_body)
    link = dispatch.office_link
    assert link
    assert (dispatch.way, link.audience) == (Way.LINK, Audience.OFFICE)
    assert (link.build, link.expires_at) == (dispatch.build, NOW + timedelta(days=30))
    address = links.address_of(link)
    assert dispatch.mail
    assert dispatch.copy
    assert address in dispatch.mail.text
    assert dispatch.mail.secret
    assert "/l/" not in dispatch.copy.text
    outbox.send_due(now=NOW)
    assert [one.attachments for one in django_mail.outbox] == [[], []]
    dispatch.mail.refresh_from_db()
    assert dispatch.mail.text == ""


def test_packet_sent_by_a_page_of_before_is_not_sent_twice(
    our_body: TrainingBody,
) -> None:
    dispatch = sent(our_body)
    with pytest.raises(DispatchRefused) as refused:
        send(
            dispatch.build.packet,
            order=order(dispatch.build),
            by=UserFactory(),
            at=NOW,
        )
    assert refused.value.code == "sent_meanwhile"
    assert Dispatch.objects.count() == 1


def test_packet_is_sent_again_by_who_saw_the_first(our_body: TrainingBody) -> None:
    first = sent(our_body)
    told = order(first.build, after=first.public_id)
    again = send(first.build.packet, order=told, by=UserFactory(), at=NOW)
    assert again.mail != first.mail
    assert Dispatch.objects.count() == 2


def test_company_that_sends_leaves_who_and_when(our_body: TrainingBody) -> None:
    build = ready(our_body)
    link = PacketLinkFactory(packet=build.packet)
    made = sent_by_company(link, order=order(build), at=NOW)
    assert (made.way, made.by, made.company_link) == (Way.BY_COMPANY, None, link)
    assert (made.to, made.copy_to) == (REGIONS["ML"].mailbox, link.email)
    entry = AuditEntry.objects.get(action="liquidation.packet_sent_by_company")
    assert (entry.user, entry.data["who"]) == (None, link.name)
    assert not OutgoingEmail.objects.exists()


def test_company_with_a_link_that_is_over_sends_nothing(
    our_body: TrainingBody,
) -> None:
    build = ready(our_body)
    link = PacketLinkFactory(packet=build.packet, expires_at=NOW + timedelta(days=1))
    with pytest.raises(DispatchRefused) as refused:
        sent_by_company(link, order=order(build), at=NOW + timedelta(days=2))
    assert refused.value.code == "link_over"
    build.packet.refresh_from_db()
    assert build.packet.state == PacketState.READY


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="a race needs rows locks")
def test_packet_sent_twice_at_once_leaves_once(our_body: TrainingBody) -> None:
    build = ready(our_body)
    people = UserFactory.create_batch(2)

    def press(by: object) -> str:
        try:
            send(build.packet, order=order(build), by=by, at=NOW)  # type: ignore[arg-type]
        except DispatchRefused as refused:
            return refused.code
        return "sent"

    results = at_once(*(lambda by=one: press(by) for one in people))
    assert sorted(results) == ["sent", "sent_meanwhile"]
    assert Dispatch.objects.count() == 1
    assert OutgoingEmail.objects.count() == 2
