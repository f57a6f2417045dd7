"""However much is posted for a session, what operators look at has an end."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendance.exchange import REPORTED, SHOWN
from attendance.models import (
    BrowserReturn,
    Decision,
    Flag,
    Handover,
    Level,
    Outcome,
    Receipt,
    SenceSession,
)
from attendance.selectors import with_evidence
from attendance.views import participant
from courses.models import Enrolment
from otec_portal.core.models import AuditEntry
from tests.conftest import SignedIn
from tests.factories import NOW
from tests.factories.attendance import ReceiptFactory, SenceSessionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]


@pytest.fixture
def session(enrolment: Enrolment) -> SenceSession:
    one: SenceSession = SenceSessionFactory(enrolment=enrolment, opened=True)
    return one


def answers(session: SenceSession, number: int, *, after: int = 0) -> None:
    """Keep so many answers, one a second, that say which they are."""
    for n in range(after, after + number):
        receipt = ReceiptFactory(
            session=session,
            body=f"Numero=n{n}.".encode(),
            received_at=NOW + timedelta(seconds=n),
        )
        Decision.objects.create(receipt=receipt, outcome=Outcome.LATE, at=NOW)


def test_page_of_many_messages_shows_both_ends_and_says_so(
    admin: SignedIn, session: SenceSession
) -> None:
    answers(session, 2 * SHOWN)
    url = reverse("attendance:session", args=[session.public_id])
    page = admin.client.get(url).content.decode()
    assert all(f"n{n}.</dd>" in page for n in range(2 * SHOWN))
    assert "mensajes más" not in page
    answers(session, 100, after=2 * SHOWN)
    with CaptureQueriesContext(connection) as asked:
        page = admin.client.get(url).content.decode()
    told = [n for n in range(100 + 2 * SHOWN) if f"n{n}.</dd>" in page]
    assert told == [*range(SHOWN), *range(100 + SHOWN, 100 + 2 * SHOWN)]
    assert "100 mensajes más" in page
    assert len(asked) <= 20
    assert page.count('id="campos-') == len(set(_ids(page))) == 2 * SHOWN


def _ids(page: str) -> list[str]:
    return [one.partition('"')[0] for one in page.split('id="campos-')[1:]]


def test_report_of_many_messages_has_both_ends_and_says_so(
    admin: SignedIn, session: SenceSession
) -> None:
    answers(session, 2 * REPORTED + 7)
    url = reverse("attendance:report", args=[session.public_id])
    answer = admin.client.get(url)
    assert answer.streaming
    text = b"".join(answer).decode()
    assert text.count("Numero = ") == 2 * REPORTED
    assert "(7 mensajes más" in text
    assert "Numero = n0." in text
    assert f"Numero = n{2 * REPORTED + 6}." in text


def test_report_taken_away_is_written_down(
    admin: SignedIn, session: SenceSession
) -> None:
    admin.client.get(reverse("attendance:report", args=[session.public_id]))
    entry = AuditEntry.objects.get()
    assert entry.action == "attendance.report_downloaded"
    assert (entry.user, entry.target_id) == (admin.membership.user, str(session.pk))


def test_whole_answer_is_for_those_who_review_alone(
    facilitator: SignedIn, session: SenceSession
) -> None:
    """A RUN and more stand in it: who only looks does not take it away."""
    receipt = ReceiptFactory(session=session, body=b"a=1&" * 9_000)
    Decision.objects.create(receipt=receipt, outcome=Outcome.LATE, at=NOW)
    url = reverse("attendance:whole_answer", args=[receipt.public_id])
    assert facilitator.client.get(url).status_code == 403
    page = facilitator.client.get(
        reverse("attendance:session", args=[session.public_id])
    ).content.decode()
    assert "La respuesta completa tiene" in page
    assert url not in page


def test_message_of_many_fields_shows_the_first_and_counts_the_rest(
    admin: SignedIn, session: SenceSession
) -> None:
    ReceiptFactory(session=session, body=b"&".join(b"c%d=1" % n for n in range(60)))
    url = reverse("attendance:session", args=[session.public_id])
    page = admin.client.get(url).content.decode()
    assert "<dt>c49</dt>" in page
    assert "<dt>c50</dt>" not in page
    assert "Y 10 campos más" in page


def test_list_reads_one_of_the_answers_that_tell_the_same(
    session: SenceSession,
) -> None:
    """Level and flags are what they are made of all the same."""
    first = ReceiptFactory(session=session, kind="start_confirmed")
    Decision.objects.create(receipt=first, outcome=Outcome.APPLIED, at=NOW)
    BrowserReturn.objects.create(receipt=first, own=True, at=NOW)
    for flags in ([Flag.RUN_DIFFERS], [Flag.TIME_OFF]):
        for _ in range(30):
            copy = ReceiptFactory(session=session, kind="start_confirmed")
            Decision.objects.create(
                receipt=copy, outcome=Outcome.QUARANTINED, flags=flags, at=NOW
            )
    with CaptureQueriesContext(connection) as asked:
        (found,) = with_evidence(SenceSession.objects.all())
        assert found.level == Level.LINKED
        assert set(found.flags) == {Flag.RUN_DIFFERS, Flag.TIME_OFF}
        assert len(found.receipts.all()) == 3
    assert len(asked) == 2
    assert Receipt.objects.count() == 61


@pytest.mark.parametrize("name", ["start", "close"])
def test_button_pressed_again_and_again_is_slowed_down_for_its_participant(
    name: str,
    enrolment: Enrolment,
    participant_client: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(participant, "FORMS_OF_AN_ENROLMENT", 3)
    life = {"opened": True} if name == "close" else {}
    SenceSessionFactory(enrolment=enrolment, **life)
    url = reverse(f"attendance:{name}", args=[enrolment.public_id])
    answers = [participant_client.post(url) for _ in range(5)]
    assert [one.status_code for one in answers] == [200] * 3 + [429] * 2
    assert answers[-1]["Retry-After"] == "60"
    assert "Demasiados intentos" in answers[-1].content.decode()
    assert Handover.objects.count() == 3
    assert participant_client.get(url).status_code == 302
