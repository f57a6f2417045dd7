"""Browsers that have signed in to an account before: a signed cookie for each account.

It opens nothing. It only lets the owner's failures be counted apart from those of
strangers (guessing.py).
"""

import secrets
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from otec_portal.core.models import User

AGE = timedelta(days=365)
_SALT = "core.sign_in.device"


def cookie_name(user: User) -> str:
    """Return the name of the cookie of `user`: a browser may serve several people."""
    return f"equipo_{user.public_id.hex}"


def known(request: HttpRequest, user: User) -> str:
    """Return by which mark this browser is known to `user`; "" where it is not."""
    return str(
        request.get_signed_cookie(
            cookie_name(user), default="", salt=_SALT, max_age=AGE
        )
    )


def remember(request: HttpRequest, response: HttpResponseBase, user: User) -> None:
    """Let this browser be known to `user` from now on."""
    response.set_signed_cookie(
        cookie_name(user),
        known(request, user) or secrets.token_urlsafe(16),
        salt=_SALT,
        max_age=int(AGE.total_seconds()),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
