"""C8: whoever may emit must have a second factor."""

import pytest
from django.urls import reverse
from pytest_django import Settings

from otec_portal.core.checks import check_second_factor
from otec_portal.core.models import Role
from otec_portal.core.sign_in import second_factor
from tests.core.sign_in.steps import ENROL, LOGIN, is_in, sign_in, user_as
from tests.factories import NOW
from tests.factories.core import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "required"),
    [
        (Role.NATIONAL_ADMIN, True),
        (Role.REGIONAL_ADMIN, True),
        (Role.FACILITATOR, False),
        (Role.REGIONAL_OFFICE, False),
    ],
)
def test_second_factor_is_for_who_may_emit(role: Role, required: bool) -> None:
    user = user_as(role)
    assert second_factor.standing_of(user).required == required
    answer = sign_in(user).get(reverse("account"))
    assert (answer.status_code == 302) == required


def test_second_factor_is_for_the_installations_staff() -> None:
    assert second_factor.standing_of(UserFactory(is_staff=True)).required


def test_second_factor_for_who_may_emit_in_any_institution_is_required() -> None:
    user = user_as(Role.FACILITATOR)
    MembershipFactory(user=user, role=Role.REGIONAL_ADMIN)
    assert second_factor.standing_of(user).required


@pytest.mark.parametrize(
    "state",
    [{"offered_at": NOW, "offered_name": "Ana"}, {"suspended_at": NOW}],
    ids=["offered", "suspended"],
)
def test_second_factor_for_a_profile_out_of_force_is_not_required(
    state: dict[str, object],
) -> None:
    assert not second_factor.standing_of(user_as(Role.NATIONAL_ADMIN, **state)).required


def test_standing_asks_one_query(django_assert_num_queries: object) -> None:
    user = user_as(Role.NATIONAL_ADMIN)
    with django_assert_num_queries(1):  # type: ignore[operator]
        second_factor.standing_of(user)


PAGES = [
    "home",
    "account",
    "choose_membership",
    "components_gallery",
    "attendance:sessions",
    "attendance:tokens",
    "users",
    "admin:index",
    "admin:core_user_changelist",
    "mfa_view_recovery_codes",
]


@pytest.mark.parametrize("name", PAGES)
def test_staff_without_second_factor_reaches_enrolment_alone(name: str) -> None:
    """C8: Django's admin is no way round."""
    user = MembershipFactory(user__is_staff=True, user__is_superuser=True).user
    client = sign_in(user)
    for answer in (client.get(reverse(name)), client.post(reverse(name))):
        assert answer.status_code == 302
        assert answer["Location"] == ENROL


def test_staff_without_second_factor_may_leave() -> None:
    client = sign_in(user_as(Role.NATIONAL_ADMIN))
    assert client.post("/salir/")["Location"] == LOGIN


def test_participants_pages_do_not_ask_the_operator_in_the_same_browser(
    settings: Settings,
) -> None:
    client = sign_in(user_as(Role.NATIONAL_ADMIN))
    assert client.get("/salud/").status_code == 200
    assert client.get("/mi-curso/").status_code == 403


def test_facilitator_who_becomes_admin_must_enrol_at_once() -> None:
    user = user_as(Role.FACILITATOR)
    client = sign_in(user)
    assert is_in(client)
    MembershipFactory(user=user, role=Role.NATIONAL_ADMIN)
    assert client.get(reverse("account"))["Location"] == ENROL


def test_second_factor_not_required_by_the_setting_is_only_offered(
    settings: Settings,
) -> None:
    """The demo: an invitation instead of a wall."""
    settings.SECOND_FACTOR_REQUIRED = False
    client = sign_in(user_as(Role.NATIONAL_ADMIN))
    page = client.get("/")
    assert page.status_code == 200
    assert "Protege tu cuenta con un segundo factor" in page.content.decode()


def test_home_of_who_needs_none_offers_none() -> None:
    page = sign_in(user_as(Role.FACILITATOR)).get("/").content.decode()
    assert "Protege tu cuenta" not in page


def test_second_factor_not_required_is_warned_of_when_deployed(
    settings: Settings,
) -> None:
    """C5."""
    assert check_second_factor(None) == []
    settings.SECOND_FACTOR_REQUIRED = False
    assert [one.id for one in check_second_factor(None)] == ["core.W002"]
