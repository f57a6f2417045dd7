"""Whatever a browser can post: no 5xx, evidence kept, nothing moved that shouldn't."""

from collections.abc import Mapping
from urllib.parse import quote_from_bytes

import pytest
from django.core.cache import cache
from django.test import Client
from django.test.client import encode_multipart
from django.urls import reverse
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from attendance.evidence import message_of
from attendance.models import (
    Decision,
    Outcome,
    Receipt,
    SenceSession,
    SessionState,
)
from attendance.sence.incoming import parse
from attendance.services.callbacks import (
    find_session,
)
from otec_portal.core.models import TransitionLog
from tests.factories.attendance import SenceSessionFactory
from tests.sence_messages import FORM, KINDS, close_confirmed, post, start_confirmed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
MULTIPART = "multipart/form-data; boundary=x"
NAMES = [
    "CodSence",
    "CodigoCurso",
    "IdSesionAlumno",
    "IdSesionSence",
    "RunAlumno",
    "FechaHora",
    "ZonaHoraria",
    "LineaCapacitacion",
    "GlosaError",
    "Token",
    "Otro",
]
ANY_KIND = st.sampled_from(KINDS)
LIVES = st.sampled_from(
    ["", "opened", "closing", "closed", "failed", "abandoned", "expired"]
)
CONTENT_TYPES = st.one_of(
    st.sampled_from(
        [FORM, f"{FORM}; charset=utf-16", MULTIPART, "", "text/plain", "\0", "a/b;c"]
    ),
    st.text(st.characters(max_codepoint=255), max_size=300),
)
FUZZ = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def session_at(life: str) -> SenceSession:
    session: SenceSession = SenceSessionFactory(**({life: True} if life else {}))
    return session


def columns(session: SenceSession) -> dict[str, object]:
    return {**SenceSession.objects.filter(pk=session.pk).values().get()}


def log_of(session: SenceSession) -> int:
    return TransitionLog.objects.filter(
        target_type="attendance.SenceSession", target_id=session.pk
    ).count()


@FUZZ
@given(ANY_KIND, st.binary(max_size=400), CONTENT_TYPES)
@example("start_confirmed", b"", FORM)
@example("close_failed", b"IdSesionAlumno=%00&\0=\0", FORM)
@example("start_failed", b"--x\r\n\r\n\0", MULTIPART)
def test_post_of_any_bytes_is_never_a_fault(
    kind: str, body: bytes, content_type: str
) -> None:
    cache.clear()
    before = Receipt.objects.order_by("pk").values_list("pk", flat=True).last() or 0
    answer = post(kind, body, content_type=content_type)
    nonce = parse(body, content_type).nonce
    kept = Receipt.objects.filter(pk__gt=before)
    nonces = [str(one.session_id) for one in kept]
    assert answer.status_code == (404 if nonce else 400)
    assert nonces == ([nonce] if nonce else [])
    assert not Decision.objects.exists()


PAIRS = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.one_of(
            st.binary(max_size=200),
            st.sampled_from([b"", b"\0", b"100", b"211;204", b"1" * 150, b"-1"]),
        ),
    ),
    max_size=12,
)


def encoded(pairs: list[tuple[str, bytes]]) -> bytes:
    return "&".join(
        f"{name}={quote_from_bytes(value)}" for name, value in pairs
    ).encode()


@FUZZ
@given(ANY_KIND, LIVES, PAIRS)
def test_post_with_a_known_id_and_any_fields_is_kept_and_decided(
    kind: str, life: str, pairs: list[tuple[str, bytes]]
) -> None:
    """A receipt whenever a known usable id came; a move only with equal values."""
    cache.clear()
    session = session_at(life)
    before = columns(session)
    body = encoded([("IdSesionAlumno", session.nonce.encode()), *pairs])
    answer = post(kind, body)
    assert answer.status_code == 303
    receipt = Receipt.objects.get(session=session)
    assert receipt.length == len(body)
    assert receipt.decision.outcome in set(Outcome)
    run = parse(body, FORM).run
    if run != session.run:  # the generator can't guess it
        assert receipt.decision.outcome == Outcome.QUARANTINED
        assert columns(session) == before
        assert log_of(session) == 0


CHANGES = st.dictionaries(
    st.sampled_from([name for name in NAMES if name != "IdSesionAlumno"]),
    st.one_of(
        st.text(max_size=60),
        st.sampled_from(["", "\0", "100", "211;204", "2026-06-15 11:00:00", "x" * 200]),
    ),
    max_size=4,
)
# from which life each address may move a session, and whereto
MOVES: Mapping[tuple[str, str], set[str]] = {
    ("start_confirmed", ""): {"open", "failed"},
    ("start_failed", ""): {"failed"},
    ("close_confirmed", "closing"): {"closed", "open"},
    ("close_failed", "closing"): {"open"},
}


