"""Tokens as they are typed: what is one, what is refused, what is kept."""

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from attendance.models import (
    SenceToken,
    TokenState,
)
from attendance.sence.outgoing import is_usual_token, token_problem
from attendance.services.tokens import TokenRefused, add_token, revoke_token
from otec_portal.core.models import AuditEntry, TrainingBody
from tests.conftest import SignedIn
from tests.factories import NOW, SECRET
from tests.factories.tokens import SenceTokenFactory

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
        ("7" * 11, "token"),
        ("7" * 12, "unusual"),
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


@pytest.mark.parametrize("secret", ["ab1", "ab12", "ab1-ab1-ab1"])
def test_short_token_is_refused_even_if_one_insists(
    secret: str, admin: SignedIn
) -> None:
    posted = {"label": "Corto", "secret": secret, "as_issued": "on"}
    page = admin.client.post(ADD, posted)
    (error,) = page.context["form"].errors.as_data()["secret"]
    assert error.code == "token"
    assert not SenceToken.objects.exists()


@pytest.mark.parametrize(
    ("secret", "shown"),
    [("ab1", ""), ("ab12", ""), ("ab1-ab1-ab1", ""), ("ab1-ab1-ab1-", "ab1-")],
)
def test_short_token_of_before_is_not_shown(
    secret: str, shown: str, admin: SignedIn, our_body: TrainingBody
) -> None:
    token = SenceTokenFactory(training_body=our_body, secret=secret)
    assert SenceToken.objects.get().masked == f"••••{shown}"
    for address in (
        reverse("attendance:tokens"),
        reverse("attendance:token", args=[token.public_id]),
        reverse("attendance:revoke_token", args=[token.public_id]),
    ):
        page = admin.client.get(address).content.decode()
        assert f"••••{shown}" in page
        assert f"••••{secret[-4:]}" not in page or shown


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
    SenceTokenFactory(training_body=our_body, secret="abc-1-abc-1-")
    add_token(training_body=our_body, label="x", secret="ABC-1-ABC-1-", by=None, at=NOW)
    assert SenceToken.objects.count() == 2


def test_token_in_use_is_not_added_twice(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    SenceTokenFactory(training_body=our_body)
    page = admin.client.post(ADD, {"label": "Otra vez", "secret": SECRET})
    (error,) = page.context["form"].errors.as_data()["secret"]
    assert error.code == "known"


def test_token_that_was_revoked_is_not_put_back_into_use(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """Its revocation said that it would never be used again; the rival's says none."""
    gone = SenceTokenFactory(training_body=our_body)
    revoke_token(gone, by=admin.membership.user, at=NOW)
    page = admin.client.post(ADD, {"label": "Otra vez", "secret": SECRET.upper()})
    (error,) = page.context["form"].errors.as_data()["secret"]
    assert error.code == "revoked"
    told = f"Ese token se revocó el {NOW:%d-%m-%Y}; pide uno nuevo a SENCE."
    assert error.messages == [told]
    assert [one.state for one in SenceToken.objects.all()] == [TokenState.REVOKED]


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
        add_token(
            training_body=our_body,
            label="x",
            secret="token con blanco",
            by=None,
            at=NOW,
        )


@given(st.uuids())
def test_token_that_is_a_guid_is_usual(guid: object) -> None:
    assert is_usual_token(str(guid))
    assert is_usual_token(str(guid).upper())
    assert token_problem(str(guid)) is None


@given(st.text(max_size=50))
def test_token_that_is_usual_could_always_leave(text: str) -> None:
    assert not is_usual_token(text) or token_problem(text) is None
