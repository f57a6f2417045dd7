"""A colleague who lost telephone and codes."""

import pytest
from allauth.mfa.models import Authenticator

from otec_portal.core.encryption import encrypt
from otec_portal.core.models import (
    AuditEntry,
    Membership,
    OutgoingEmail,
    Role,
    TrainingBody,
    User,
)
from otec_portal.core.services import second_factors
from tests.factories import NOW, TOTP_SECRET
from tests.factories.core import MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(our_body: TrainingBody) -> User:
    made: User = MembershipFactory(training_body=our_body).user
    return made


def enrolled(user: User) -> None:
    Authenticator.objects.create(
        user=user, type="totp", data={"secret": encrypt(TOTP_SECRET)}
    )


def test_second_factor_reset_is_audited_and_its_owner_told(
    our_body: TrainingBody, boss: User
) -> None:
    one = MembershipFactory(training_body=our_body)
    enrolled(one.user)
    second_factors.reset(one, by=boss, at=NOW)
    assert not Authenticator.objects.exists()
    assert AuditEntry.objects.get().action == "core.second_factor_reset"
    sent = OutgoingEmail.objects.get()
    assert sent.to == one.user.email
    assert boss.full_name in sent.text


def test_second_factor_reset_is_known_wherever_its_owner_may_emit(
    our_body: TrainingBody, rival_body: TrainingBody, boss: User
) -> None:
    """The other body reads that it happened, and not who did it or where."""
    one = MembershipFactory(training_body=our_body)
    there = MembershipFactory(user=one.user, training_body=rival_body)
    MembershipFactory(user=one.user, role=Role.FACILITATOR)
    MembershipFactory(user=one.user, offered_at=NOW, offered_name="A")
    enrolled(one.user)
    second_factors.reset(one, by=boss, at=NOW)
    ours, theirs = AuditEntry.objects.order_by("pk")
    assert (ours.training_body, ours.user) == (our_body, boss)
    assert (theirs.training_body, theirs.user) == (rival_body, None)
    assert (theirs.target_id, theirs.at) == (str(there.pk), NOW)
    assert our_body.name not in str([theirs.data, theirs.target_label])


@pytest.mark.parametrize("why", ["own", "not_accepted", "none"])
def test_second_factor_reset_where_it_cant_be_is_refused(
    why: str, our_body: TrainingBody, boss: User
) -> None:
    offer = {"offered_at": NOW, "offered_name": "A"} if why == "not_accepted" else {}
    one = (
        Membership.objects.get(user=boss)
        if why == "own"
        else MembershipFactory(training_body=our_body, **offer)
    )
    if why != "none":
        enrolled(one.user)
    with pytest.raises(second_factors.ResetRefused) as refused:
        second_factors.reset(one, by=boss, at=NOW)
    assert refused.value.code == why
    assert Authenticator.objects.exists() == (why != "none")
