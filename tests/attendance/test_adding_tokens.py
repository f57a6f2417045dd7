"""Tokens as they are typed: what is one, what is refused, what is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.models import (
    SenceToken,
)
from attendance.sence.outgoing import is_usual_token, token_problem
from attendance.services.tokens import TokenRefused, add_token
from otec_portal.core.models import AuditEntry, TrainingBody
from tests.conftest import SignedIn
from tests.factories import (
    NOW,
    SECRET,
    SenceTokenFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]

ADD = "/tokens/nuevo/"


def test_token_added_is_masked_from_then_on(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """B5."""
    answer = admin.client.post(ADD, {"label": "2026", "secret": SECRET}, follow=True)
    token = SenceToken.objects.get()
    assert (token.secret, token.training_body) == (SECRET, our_body)
    page = answer.content.decode()
    assert f"••••{SECRET[-4:]}" in page
    assert SECRET not in page
    assert AuditEntry.objects.get().user == admin.membership.user


@pytest.mark.parametrize(
    ("secret", "code"),
    [
        ("", "required"),
        ("x" * 37, "token"),
        (f"{SECRET[:10]} {SECRET[11:]}", "token"),
        (SECRET.replace("5", "ñ"), "token"),
        (SECRET[:-1], "unusual"),
        ("12345678123412341234123456789012", "unusual"),
    ],
)
def test_token_of_another_form_is_refused_and_never_shown(
    secret: str, code: str, admin: SignedIn
) -> None:
    page = admin.client.post(ADD, {"label": "Mi token", "secret": secret})
    (error,) = page.context["form"].errors.as_data()["secret"]
    assert error.code == code
    assert "Mi token" in page.content.decode()
    assert not secret or secret not in page.content.decode()
    assert not SenceToken.objects.exists()


def test_token_of_an_unusual_form_is_taken_when_one_insists(admin: SignedIn) -> None:
    """The manual's own example has 33 characters."""
    odd = "12345678-1234-1234-1234-123456789"
    admin.client.post(ADD, {"label": "Raro", "secret": odd, "as_issued": "on"})
    assert SenceToken.objects.get().secret == odd


def test_token_pasted_with_blanks_around_is_the_same(admin: SignedIn) -> None:
    admin.client.post(ADD, {"label": "2026", "secret": f"  {SECRET}\n"})
    assert SenceToken.objects.get().secret == SECRET


@pytest.mark.parametrize("other", [SECRET.upper(), SECRET.title()])
def test_token_in_use_is_the_same_in_another_case(
    other: str, our_body: TrainingBody
) -> None:
    SenceTokenFactory(training_body=our_body)
    with pytest.raises(TokenRefused) as refused:
        add_token(training_body=our_body, label="x", secret=other, by=None, at=NOW)
    assert refused.value.code == "known"


def test_token_of_no_guid_is_another_in_another_case(our_body: TrainingBody) -> None:
    SenceTokenFactory(training_body=our_body, secret="abc-1")
    add_token(training_body=our_body, label="x", secret="ABC-1", by=None, at=NOW)
    assert SenceToken.objects.count() == 2


def test_token_in_use_is_not_added_twice(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    SenceTokenFactory(training_body=our_body)
    page = admin.client.post(ADD, {"label": "Otra vez", "secret": SECRET})
    (error,) = page.context["form"].errors.as_data()["secret"]
    assert error.code == "known"


def test_token_of_the_rival_is_no_reason_to_refuse_ours(
    admin: SignedIn, rival_body: TrainingBody
) -> None:
    """C1: nobody learns by trying which tokens others have."""
    SenceTokenFactory(training_body=rival_body)
    admin.client.post(ADD, {"label": "2026", "secret": SECRET})
    assert SenceToken.objects.count() == 2


def test_token_that_could_never_leave_is_refused_by_the_service(
    our_body: TrainingBody,
) -> None:
    with pytest.raises(TokenRefused):
        add_token(training_body=our_body, label="x", secret="a b", by=None, at=NOW)


@given(st.uuids())
def test_token_that_is_a_guid_is_usual(guid: object) -> None:
    assert is_usual_token(str(guid))
    assert is_usual_token(str(guid).upper())
    assert token_problem(str(guid)) is None


@given(st.text(max_size=50))
def test_token_that_is_usual_could_always_leave(text: str) -> None:
    assert not is_usual_token(text) or token_problem(text) is None
