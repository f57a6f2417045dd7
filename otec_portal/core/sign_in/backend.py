"""Signing in by RUT, however typed, or by e-mail."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from otec_portal.core import rut
from otec_portal.core.models import User


def find_user(typed: str) -> User | None:
    """Return whose RUT or e-mail `typed` is, or None."""
    if rut.is_valid(typed):
        return User.objects.filter(rut=rut.normalise(typed)).first()
    if "@" in typed:
        return User.objects.filter(email=typed).first()
    return None


class RutOrEmailBackend(AuthenticationBackend):
    """allauth's, but that it looks in our users alone, and hashes exactly once.

    allauth tries an e-mail as a user name too: two hashes would tell an account from
    none by the time they take.
    """

    def _authenticate(
        self, request: HttpRequest | None, **credentials: Any
    ) -> User | None:
        typed = credentials.get("username") or credentials.get("email") or ""
        found = find_user(typed)
        checked = self._check_password(found, credentials.get("password", ""))
        return checked if isinstance(checked, User) else None
