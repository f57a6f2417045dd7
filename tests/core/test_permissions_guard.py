"""The guard of the operators' views, and what each role holds."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from otec_portal.core.memberships import choose, current_membership
from otec_portal.core.models import Membership, Role, User
from otec_portal.core.permissions import (
    ROLE_PERMISSIONS,
    OperatorRequest,
    Permission,
    allowed,
    operator,
)
from tests.factories.core import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

# domain.md, "People and institutions"
OF_THE_OFFICE = {Permission.DECIDE_ANNULMENTS, Permission.REVIEW_PACKETS}
HELD = {
    Role.NATIONAL_ADMIN: set(Permission) - OF_THE_OFFICE,
    Role.REGIONAL_ADMIN: set(Permission)
    - OF_THE_OFFICE
    - {
        Permission.EDIT_TRAINING_BODY,
        Permission.MANAGE_TOKENS,
        Permission.MANAGE_USERS,
        Permission.VIEW_SYSTEM,
    },
    Role.FACILITATOR: {
        Permission.VIEW_SESSIONS,
        Permission.VIEW_COURSES,
        Permission.TEACH,
    },
    Role.REGIONAL_OFFICE: OF_THE_OFFICE,
}


def request_of(user: User | AnonymousUser) -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = user
    request.session = SessionStore()
    return request


@operator(Permission.REVIEW_RECEIPTS)
def guarded(request: OperatorRequest) -> HttpResponse:
    return HttpResponse(request.membership.role)


@operator()
def for_any_operator(request: OperatorRequest) -> HttpResponse:
    return HttpResponse(request.membership.role)


def membership_of(role: Role) -> Membership:
    body = {"training_body": None} if role == Role.REGIONAL_OFFICE else {}
    membership: Membership = MembershipFactory(role=role, **body)
    return membership


def test_roles_hold_what_the_field_gives_them() -> None:
    assert set(ROLE_PERMISSIONS) == set(Role)
    assert {role: set(held) for role, held in ROLE_PERMISSIONS.items()} == HELD


@pytest.mark.parametrize("permission", Permission)
def test_permission_without_a_membership_is_not_held(permission: Permission) -> None:
    assert not allowed(None, permission)


@pytest.mark.parametrize("role", Role)
def test_guard_lets_in_who_holds_the_permission_alone(role: Role) -> None:
    request = request_of(membership_of(role).user)
    if Permission.REVIEW_RECEIPTS in HELD[role]:
        assert guarded(request).status_code == 200
    else:
        with pytest.raises(PermissionDenied):
            guarded(request)


@pytest.mark.parametrize("role", Role)
def test_guard_without_a_permission_lets_every_membership_in(role: Role) -> None:
    answer = for_any_operator(request_of(membership_of(role).user))
    assert isinstance(answer, HttpResponse)
    assert answer.content.decode() == role


@pytest.mark.parametrize("user", [AnonymousUser(), None])
def test_guard_without_membership_sends_to_choose_one(
    user: AnonymousUser | None,
) -> None:
    answer = guarded(request_of(user or UserFactory()))
    assert (answer.status_code, answer["Location"]) == (
        302,
        reverse("choose_membership"),
    )


def test_membership_of_two_is_nobody_until_one_is_chosen() -> None:
    facilitator = MembershipFactory(role=Role.FACILITATOR)
    admin = MembershipFactory(user=facilitator.user)
    request = request_of(facilitator.user)
    assert current_membership(request) is None
    assert guarded(request).status_code == 302

    chosen = request_of(facilitator.user)
    choose(chosen, admin)
    assert current_membership(chosen) == admin
    assert guarded(chosen).status_code == 200


def test_membership_of_somebody_else_chosen_by_force_is_not_taken() -> None:
    """C1: a session that names another user's membership gets nothing by it."""
    mine = MembershipFactory(role=Role.FACILITATOR)
    MembershipFactory(user=mine.user)
    theirs = MembershipFactory()
    request = request_of(mine.user)
    choose(request, theirs)
    assert current_membership(request) is None


def test_membership_taken_away_meanwhile_is_gone_at_once() -> None:
    facilitator = MembershipFactory(role=Role.FACILITATOR)
    admin = MembershipFactory(user=facilitator.user)
    request = request_of(facilitator.user)
    choose(request, admin)
    session = request.session
    admin.delete()
    later = request_of(facilitator.user)
    later.session = session
    with pytest.raises(PermissionDenied):
        guarded(later)