@FUZZ
@given(ANY_KIND, LIVES, CHANGES, st.booleans())
@example("start_confirmed", "", {}, True)
@example("close_confirmed", "closing", {}, True)
@example("close_confirmed", "opened", {}, True)
def test_post_moves_a_session_only_where_its_address_may(
    kind: str, life: str, changes: dict[str, str], twice: bool
) -> None:
    """One move at most, along the table; the second of two posts moves nothing."""
    cache.clear()
    session = session_at(life)
    state = session.state
    fields = {**close_confirmed(session), "IdSesionSence": "S-new", **changes}
    for _ in range(1 + twice):
        assert post(kind, fields).status_code == 303
    after = columns(session)["state"]
    assert after in {state, *MOVES.get((kind, life), set())}
    assert log_of(session) == (after != state)
    decisions = Decision.objects.filter(receipt__session=session)
    assert decisions.count() == 1 + twice
    assert decisions.filter(outcome=Outcome.APPLIED).count() == log_of(session)


@FUZZ
@given(st.text(st.characters(max_codepoint=255), max_size=300))
@example("\0")
@example("ñ\r\nX-Evil: 1")
def test_post_with_any_headers_is_never_a_fault(text: str) -> None:
    cache.clear()
    session = session_at("")
    answer = Client().post(
        reverse("attendance:start_confirmed"),
        start_confirmed(session),
        headers={"user-agent": text, "origin": text, "referer": text},
    )
    assert answer.status_code == 303
    receipt = Receipt.objects.get(session=session)
    assert receipt.user_agent.isprintable()
    assert len(receipt.user_agent) <= 300
    assert len(receipt.origin) <= 200


def test_token_that_comes_in_a_header_or_in_other_case_is_blanked() -> None:
    """B5"""
    session = session_at("")
    secret = session.token.secret
    Client().post(
        reverse("attendance:start_confirmed"),
        {**start_confirmed(session), "Otro": secret.upper()},
        headers={"user-agent": f"x {secret}", "origin": secret},
    )
    receipt = Receipt.objects.get(session=session)
    kept = f"{bytes(receipt.body).decode()} {receipt.user_agent} {receipt.origin}"
    assert secret.lower() not in kept.lower()
    assert receipt.user_agent == "x (borrado)"


def test_post_as_multipart_is_understood() -> None:
    session = session_at("")
    answer = Client().post(
        reverse("attendance:start_confirmed"), start_confirmed(session)
    )
    assert answer.status_code == 303
    assert columns(session)["state"] == SessionState.OPEN


@pytest.mark.parametrize(
    ("before", "outcome"),
    [
        (200, Outcome.APPLIED),
        (400, Outcome.QUARANTINED),  # its boundary is beyond what is kept
    ],
)
def test_post_with_a_long_content_type_is_read_later_as_it_was_at_once(
    before: int, outcome: Outcome
) -> None:
    session = session_at("")
    boundary = "b" * 150
    body = encode_multipart(boundary, start_confirmed(session))
    header = f"multipart/form-data; a={'x' * (before - 33)}; boundary={boundary}"
    assert post("start_confirmed", body, content_type=header).status_code == 303
    receipt = Receipt.objects.with_head().get(session=session)
    assert receipt.outcome == outcome
    shown = dict(message_of(receipt).fields)
    assert ("RunAlumno" in shown) == (outcome == Outcome.APPLIED)
    assert "IdSesionAlumno" in shown


def test_post_of_a_file_under_our_names_is_no_value() -> None:
    session = session_at("")
    head = 'Content-Disposition: form-data; name="IdSesionAlumno"; filename="f"'
    body = f"--x\r\n{head}\r\n\r\n{session.nonce}\r\n--x--\r\n".encode()
    answer = post("start_confirmed", body, content_type=MULTIPART)
    assert answer.status_code == 400


@FUZZ
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_return_with_any_ticket_is_never_a_fault(text: str) -> None:
    assume(text.strip("/.") and "/" not in text)
    address = reverse("attendance:returned", args=[text])
    assert Client().get(address).status_code == 404


@FUZZ
@given(st.text(max_size=200))
def test_session_of_any_text_is_found_by_its_nonce_alone(text: str) -> None:
    session = session_at("")
    assume(text != session.nonce and "\0" not in text)
    assert find_session(text) is None
    assert find_session(session.nonce) == session
