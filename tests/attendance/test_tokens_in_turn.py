"""A token that is replaced in the middle of an attempt: two left, one answer comes."""

import pytest

from attendance.models import OperatorAlert, Receipt, SenceToken, TokenState
from attendance.services.handing_out import Form
from attendance.services.sessions import request_close, start
from attendance.services.tokens import revoke_token, suspect_token
from courses.models import Enrolment
from tests.factories import NOW, SECRET
from tests.factories.core import UserFactory
from tests.factories.tokens import SenceTokenFactory
from tests.sence_messages import close_failed, post, start_confirmed, start_failed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
NEWER = "7e57c0de-5555-4666-8777-fedcbafedcba"


@pytest.fixture
def forms(enrolment: Enrolment) -> tuple[Form, Form]:
    """The form of one tab, and of another after its token was revoked."""
    first = start(enrolment, now=NOW)
    old = SenceToken.objects.get()
    SenceTokenFactory(training_body=old.training_body, secret=NEWER)
    revoke_token(old, by=UserFactory(), at=NOW)
    second = start(Enrolment.objects.get(pk=enrolment.pk), now=NOW)
    assert (first.fields["Token"], second.fields["Token"]) == (SECRET, NEWER)
    return first, second


@pytest.mark.parametrize("secret", [SECRET, NEWER])
def test_every_token_that_left_is_blanked_in_what_comes_back(
    forms: tuple[Form, Form], secret: str
) -> None:
    """B5: also the one that is in use no more."""
    echo = {"Eco": secret, "Otro": f"x{secret.upper()}"}
    post("start_confirmed", start_confirmed(forms[0].session, **echo))
    body = bytes(Receipt.objects.get().body).decode()
    assert secret.lower() not in body.lower()
    assert body.count("(borrado)") == 2


def test_refusal_that_may_be_of_the_older_token_is_not_held_against_the_newer(
    forms: tuple[Form, Form],
) -> None:
    post("start_failed", start_failed(forms[0].session, "212"))
    newer = SenceToken.objects.get(last4=NEWER[-4:])
    assert newer.state == TokenState.IN_FORCE
    alert = OperatorAlert.objects.get()
    assert (alert.cause, alert.about_tokens) == ("sence:212:token", True)


def test_start_confirmed_maybe_with_the_older_token_clears_no_doubt_of_the_newer(
    forms: tuple[Form, Form],
) -> None:
    newer = SenceToken.objects.get(last4=NEWER[-4:])
    suspect_token(newer, at=NOW)
    post("start_confirmed", start_confirmed(forms[0].session))
    newer.refresh_from_db()
    assert newer.state == TokenState.SUSPECT


def test_refusal_of_the_close_is_of_the_one_token_that_left_with_it(
    forms: tuple[Form, Form],
) -> None:
    session = forms[1].session
    post("start_confirmed", start_confirmed(session))
    session.refresh_from_db()
    request_close(session, now=NOW)
    post("close_failed", close_failed(session, "212"))
    newer = SenceToken.objects.get(last4=NEWER[-4:])
    assert newer.state == TokenState.SUSPECT
    assert OperatorAlert.objects.get().cause == f"sence:212:token{newer.pk}"
