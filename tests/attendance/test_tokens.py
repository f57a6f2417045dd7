"""Which token goes with a form, and what SENCE's answers make of it."""

from datetime import timedelta

import pytest

from attendance.models import Handover, SenceSession, SenceToken, TokenState
from attendance.sence.outgoing import NotSendable
from attendance.services.sessions import request_close, start
from attendance.services.tokens import (
    add_token,
    clear_doubt,
    revoke_token,
    suspect_token,
)
from courses.models import Enrolment
from otec_portal.core.models import AuditEntry, TrainingBody
from otec_portal.core.workflow import TransitionRefused
from tests.factories import NOW, SECRET
from tests.factories.attendance import SenceSessionFactory
from tests.factories.core import UserFactory
from tests.factories.tokens import SenceTokenFactory
from tests.sence_messages import close_confirmed, close_failed, post, start_confirmed

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=1)


def other_token(body: TrainingBody, **more: object) -> SenceToken:
    token: SenceToken = SenceTokenFactory(
        training_body=body, secret="another-token", created_at=LATER, **more
    )
    return token


def token_of(enrolment: Enrolment) -> SenceToken:
    return SenceToken.objects.get(
        training_body=enrolment.action.course.training_body, secret__isnull=False
    )


def test_token_newest_in_force_goes_first(
    enrolment: Enrolment, our_body: TrainingBody
) -> None:
    other_token(our_body)
    assert start(enrolment, now=NOW).fields["Token"] == "another-token"


def test_token_suspect_goes_after_an_older_one_in_force(
    enrolment: Enrolment, our_body: TrainingBody
) -> None:
    other_token(our_body, state=TokenState.SUSPECT)
    assert start(enrolment, now=NOW).fields["Token"] != "another-token"


def test_token_suspect_is_the_last_resort(enrolment: Enrolment) -> None:
    """Whoever forges a 212 must not stop a whole training body."""
    suspect_token(token_of(enrolment), at=NOW)
    assert start(enrolment, now=NOW).session.state == "starting"


def test_token_revoked_meanwhile_is_replaced_in_the_same_attempt(
    enrolment: Enrolment, our_body: TrainingBody
) -> None:
    old = token_of(enrolment)
    first = start(enrolment, now=NOW)
    other_token(our_body)
    revoke_token(old, by=UserFactory(), at=NOW)
    again = start(Enrolment.objects.get(pk=enrolment.pk), now=LATER)
    assert again.session == first.session
    assert again.fields == {**first.fields, "Token": "another-token"}
    assert [one.token.secret for one in Handover.objects.order_by("pk")] == [
        first.fields["Token"],
        "another-token",
    ]


@pytest.mark.parametrize("code", ["211", "212", "303"])
def test_token_refused_on_the_close_goes_no_more_while_another_is_in_force(
    enrolment: Enrolment, our_body: TrainingBody, stopped_clock: object, code: str
) -> None:
    """Every retry of the close would be refused like the first (docs/adr/0004)."""
    session = SenceSessionFactory(enrolment=enrolment, closing=True)
    sound = other_token(our_body)
    post("close_failed", close_failed(session, code))
    session = SenceSession.objects.get()
    assert session.token.state == TokenState.SUSPECT
    assert request_close(session, now=NOW).fields["Token"] == "another-token"
    assert SenceSession.objects.get().token == sound


def test_token_suspect_goes_again_with_the_close_without_another() -> None:
    session = SenceSessionFactory(opened=True)
    suspect_token(session.token, at=NOW)
    assert request_close(session, now=NOW).fields["Token"] == SECRET


def test_token_revoked_meanwhile_without_another_sends_nothing(
    enrolment: Enrolment,
) -> None:
    """Once revoked, a token never leaves again."""
    start(enrolment, now=NOW)
    revoke_token(token_of(enrolment), by=UserFactory(), at=NOW)
    with pytest.raises(NotSendable) as refused:
        start(Enrolment.objects.get(pk=enrolment.pk), now=LATER)
    assert [problem.code for problem in refused.value.problems] == ["no_token"]
    assert Handover.objects.count() == 1


