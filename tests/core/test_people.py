"""Who may act for a training body: the rules."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial

import pytest

from otec_portal.core.memberships import memberships_of
from otec_portal.core.models import (
    AuditEntry,
    Membership,
    Role,
    TrainingBody,
    User,
)
from otec_portal.core.rut import with_check_digit
from otec_portal.core.services import people
from otec_portal.core.services.people import PeopleRefused, Profile
from tests.at_once import at_once
from tests.factories import NOW
from tests.factories.core import MembershipFactory, TrainingBodyFactory, UserFactory

pytestmark = pytest.mark.django_db


FACILITATOR = Profile(Role.FACILITATOR)


@pytest.fixture
def boss(our_body: TrainingBody) -> User:
    made: User = MembershipFactory(training_body=our_body).user
    return made


def refusal(deed: Callable[[], object]) -> str:
    """Return the code with which `deed` is refused."""
    with pytest.raises(PeopleRefused) as refused:
        deed()
    return refused.value.code


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
@pytest.mark.parametrize("new", [True, False])
def test_person_invited_twice_at_once_is_in_the_list_once(
    new: bool, postgresql: None
) -> None:
    """A double click: the second one reads that they are there already."""
    for number in range(5):
        body, by = TrainingBodyFactory(), UserFactory()
        rut = with_check_digit(15_000_000 + number) if new else UserFactory().rut

        def invite(body: TrainingBody = body, by: User = by, rut: str = rut) -> str:
            try:
                people.invite(
                    training_body=body,
                    rut=rut,
                    full_name="Eva Soto",
                    email=f"{rut}@otec.example",
                    profile=FACILITATOR,
                    by=by,
                    at=NOW,
                )
            except PeopleRefused as refused:
                return refused.code
            return "invited"

        assert sorted(at_once(invite, invite)) == ["invited", "known_here"]
        assert Membership.objects.filter(training_body=body).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_admins_who_remove_each_other_leave_one(postgresql: None) -> None:
    """PostgreSQL: the training body's row is locked."""
    for _ in range(5):
        body = TrainingBodyFactory()
        pair = [MembershipFactory(training_body=body) for _ in range(2)]

        def remove(mine: int, pair: list[Membership] = pair) -> None:
            with suppress(PeopleRefused):
                people.remove_profile(pair[1 - mine], by=pair[mine].user, at=NOW)

        at_once(partial(remove, 0), partial(remove, 1))
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
