"""Who is invited: a new account, or an offer to who has one."""

from collections.abc import Callable
from typing import Any

import pytest

from otec_portal.core.memberships import memberships_of, offers_to
from otec_portal.core.models import (
    AuditEntry,
    MailState,
    Membership,
    OutgoingEmail,
    Role,
    TrainingBody,
    User,
)
from otec_portal.core.services import invitations, offers, people
from otec_portal.core.services.people import PeopleRefused, Profile
from otec_portal.core.sign_in.links import read_offer, signed_offer
from tests.factories import NOW
from tests.factories.core import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


FACILITATOR = Profile(Role.FACILITATOR)


RUT = "12345678-5"


@pytest.fixture
def boss(our_body: TrainingBody) -> User:
    made: User = MembershipFactory(training_body=our_body).user
    return made


def invite(
    body: TrainingBody, by: User, profile: Profile = FACILITATOR, **more: str
) -> Membership:
    written = {"rut": RUT, "full_name": "Ana Soto", "email": "ana@otec.example"}
    return people.invite(
        training_body=body, profile=profile, by=by, at=NOW, **{**written, **more}
    )


def refusal(deed: Callable[[], object]) -> str:
    """Return the code with which `deed` is refused."""
    with pytest.raises(PeopleRefused) as refused:
        deed()
    return refused.value.code


def test_invited_who_is_new_gets_an_account_and_a_link(
    our_body: TrainingBody, boss: User
) -> None:
    membership = invite(
        our_body, boss, Profile(Role.REGIONAL_ADMIN, frozenset({"ML", "BI"}))
    )
    user = membership.user
    assert (user.rut, user.full_name, user.email) == (
        RUT,
        "Ana Soto",
        "ana@otec.example",
    )
    assert not user.has_usable_password()
    assert membership.region_codes() == {"ML", "BI"}
    assert (membership.waits, membership.offered_at) == (True, None)
    sent = OutgoingEmail.objects.get()
    assert (sent.to, sent.training_body) == ("ana@otec.example", our_body)
    assert "https://portal.example/clave/nueva/" in sent.text
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.user, entry.data["name"]) == (
        "core.user_invited",
        boss,
        "Ana Soto",
    )


def test_invited_who_is_a_user_elsewhere_is_only_offered(
    our_body: TrainingBody, boss: User
) -> None:
    """C1: nothing of theirs is seen by who invited them."""
    known = MembershipFactory(
        user__rut=RUT, user__full_name="Ana Real", user__email="real@rival.example"
    )
    membership = invite(our_body, boss)
    assert membership.user == known.user
    assert membership.shown_name == "Ana Soto"
    assert membership.shown_email == "ana@otec.example"
    assert list(memberships_of(known.user)) == [known]
    assert list(offers_to(known.user)) == []
    known.user.refresh_from_db()
    assert known.user.full_name == "Ana Real"
    sent = OutgoingEmail.objects.get()
    assert sent.to == "ana@otec.example"
    assert "/clave/nueva/" not in sent.text
    written = f"{AuditEntry.objects.get().data} {AuditEntry.objects.get().target_label}"
    assert "Real" not in written


def test_invited_looks_the_same_to_who_invites_whether_known_or_not(
    our_body: TrainingBody, boss: User
) -> None:
    new = invite(our_body, boss)
    MembershipFactory(user__rut="11111111-1", user__full_name="Otra Real")
    known = invite(our_body, boss, rut="11111111-1", email="otra@otec.example")
    assert (new.waits, new.shown_name) == (known.waits, known.shown_name)


def test_offer_accepted_makes_a_colleague(our_body: TrainingBody, boss: User) -> None:
    known = MembershipFactory(user__rut=RUT, user__full_name="Ana Real")
    membership = invite(our_body, boss)
    offers.accept(membership, at=NOW)
    offers.accept(membership, at=NOW)
    assert membership.shown_name == "Ana Real"
    assert set(memberships_of(known.user)) == {known, membership}
    deeds = AuditEntry.objects.filter(action="core.offer_accepted")
    assert [entry.user for entry in deeds] == [known.user]


def test_offer_declined_leaves_no_profile_and_no_name(
    our_body: TrainingBody, boss: User
) -> None:
    known = MembershipFactory(user__rut=RUT, user__full_name="Ana Real")
    offers.decline(invite(our_body, boss), at=NOW)
    assert list(Membership.objects.filter(user=known.user)) == [known]
    entry = AuditEntry.objects.get(action="core.offer_declined")
    assert (entry.user, entry.data["name"]) == (None, "Ana Soto")


def test_offer_declined_is_told_to_who_offered(
    our_body: TrainingBody, boss: User
) -> None:
    """By mail, in the words that they wrote; the invitation itself leaves no more."""
    MembershipFactory(user__rut=RUT, user__full_name="Ana Real")
    assert offers.decline(invite(our_body, boss), at=NOW)
    invitation, told = OutgoingEmail.objects.order_by("pk")
    assert invitation.state == MailState.WITHDRAWN
    assert (told.to, told.training_body) == (boss.email, our_body)
    assert "Ana Soto rechazó el perfil Facilitador" in told.text
    assert "Real" not in f"{told.subject} {told.text}"


