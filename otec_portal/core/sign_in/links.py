"""The links that mails carry: on the portal's public address, never a request's."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

from otec_portal.core.models import User

_NEW_EMAIL = "core.sign_in.new_email"


def password_link(uid: str, token: str) -> str:
    """Return the absolute address at which a password is set."""
    path = reverse("account_reset_password_from_key", args=[uid, token])
    return f"{settings.PORTAL_BASE_URL}{path}"


def new_email_link(user: User, email: str) -> str:
    """Return the absolute address at which `email` becomes that of `user`.

    It is worth nothing once the user's address is another than now, or another link
    was asked for, or another password set.
    """
    value = signing.dumps(
        [user.public_id.hex, user.email, user.email_link_version, email],
        salt=_NEW_EMAIL,
        compress=True,
    )
    path = reverse("confirm_new_email", args=[value])
    return f"{settings.PORTAL_BASE_URL}{path}"


def read_new_email(signed: str) -> tuple[User, str] | None:
    """Return whose address a link changes, and to which; None for a stale link."""
    try:
        public_id, old, version, new = signing.loads(
            signed, salt=_NEW_EMAIL, max_age=settings.PASSWORD_RESET_TIMEOUT
        )
    except (signing.BadSignature, ValueError):
        return None
    user = User.objects.filter(
        public_id=public_id, email=old, email_link_version=version, is_active=True
    ).first()
    return (user, new) if user else None