def test_token_revoked_meanwhile_stops_the_close_as_well() -> None:
    session = SenceSessionFactory(opened=True)
    revoke_token(session.token, by=UserFactory(), at=NOW)
    session.refresh_from_db()
    with pytest.raises(NotSendable):
        request_close(session, now=NOW)
    assert not Handover.objects.exists()
    session.refresh_from_db()
    assert (session.state, session.close_handed_at) == ("open", None)


def test_token_added_is_audited_without_its_text(our_body: TrainingBody) -> None:
    """B5"""
    secret = "canary-7f3a-secret"
    token = add_token(
        training_body=our_body, label="2026", secret=secret, by=None, at=NOW
    )
    assert (token.last4, token.masked) == ("cret", "••••cret")
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.target_id) == ("attendance.token_added", str(token.pk))
    assert secret not in f"{entry.data} {entry.target_label}"


def test_token_revoked_twice_is_refused_and_audited_once() -> None:
    token, user = SenceTokenFactory(), UserFactory()
    revoke_token(token, by=user, at=NOW)
    with pytest.raises(TransitionRefused):
        revoke_token(SenceToken.objects.get(), by=user, at=LATER)
    token.refresh_from_db()
    assert (token.state, token.revoked_at) == (TokenState.REVOKED, NOW)
    assert AuditEntry.objects.get().action == "attendance.token_revoked"


@pytest.mark.parametrize(
    ("state", "after_doubt", "after_success"),
    [
        (TokenState.IN_FORCE, TokenState.SUSPECT, TokenState.IN_FORCE),
        (TokenState.SUSPECT, TokenState.SUSPECT, TokenState.IN_FORCE),
        (TokenState.REVOKED, TokenState.REVOKED, TokenState.REVOKED),
    ],
)
def test_token_doubted_and_vindicated_stays_revoked_if_it_was(
    state: TokenState, after_doubt: TokenState, after_success: TokenState
) -> None:
    token = SenceTokenFactory(
        state=state, revoked_at=NOW if state == TokenState.REVOKED else None
    )
    suspect_token(token, at=NOW)
    assert SenceToken.objects.get().state == after_doubt
    clear_doubt(token, at=NOW)
    assert SenceToken.objects.get().state == after_success


def test_token_doubted_is_vindicated_by_a_close_that_succeeds(
    stopped_clock: object,
) -> None:
    """SENCE took it: whichever of the two steps it went with (docs/adr/0004)."""
    session = SenceSessionFactory(closing=True)
    suspect_token(session.token, at=NOW)
    post("close_confirmed", close_confirmed(session, at=LATER))
    assert SenceToken.objects.get().state == TokenState.IN_FORCE


def test_token_doubted_is_vindicated_by_a_start_without_a_flag(
    stopped_clock: object,
) -> None:
    session = SenceSessionFactory()
    suspect_token(session.token, at=NOW)
    post("start_confirmed", start_confirmed(session))
    assert SenceToken.objects.get().state == TokenState.IN_FORCE


@pytest.mark.parametrize(
    "odd", [{"FechaHora": ""}, {"ZonaHoraria": ""}, {"IdSesionSence": "S-seen"}]
)
def test_token_doubted_stays_so_after_a_start_with_a_flag(
    stopped_clock: object, odd: dict[str, str]
) -> None:
    """Whoever forges a success opens a session, and vouches for no token."""
    session = SenceSessionFactory()
    SenceSessionFactory(opened=True, sence_id="S-seen")
    suspect_token(session.token, at=NOW)
    post("start_confirmed", start_confirmed(session, **odd))
    session.refresh_from_db()
    assert session.receipts.get().decision.flags
    assert (session.state, session.token.state) == ("open", TokenState.SUSPECT)


def test_token_doubted_stays_so_after_a_close_with_a_flag(
    stopped_clock: object,
) -> None:
    session = SenceSessionFactory(closing=True)
    suspect_token(session.token, at=NOW)
    post("close_confirmed", close_confirmed(session, FechaHora="", ZonaHoraria=""))
    session.refresh_from_db()
    assert (session.state, session.token.state) == ("closed", TokenState.SUSPECT)


def test_token_doubted_by_a_stale_row_that_was_revoked_stays_revoked() -> None:
    token = SenceTokenFactory()
    stale = SenceToken.objects.get()
    revoke_token(token, by=UserFactory(), at=NOW)
    suspect_token(stale, at=LATER)
    assert SenceToken.objects.get().state == TokenState.REVOKED
