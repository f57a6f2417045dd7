"""B5, C4: what the portal reads of an answer, keeps and shows holds no secret."""

from datetime import timedelta

import pytest
from django.urls import reverse

from attendance.models import (
    Decision,
    Flag,
    OperatorAlert,
    Outcome,
    SenceSession,
    SessionState,
)
from attendance.sence.errors import LONGEST_CODE
from attendance.services.callbacks import decide_pending
from courses.models import Enrolment
from tests.conftest import SignedIn
from tests.factories import NOW, SECRET
from tests.factories.attendance import SenceSessionFactory
from tests.sence_messages import (
    post,
    start_confirmed,
    start_failed,
    urlencoded,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
LATER = NOW + timedelta(minutes=5)


@pytest.mark.parametrize(
    "echo",
    [
        SECRET,
        SECRET.upper(),
        f"S-{SECRET}",
        SECRET[:-1],
        SECRET[1:],
        f"{SECRET[:18]};{SECRET[18:]}",
        "(borrado)",
        "<nonce>",
        "S-<nonce>-1",
    ],
)
def test_sence_id_that_holds_a_secret_is_none(echo: str) -> None:
    """It would be shown to operators, and sent to SENCE with the close."""
    session = SenceSessionFactory()
    sence_id = echo.replace("<nonce>", session.nonce)
    post("start_confirmed", start_confirmed(session, IdSesionSence=sence_id))
    decision = Decision.objects.get()
    assert (decision.outcome, decision.flags) == (
        Outcome.QUARANTINED,
        [Flag.NO_SENCE_ID],
    )
    session.refresh_from_db()
    assert (session.state, session.sence_id) == (SessionState.STARTING, "")


@pytest.mark.parametrize("sence_id", ["1", "20260615-1234", SECRET[:11], "a" * 149])
def test_sence_id_that_holds_none_opens(sence_id: str) -> None:
    session = SenceSessionFactory()
    post("start_confirmed", start_confirmed(session, IdSesionSence=sence_id))
    session.refresh_from_db()
    assert (session.state, session.sence_id) == (SessionState.OPEN, sence_id)


ECHOES = {
    "start_confirmed": [{"IdSesionSence": SECRET}, {"GlosaError": f"999;{SECRET}"}],
    "start_failed": [{"GlosaError": f"{SECRET[:18]},{SECRET[18:]};998"}],
}


@pytest.mark.parametrize(
    ("kind", "echo"), [(kind, echo) for kind in ECHOES for echo in ECHOES[kind]]
)
def test_answer_is_decided_alike_at_once_and_later(
    kind: str, echo: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both go by what was kept, where the token is blanked."""
    at_once, later = SenceSessionFactory(), SenceSessionFactory()
    fields = start_confirmed if kind == "start_confirmed" else start_failed
    post(kind, fields(at_once, **echo))
    monkeypatch.setattr("attendance.views.callbacks.decide", lambda **_: None)
    post(kind, fields(later, **echo))
    assert decide_pending(now=LATER) == 1
    made = Decision.objects.values_list("outcome", "flags", "codes")
    assert made.get(receipt__session=at_once) == made.get(receipt__session=later)
    states = SenceSession.objects.values_list("state", "sence_id")
    assert len(set(states)) == 1


@pytest.mark.parametrize(
    ("glosa", "codes"),
    [
        (SECRET, [""]),
        (f"300;{SECRET}", ["300"]),
        (f"{SECRET[:18]};{SECRET[18:]}", [""]),
        (f"{SECRET[:30]};9001;204", ["204"]),
        (";".join(SECRET[at : at + 4] for at in range(0, 36, 4)), [""]),
        ("<nonce>", [""]),
        ("<third>;<second>;<first>;211", ["211"]),
        ("(borrado)", [""]),
        ("9001;Error interno", ["9001", "Error interno"]),
    ],
)
def test_codes_hold_no_secret(
    glosa: str, codes: list[str], admin: SignedIn, enrolment: Enrolment
) -> None:
    session = SenceSessionFactory(enrolment=enrolment)
    cut = (LONGEST_CODE * part for part in range(3))
    thirds = [session.nonce[at : at + LONGEST_CODE] for at in cut]
    names = dict(zip(["<first>", "<second>", "<third>"], thirds, strict=True))
    for name, value in {"<nonce>": session.nonce, **names}.items():
        glosa = glosa.replace(name, value)
    post("start_failed", start_failed(session, glosa))
    assert Decision.objects.get().codes == codes
    told = OperatorAlert.objects.values_list("code", "further_codes")
    for piece in (SECRET[:12], SECRET[-12:], session.nonce[:12], session.nonce[20:32]):
        assert piece not in str(list(told))


def test_nonce_cut_into_codes_is_on_no_screen_while_the_session_lives(
    admin: SignedIn, enrolment: Enrolment
) -> None:
    """C4: who has it can answer for SENCE."""
    session = SenceSessionFactory(enrolment=enrolment, opened=True)
    thirds = [session.nonce[:15], session.nonce[15:30], session.nonce[30:]]
    post("start_failed", start_failed(session, ";".join(thirds)))
    for name in ("session", "report"):
        address = reverse(f"attendance:{name}", args=[session.public_id])
        shown = b"".join(admin.client.get(address)).decode()
        assert not any(third in shown for third in thirds)


@pytest.mark.parametrize("between", [";", " , ", "%00", "%253B", "+"])
def test_token_in_two_pieces_is_blanked_in_what_is_kept(between: str) -> None:
    session = SenceSessionFactory()
    body = urlencoded(start_failed(session, "300"))
    echo = f"&Eco={SECRET[:18]}{between}{SECRET[18:]}"
    post("start_failed", body + echo.encode())
    kept = bytes(session.receipts.get().body)
    assert kept == body + b"&Eco=(borrado)"
