"""What each role may do, and the guard of the operators' views."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from otec_portal.core import acting_as
from otec_portal.core.memberships import current_membership
from otec_portal.core.models import Membership, Role, User


class Permission(StrEnum):
    """One thing that an operator may do."""

    VIEW_SESSIONS = "view_sessions"
    REVIEW_RECEIPTS = "review_receipts"
    ACKNOWLEDGE_ALERTS = "acknowledge_alerts"
    PROBE_SENCE = "probe_sence"
    TEACH = "teach"  # begin and end one's own classes
    ENTER_CLASSES = "enter_classes"  # afterwards, or annul them
    ADJUST_ATTENDANCE = "adjust_attendance"
    RECONCILE = "reconcile"
    TRACK_DECLARATIONS = "track_declarations"
    VIEW_COURSES = "view_courses"
    EDIT_COURSES = "edit_courses"
    SWITCH_ENVIRONMENT = "switch_environment"
    IMPORT_ROSTERS = "import_rosters"
    SEND_LINKS = "send_links"
    EXPORT_PERSONAL_DATA = "export_personal_data"
    EMIT_CERTIFICATES = "emit_certificates"
    DECIDE_ANNULMENTS = "decide_annulments"
    LIQUIDATE = "liquidate"
    REVIEW_PACKETS = "review_packets"
    EDIT_TRAINING_BODY = "edit_training_body"
    MANAGE_MAIL = "manage_mail"
    MANAGE_TOKENS = "manage_tokens"
    MANAGE_USERS = "manage_users"
    VIEW_SYSTEM = "view_system"


_OF_THE_OFFICE = frozenset({Permission.DECIDE_ANNULMENTS, Permission.REVIEW_PACKETS})
_ALL = frozenset(Permission) - _OF_THE_OFFICE
_OF_THE_WHOLE_BODY = {
    Permission.EDIT_TRAINING_BODY,
    Permission.MANAGE_TOKENS,
    Permission.MANAGE_USERS,
    Permission.VIEW_SYSTEM,
}
ROLE_PERMISSIONS = {
    Role.NATIONAL_ADMIN: _ALL,
    Role.REGIONAL_ADMIN: _ALL - _OF_THE_WHOLE_BODY,
    Role.FACILITATOR: frozenset(
        {Permission.VIEW_SESSIONS, Permission.VIEW_COURSES, Permission.TEACH}
    ),
    Role.REGIONAL_OFFICE: _OF_THE_OFFICE,
}


def allowed(membership: Membership | None, permission: Permission) -> bool:
    """Say whether this membership holds `permission`; nobody's holds none."""
    return (
        membership is not None and permission in ROLE_PERMISSIONS[Role(membership.role)]
    )


def roles_with(permission: Permission) -> list[Role]:
    """Return the roles that hold `permission`."""
    return [role for role, held in ROLE_PERMISSIONS.items() if permission in held]


class Denied(PermissionDenied):
    """403 with words, in Spanish, of why and of who may."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class OperatorRequest(HttpRequest):
    """A request that came past `operator`: signed in, acting as `membership`."""

    membership: Membership
    user: User


def _to_choose(request: HttpRequest) -> HttpResponseBase:
    """Send on to the choice, which leads back to a page that can be asked again."""
    address = reverse("choose_membership")
    if request.method == "GET" and request.get_full_path() != reverse("home"):
        address += f"?{urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})}"
    return redirect(address)


P = ParamSpec("P")
OperatorView = Callable[Concatenate[OperatorRequest, P], HttpResponseBase]
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def operator(
    permission: Permission | None = None,
) -> Callable[[OperatorView[P]], View[P]]:
    """Let a view be used by those alone who act under a membership that may.

    Who has not chosen one yet is sent to choose; who lacks `permission` gets 403; a
    form of another membership 409.
    """

    def guard(view: OperatorView[P]) -> View[P]:
        @wraps(view)
        def guarded(
            request: HttpRequest, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            if form := acting_as.strayed(request):
                return acting_as.refuse(request, form)
            membership = current_membership(request)
            if membership is None:
                return _to_choose(request)
            if permission is not None and not allowed(membership, permission):
                raise PermissionDenied
            acting = cast("OperatorRequest", request)
            acting.membership = membership
            return view(acting, *args, **kwargs)

        return cast("View[P]", guarded)

    return guard
