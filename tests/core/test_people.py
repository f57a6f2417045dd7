"""Who may act for a training body: the rules."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection

from otec_portal.core.encryption import encrypt
from otec_portal.core.memberships import memberships_of, offers_to
from otec_portal.core.models import (
    AuditEntry,
    Membership,
    OutgoingEmail,
    Role,
    TrainingBody,
    User,
)
from otec_portal.core.services import invitations, people, second_factors
from otec_portal.core.services.people import PeopleRefused, Profile
from tests.factories import (
    NOW,
    TOTP_SECRET,
    MembershipFactory,
    TrainingBodyFactory,
    UserFactory,
)

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
    assert list(offers_to(known.user)) == [membership]
    known.user.refresh_from_db()
    assert known.user.full_name == "Ana Real"
    sent = OutgoingEmail.objects.get()
    assert sent.to == "real@rival.example"
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
    people.accept(membership, at=NOW)
    people.accept(membership, at=NOW)
    assert membership.shown_name == "Ana Real"
    assert set(memberships_of(known.user)) == {known, membership}
    deeds = AuditEntry.objects.filter(action="core.offer_accepted")
    assert [entry.user for entry in deeds] == [known.user]


def test_offer_declined_leaves_no_profile_and_no_name(
    our_body: TrainingBody, boss: User
) -> None:
    known = MembershipFactory(user__rut=RUT, user__full_name="Ana Real")
    people.decline(invite(our_body, boss), at=NOW)
    assert list(Membership.objects.filter(user=known.user)) == [known]
    entry = AuditEntry.objects.get(action="core.offer_declined")
    assert (entry.user, entry.data["name"]) == (None, "Ana Soto")


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


@pytest.mark.parametrize(
    ("role", "regions", "code"),
    [
        (Role.REGIONAL_ADMIN, set(), "no_region"),
        (Role.FACILITATOR, {"ML"}, "regions"),
        (Role.NATIONAL_ADMIN, {"ML"}, "regions"),
        (Role.REGIONAL_OFFICE, set(), "role"),
        (Role.REGIONAL_ADMIN, {"ML"}, ""),
        (Role.NATIONAL_ADMIN, set(), ""),
    ],
)
def test_profile_has_regions_if_and_only_if_it_is_bound_to_them(
    role: Role, regions: set[str], code: str
) -> None:
    if code:
        assert refusal(lambda: people.check_profile(role, regions)) == code
    else:
        people.check_profile(role, regions)


# ---- profiles


def test_profile_added_to_a_colleague_counts_at_once(
    our_body: TrainingBody, boss: User
) -> None:
    colleague = MembershipFactory(training_body=our_body, role=Role.FACILITATOR)
    added = people.add_profile(
        training_body=our_body,
        user=colleague.user,
        profile=Profile(Role.NATIONAL_ADMIN),
        by=boss,
        at=NOW,
    )
    assert set(memberships_of(colleague.user)) == {colleague, added}
    assert AuditEntry.objects.get().action == "core.profile_added"


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ({}, "held"),
        ({"offered_at": NOW, "offered_name": "Ana"}, "not_accepted"),
    ],
)
def test_profile_added_where_it_cant_be_is_refused(
    state: dict[str, object], code: str, our_body: TrainingBody, boss: User
) -> None:
    held = MembershipFactory(training_body=our_body, role=Role.FACILITATOR, **state)
    told = refusal(
        lambda: people.add_profile(
            training_body=our_body,
            user=held.user,
            profile=FACILITATOR,
            by=boss,
            at=NOW,
        )
    )
    assert told == code


def test_profile_added_to_who_has_no_access_waits_with_the_others(
    our_body: TrainingBody, boss: User
) -> None:
    held = MembershipFactory(
        training_body=our_body, role=Role.FACILITATOR, suspended_at=NOW
    )
    people.add_profile(
        training_body=our_body,
        user=held.user,
        profile=Profile(Role.NATIONAL_ADMIN),
        by=boss,
        at=NOW,
    )
    assert not memberships_of(held.user).exists()


def test_profile_of_a_stranger_is_not_added(our_body: TrainingBody, boss: User) -> None:
    """C1."""
    told = refusal(
        lambda: people.add_profile(
            training_body=our_body,
            user=MembershipFactory().user,
            profile=FACILITATOR,
            by=boss,
            at=NOW,
        )
    )
    assert told == "not_accepted"


def test_profile_removed_is_gone_and_kept_in_the_history(
    our_body: TrainingBody, boss: User
) -> None:
    one = MembershipFactory(training_body=our_body, role=Role.FACILITATOR)
    people.remove_profile(one, by=boss, at=NOW)
    assert not Membership.objects.filter(pk=one.pk).exists()
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.data["name"]) == (
        "core.profile_removed",
        one.user.full_name,
    )


def test_profile_of_ones_own_is_not_removed(our_body: TrainingBody, boss: User) -> None:
    MembershipFactory(training_body=our_body)
    mine = Membership.objects.get(user=boss)
    assert refusal(lambda: people.remove_profile(mine, by=boss, at=NOW)) == "own"


def suspend(one: Membership, by: User) -> None:
    assert one.training_body
    people.suspend(training_body=one.training_body, user=one.user, by=by, at=NOW)


@pytest.mark.parametrize("deed", ["remove", "suspend"])
@pytest.mark.parametrize(
    "other",
    [
        None,
        {"role": Role.FACILITATOR},
        {"suspended_at": NOW},
        {"offered_at": NOW, "offered_name": "Ana"},
        {"user__is_active": False},
    ],
    ids=["nobody", "facilitator", "suspended", "offered", "disabled"],
)
def test_last_national_admin_stays(
    deed: str, other: dict[str, object] | None, our_body: TrainingBody
) -> None:
    """Whoever else is there could not run the training body."""
    last = MembershipFactory(training_body=our_body)
    if other is not None:
        MembershipFactory(training_body=our_body, **other)
    by = UserFactory()
    told = refusal(
        lambda: (
            people.remove_profile(last, by=by, at=NOW)
            if deed == "remove"
            else suspend(last, by)
        )
    )
    assert told == "last_admin"
    assert Membership.objects.get(pk=last.pk).suspended_at is None


def test_national_admin_beside_another_may_go(
    our_body: TrainingBody, boss: User
) -> None:
    people.remove_profile(MembershipFactory(training_body=our_body), by=boss, at=NOW)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_admins_who_remove_each_other_leave_one(postgresql: None) -> None:
    """PostgreSQL: the training body's row is locked."""
    for _ in range(5):
        body = TrainingBodyFactory()
        pair = [MembershipFactory(training_body=body) for _ in range(2)]
        ready = Barrier(2, timeout=30)

        def remove(
            mine: int, ready: Barrier = ready, pair: list[Membership] = pair
        ) -> None:
            try:
                connection.ensure_connection()
                ready.wait()
                people.remove_profile(pair[1 - mine], by=pair[mine].user, at=NOW)
            except PeopleRefused:
                pass
            finally:
                connection.close()

        threads = [Thread(target=remove, args=[mine]) for mine in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert Membership.objects.filter(training_body=body).count() == 1


@pytest.mark.parametrize("regions", [{"ML", "AR"}, {"AR"}])
def test_regions_set_are_those_and_no_others(
    regions: set[str], our_body: TrainingBody, boss: User
) -> None:
    one = MembershipFactory(training_body=our_body, role=Role.REGIONAL_ADMIN)
    one.regions.create(region="ML")
    one.regions.create(region="BI")
    people.set_regions(one, regions=regions, by=boss, at=NOW)
    assert Membership.objects.get(pk=one.pk).region_codes() == regions
    assert AuditEntry.objects.get().data["regions"] == sorted(regions)


def test_regions_left_as_they_are_write_nothing(
    our_body: TrainingBody, boss: User
) -> None:
    one = MembershipFactory(training_body=our_body, role=Role.REGIONAL_ADMIN)
    one.regions.create(region="ML")
    people.set_regions(one, regions=["ML"], by=boss, at=NOW)
    assert not AuditEntry.objects.exists()


# ---- access


def test_access_suspended_here_leaves_what_is_elsewhere(
    our_body: TrainingBody, boss: User
) -> None:
    one = MembershipFactory(training_body=our_body, role=Role.FACILITATOR)
    elsewhere = MembershipFactory(user=one.user)
    suspend(one, boss)
    suspend(one, boss)
    assert list(memberships_of(one.user)) == [elsewhere]
    assert AuditEntry.objects.count() == 1
    people.restore(training_body=our_body, user=one.user, by=boss, at=NOW)
    people.restore(training_body=our_body, user=one.user, by=boss, at=NOW)
    assert set(memberships_of(one.user)) == {one, elsewhere}
    assert AuditEntry.objects.count() == 2


def test_access_of_ones_own_is_not_suspended(
    our_body: TrainingBody, boss: User
) -> None:
    MembershipFactory(training_body=our_body)
    mine = Membership.objects.get(user=boss)
    assert refusal(lambda: suspend(mine, boss)) == "own"


# ---- invitations


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
    assert OutgoingEmail.objects.filter(to="ana.soto@otec.example").exists()


@pytest.mark.parametrize("why", ["came in", "elsewhere", "offered"])
def test_data_of_who_is_their_own_master_is_not_mended_by_others(
    why: str, our_body: TrainingBody, boss: User
) -> None:
    membership = {
        "came in": lambda: MembershipFactory(training_body=our_body),
        "elsewhere": lambda: invite(our_body, boss),
        "offered": lambda: MembershipFactory(
            training_body=our_body, offered_at=NOW, offered_name="Ana"
        ),
    }[why]()
    if why == "elsewhere":
        MembershipFactory(user=membership.user)
    with pytest.raises(invitations.InvitationRefused):
        invitations.correct(membership, full_name="X", email="x@x.cl", by=boss, at=NOW)
    assert User.objects.get(pk=membership.user_id).full_name != "X"


# ---- second factor of a colleague


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
