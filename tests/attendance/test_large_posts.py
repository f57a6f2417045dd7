"""Posts that are large, or come in pieces: kept, cut or refused, never a fault."""

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from attendance.models import (
    CallbackKind,
    Flag,
    Outcome,
    Receipt,
    SessionState,
)
from attendance.models.receipts import LONGEST_BODY
from attendance.services.callbacks import (
    KEPT_OF_STRANGERS,
    MARGIN,
    Envelope,
    store,
)
from tests.factories import NOW, SECRET
from tests.factories.attendance import SenceSessionFactory
from tests.sence_messages import FORM, post, start_confirmed, state_of, urlencoded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]

MULTIPART = "multipart/form-data; boundary=x"


def post_in_chunks(body: bytes) -> int:
    """As a proxy that passes things on as they come: without a length."""
    environ: dict[str, Any] = {
        "wsgi.input": BytesIO(body),
        "wsgi.input_terminated": True,
    }
    url = reverse("attendance:start_confirmed")
    return Client().generic("POST", url, content_type=FORM, **environ).status_code


def test_post_in_chunks_is_read_and_kept() -> None:
    session = SenceSessionFactory()
    body = urlencoded(start_confirmed(session))
    assert post_in_chunks(body) == 303
    assert bytes(Receipt.objects.get(session=session).body) == body


def test_post_in_chunks_that_is_too_big_is_kept_in_part() -> None:
    session = SenceSessionFactory()
    head = urlencoded(start_confirmed(session)) + b"&Otro="
    assert post_in_chunks(head + b"x" * LONGEST_BODY * 2) == 303
    receipt = Receipt.objects.get(session=session)
    assert receipt.truncated
    assert receipt.length > len(receipt.body)


@pytest.mark.parametrize(
    ("size", "whole"), [(LONGEST_BODY, True), (LONGEST_BODY + 1, False)]
)
def test_post_over_its_limit_is_kept_in_part_and_opens_nothing(
    size: int, whole: bool
) -> None:
    """What was not read may have said that it failed: a person looks at it."""
    session = SenceSessionFactory()
    head = urlencoded(start_confirmed(session)) + b"&Otro="
    body = head + b"x" * (size - len(head))
    assert post("start_confirmed", body).status_code == 303
    receipt = Receipt.objects.get(session=session)
    assert bytes(receipt.body) == body[:LONGEST_BODY]
    assert receipt.length == size
    assert (Flag.TRUNCATED not in receipt.flags) == whole
    assert state_of(session) == ("open" if whole else "starting")
    assert receipt.outcome == (Outcome.APPLIED if whole else Outcome.QUARANTINED)


def test_post_over_its_limit_with_an_unknown_id_is_a_strangers() -> None:
    body = b"IdSesionAlumno=unknown&a=" + b"x" * 2_700_000
    assert post("start_confirmed", body).status_code == 404
    receipt = Receipt.objects.get()
    assert (len(receipt.body), receipt.length) == (KEPT_OF_STRANGERS, len(body))


@pytest.mark.parametrize("told", ["9" * 15, "9" * 16])
def test_post_that_claims_to_be_endless_is_kept(told: str) -> None:
    session = SenceSessionFactory()
    body = urlencoded(start_confirmed(session)) + b"&a=" + b"x" * LONGEST_BODY * 2
    answer = Client().generic(
        "POST",
        reverse("attendance:start_confirmed"),
        body,
        FORM,
        headers={"content-length": told},
    )
    assert answer.status_code == 303
    assert Receipt.objects.get(session=session).truncated


@pytest.mark.parametrize("blanked_before", [False, True])
@pytest.mark.parametrize("at", range(-60, 640, 25))
def test_token_that_straddles_the_end_of_what_is_kept_is_blanked(
    at: int, blanked_before: bool
) -> None:
    """B5: also where what was blanked before it moves it back."""
    session = SenceSessionFactory()
    head = b"IdSesionAlumno=" + session.nonce.encode()
    head += b"&Token=" + b"t" * 3_000 if blanked_before else b""
    head += b"&Otro="
    body = head + b"x" * (LONGEST_BODY + at - len(head)) + SECRET.encode() + b"y" * 999
    post("start_confirmed", body)
    kept = bytes(Receipt.objects.get().body)
    assert len(kept) <= LONGEST_BODY
    assert SECRET[:6].encode() not in kept


@pytest.mark.parametrize("kind", ["start_confirmed", "close_failed"])
def test_post_of_two_megabytes_with_a_known_id_is_kept_whole(kind: str) -> None:
    session = SenceSessionFactory()
    body = b"IdSesionAlumno=" + session.nonce.encode() + b"&Otro=" + b"x" * 2_000_000
    assert post(kind, body).status_code == 303
    assert bytes(Receipt.objects.get().body) == body


def test_post_of_a_hundred_thousand_fields_is_never_a_fault() -> None:
    session = SenceSessionFactory()
    body = b"IdSesionAlumno=" + session.nonce.encode() + b"&a=1" * 100_000
    assert post("start_confirmed", body).status_code == 303
    receipt = Receipt.objects.get(session=session)
    assert bytes(receipt.body) == body
    assert receipt.decision.outcome == Outcome.QUARANTINED  # no RUN among them


def test_post_as_multipart_of_too_many_fields_is_kept_under_its_id() -> None:
    """Nobody can tell what it says, but it came: a person looks at it."""
    session = SenceSessionFactory()
    answer = Client().post(
        reverse("attendance:start_confirmed"),
        {**start_confirmed(session), "a": ["1"] * 1_100},
    )
    assert answer.status_code == 303
    receipt = Receipt.objects.get(session=session)
    assert receipt.decision.outcome == Outcome.QUARANTINED
    assert bytes(receipt.body).count(b'name="a"') == 1_100
    assert state_of(session) == SessionState.STARTING


@pytest.mark.parametrize("at", range(KEPT_OF_STRANGERS - 60, KEPT_OF_STRANGERS + 4))
def test_token_of_a_stranger_that_straddles_the_cut_is_blanked(at: int) -> None:
    """B5"""
    head = b"IdSesionAlumno=unknown&Otro="
    body = head + b"x" * (at - len(head)) + b"&Token=" + SECRET.encode() + b"&b=1"
    envelope = Envelope(CallbackKind.START_CONFIRMED, body, FORM, "203.0.113.1", "", "")
    store(envelope, nonce="unknown", session=None, at=NOW)
    kept = bytes(Receipt.objects.get().body)
    assert len(kept) <= KEPT_OF_STRANGERS
    assert SECRET[:6].encode() not in kept


def test_body_of_a_stranger_is_cut_before_the_token_is_looked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_at: list[int] = []

    def counted(body: bytes, *secrets: str) -> bytes:
        looked_at.append(len(body))
        return body

    monkeypatch.setattr("attendance.services.callbacks.without_token", counted)
    body = b"IdSesionAlumno=unknown&Otro=" + b"x" * 1_000_000
    assert post("start_confirmed", body).status_code == 404
    assert max(looked_at) <= KEPT_OF_STRANGERS + MARGIN
    assert Receipt.objects.get().length == len(body)