@pytest.mark.parametrize("gone", ["left", "suspended", "disabled", "of SENCE"])
def test_offer_declined_is_not_told_to_who_may_not_know(
    our_body: TrainingBody, boss: User, gone: str
) -> None:
    MembershipFactory(user__rut=RUT)
    offer = invite(our_body, boss)
    if gone == "left":
        Membership.objects.filter(user=boss).delete()
    elif gone == "suspended":
        Membership.objects.filter(user=boss).update(suspended_at=NOW)
    elif gone == "disabled":
        User.objects.filter(pk=boss.pk).update(is_active=False)
    else:
        User.objects.filter(pk=boss.pk).update(email="jefa@sence.cl")
    assert not offers.decline(offer, at=NOW)
    assert OutgoingEmail.objects.get().state == MailState.WITHDRAWN


@pytest.mark.parametrize("known", [True, False])
def test_invitation_of_who_is_kept_out_does_not_leave(
    our_body: TrainingBody, boss: User, known: bool
) -> None:
    """Its link would lead nowhere. Let in again, they can be invited again."""
    if known:
        MembershipFactory(user__rut=RUT)
    membership = invite(our_body, boss)
    user = membership.user
    out: Any = {"training_body": our_body, "user": user, "by": boss, "at": NOW}
    people.suspend(**out)
    membership.refresh_from_db()
    mend = {"full_name": "Ana Paz", "email": "paz@otec.example"}
    for deed, more in ((invitations.resend, {}), (invitations.correct, mend)):
        with pytest.raises(invitations.InvitationRefused) as refused:
            deed(membership, by=boss, at=NOW, **more)
        assert refused.value.code == "suspended"
    assert OutgoingEmail.objects.get().state == MailState.WITHDRAWN
    people.restore(**out)
    membership.refresh_from_db()
    invitations.resend(membership, by=boss, at=NOW.replace(minute=5))
    assert OutgoingEmail.objects.filter(state=MailState.QUEUED).count() == 1


def test_invited_twice_is_sent_to_their_page(
    our_body: TrainingBody, boss: User
) -> None:
    invite(our_body, boss)
    assert refusal(lambda: invite(our_body, boss)) == "known_here"
    assert OutgoingEmail.objects.count() == 1


def test_invited_with_somebody_elses_address_is_refused_and_leaves_nothing(
    our_body: TrainingBody, boss: User
) -> None:
    UserFactory(email="ana@otec.example")
    assert refusal(lambda: invite(our_body, boss, email="ANA@otec.example")) == "email"
    assert not User.objects.filter(rut=RUT).exists()


def test_invitation_sent_again_is_another_mail(
    our_body: TrainingBody, boss: User
) -> None:
    membership = invite(our_body, boss)
    invitations.resend(membership, by=boss, at=NOW.replace(minute=5))
    assert OutgoingEmail.objects.count() == 2


def test_invitation_of_who_came_in_is_not_sent_again(
    our_body: TrainingBody, boss: User
) -> None:
    one = MembershipFactory(training_body=our_body)
    with pytest.raises(invitations.InvitationRefused) as refused:
        invitations.resend(one, by=boss, at=NOW)
    assert refused.value.code == "came_in"


def test_invitation_with_a_slip_is_mended_and_sent_again(
    our_body: TrainingBody, boss: User
) -> None:
    membership = invite(our_body, boss)
    invitations.correct(
        membership,
        full_name="Ana Soto Pérez",
        email="ana.soto@otec.example",
        by=boss,
        at=NOW,
    )
    user = User.objects.get(rut=RUT)
    assert (user.full_name, user.email) == ("Ana Soto Pérez", "ana.soto@otec.example")
    sent = OutgoingEmail.objects.order_by("pk").values_list("to", "state")
    assert list(sent) == [
        ("ana@otec.example", MailState.WITHDRAWN),
        ("ana.soto@otec.example", MailState.QUEUED),
    ]


def test_offer_with_a_slip_is_mended_and_its_old_link_ends(
    our_body: TrainingBody, boss: User
) -> None:
    known = MembershipFactory(user__rut=RUT, user__full_name="Ana Real")
    membership = invite(our_body, boss)
    old = signed_offer(membership)
    invitations.correct(
        membership, full_name="Ana Paz", email="A.Paz@otec.example", by=boss, at=NOW
    )
    assert read_offer(old) is None
    assert read_offer(signed_offer(membership)) == membership
    assert membership.shown_email == "a.paz@otec.example"
    known.user.refresh_from_db()
    assert known.user.full_name == "Ana Real"
    left = OutgoingEmail.objects.exclude(state=MailState.WITHDRAWN)
    assert [mail.to for mail in left] == ["a.paz@otec.example"]


def test_invitation_whose_profile_is_removed_does_not_leave(
    our_body: TrainingBody, boss: User
) -> None:
    people.remove_profile(invite(our_body, boss), by=boss, at=NOW)
    assert OutgoingEmail.objects.get().state == MailState.WITHDRAWN


@pytest.mark.parametrize("why", ["came in", "elsewhere"])
def test_data_of_who_is_their_own_master_is_not_mended_by_others(
    why: str, our_body: TrainingBody, boss: User
) -> None:
    membership = {
        "came in": lambda: MembershipFactory(training_body=our_body),
        "elsewhere": lambda: invite(our_body, boss),
    }[why]()
    if why == "elsewhere":
        MembershipFactory(user=membership.user)
    with pytest.raises(invitations.InvitationRefused):
        invitations.correct(membership, full_name="X", email="x@x.cl", by=boss, at=NOW)
    assert User.objects.get(pk=membership.user_id).full_name != "X"
