"""D23: a page reads the head of what came; the whole is taken away, and noted down."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendance.models import Decision, Outcome, Receipt, SenceSession
from attendance.models.receipts import SHOWN_OF_BODY
from otec_portal.core.models import AuditEntry, TrainingBody
from tests.conftest import SignedIn
from tests.factories import NOW
from tests.factories.attendance import ReceiptFactory, SenceSessionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
BODY = '"attendance_receipt"."body"'
CUT = "La respuesta completa tiene"


def answer_of(body: TrainingBody, *, size: int, end: bytes = b"") -> Receipt:
    """Return a receipt to review whose body has `size` bytes and ends with `end`."""
    session: SenceSession = SenceSessionFactory(
        enrolment__action__course__training_body=body
    )
    began = f"IdSesionAlumno={session.nonce}&Relleno=".encode()
    receipt: Receipt = ReceiptFactory(
        session=session,
        content_type="application/x-www-form-urlencoded",
        body=began + b"x" * (size - len(began) - len(end)) + end,
        length=size,
    )
    assert len(receipt.body) == size
    Decision.objects.create(receipt=receipt, outcome=Outcome.OUT_OF_ORDER, at=NOW)
    return receipt


def pages(receipt: Receipt) -> list[str]:
    """Return the addresses of the two pages that show an answer."""
    return [
        reverse("attendance:session", args=[receipt.session.public_id]),
        reverse("attendance:review", args=[receipt.public_id]),
    ]


def whole(receipt: Receipt) -> str:
    return reverse("attendance:whole_answer", args=[receipt.public_id])


@pytest.mark.parametrize("more", [0, 1])
def test_answer_of_16_kib_is_shown_whole_and_of_one_byte_more_is_cut(
    more: int, admin: SignedIn, our_body: TrainingBody
) -> None:
    assert SHOWN_OF_BODY == 16 * 1024
    receipt = answer_of(our_body, size=SHOWN_OF_BODY + more, end=b"&Ultimo=12")
    for url in pages(receipt):
        page = admin.client.get(url).content.decode()
        assert (CUT in page) == bool(more)
        assert (f"{CUT} 16.385 bytes" in page) == bool(more)
        assert ("primeros 16.384," in page) == bool(more)
        assert ("<dd>12</dd>" in page) != bool(more)
        assert (whole(receipt) in page) == bool(more)


def test_page_of_a_session_reads_no_more_than_the_heads(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    receipt = answer_of(our_body, size=3 * SHOWN_OF_BODY)
    name = "SUBSTRING" if connection.vendor == "postgresql" else "SUBSTR"
    for url in pages(receipt):
        with CaptureQueriesContext(connection) as queries:
            admin.client.get(url)
        asked = " ".join(query["sql"] for query in queries)
        head = f"{name}({BODY}, 1, {SHOWN_OF_BODY})"
        assert head in asked
        rest = asked.replace(head, "").replace(f"LENGTH({BODY})", "")
        assert BODY not in rest


def test_whole_answer_is_what_came_but_for_the_nonce(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """C4: who may look at a session could else forge its next answer."""
    receipt = answer_of(our_body, size=SHOWN_OF_BODY + 1, end=b"&Ultimo=%F1")
    nonce = receipt.session_id
    answer = admin.client.get(whole(receipt))
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer.headers["Cache-Control"]
    expected = bytes(receipt.body).replace(nonce.encode(), b"(no se muestra)")
    assert answer.content == expected
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.user) == (
        "attendance.answer_downloaded",
        admin.membership.user,
    )
    assert entry.target_id == str(receipt.pk)
    assert entry.data == {"session": str(receipt.session.public_id)}


@pytest.mark.parametrize("spelled", ["%{:02X}", "%{:02x}"])
def test_whole_answer_hides_the_nonce_however_it_is_spelled(
    spelled: str, admin: SignedIn, our_body: TrainingBody
) -> None:
    session = SenceSessionFactory(enrolment__action__course__training_body=our_body)
    written = "".join(map(spelled.format, session.nonce.encode()))
    receipt = ReceiptFactory(session=session, body=f"a={written}&b=1".encode())
    assert admin.client.get(whole(receipt)).content == b"a=(no se muestra)&b=1"


def test_whole_answer_of_a_rival_or_of_nobody_is_not_there(
    admin: SignedIn, rival_body: TrainingBody
) -> None:
    """C1."""
    theirs = answer_of(rival_body, size=200)
    nobodys = ReceiptFactory(session=None, session_id="unknown")
    for receipt in (theirs, nobodys):
        assert admin.client.get(whole(receipt)).status_code == 404
    assert Client().get(whole(theirs)).status_code == 302
    assert not AuditEntry.objects.exists()


def test_report_for_sence_still_has_all_of_a_large_answer(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    receipt = answer_of(our_body, size=SHOWN_OF_BODY + 100, end=b"&Ultimo=12")
    url = reverse("attendance:report", args=[receipt.session.public_id])
    assert "Ultimo = 12" in b"".join(admin.client.get(url)).decode()
