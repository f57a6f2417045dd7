"""What stands between a signed-in user and every page: second factor, last seen."""

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.sessions.backends.base import SessionBase
from django.core.cache import cache
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from otec_portal.core.models import User
from otec_portal.core.sign_in import second_factor

logger = logging.getLogger(__name__)
Answer = Callable[[HttpRequest], HttpResponseBase]

# all that can be reached by who must have a second factor and has none
ENROLMENT = {"mfa_activate_totp", "account_reauthenticate"}
SEEN_EVERY = 300  # seconds


class SecondFactorMiddleware:
    """Nobody gets past without the second factor that they have, or have to have.

    It stands before every view that asks for a signed-in user, Django's admin
    included; a view can't forget it.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: object, kwargs: object
    ) -> HttpResponseBase | None:
        user = _signed_in(request, view)
        if user is None:
            return None
        standing = second_factor.standing_of(user)
        if not second_factor.passed(request.session, standing):
            return _out(request)
        if not (standing.required and standing.missing):
            return None
        asked = request.resolver_match and request.resolver_match.url_name
        return None if asked in ENROLMENT else redirect("mfa_activate_totp")


def _signed_in(request: HttpRequest, view: Any) -> User | None:
    """Return the user, of views that ask for one: the others leave cookies alone."""
    if not getattr(view, "login_required", True):
        return None
    return request.user if isinstance(request.user, User) else None


def _out(request: HttpRequest) -> HttpResponseBase:
    """End a session that lacks the second factor its user has by now."""
    back = {REDIRECT_FIELD_NAME: request.get_full_path()}
    logout(request)
    messages.info(request, "Ingresa otra vez con tu segundo factor.")
    address = reverse("login")
    return redirect(
        f"{address}?{urlencode(back)}" if request.method == "GET" else address
    )


class SessionSeenMiddleware:
    """Notes when a session was last seen, to five minutes: an access log."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: object, kwargs: object
    ) -> None:
        if _signed_in(request, view) and first_in_a_while(request.session):
            UserSession.objects.create_from_request(request)


def first_in_a_while(session: SessionBase) -> bool:
    """Say whether `session` was not seen in the last minutes, and note it.

    Without Redis each process keeps notes of its own: some write once more.
    """
    try:
        seen = f"session-seen:{session.session_key}"
        return bool(cache.add(seen, 1, timeout=SEEN_EVERY))
    except Exception as error:  # noqa: BLE001 - whatever the cache's driver raises
        logger.warning("session not noted: %s", type(error).__name__)
        return False
