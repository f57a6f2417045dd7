"""The links that mails carry: on the portal's public address, never a request's."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core import signing
from django.urls import reverse

from otec_portal.core.models import Membership, User

_NEW_EMAIL = "core.sign_in.new_email"
_OFFER = "core.sign_in.offer"


def password_link(uid: str, token: str) -> str:
    """Return the absolute address at which a password is set."""
    path = reverse("account_reset_password_from_key", args=[uid, token])
    return f"{settings.PORTAL_BASE_URL}{path}"


def password_path(user: User) -> str:
    """Return the path at which `user` sets a password, once and while it is theirs."""
    token = default_token_generator.make_token(user)
    return reverse(
        "account_reset_password_from_key", args=[user_pk_to_url_str(user), token]
    )


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


def signed_offer(offer: Membership) -> str:
    """Return the proof that an offer reached the address it was sent to."""
    value = [offer.public_id.hex, offer.offered_email]
    return signing.dumps(value, salt=_OFFER, compress=True)


def offer_link(offer: Membership) -> str:
    """Return the absolute address at which who reads it takes an offered profile."""
    return f"{settings.PORTAL_BASE_URL}{reverse('offer', args=[signed_offer(offer)])}"


def read_offer(signed: str) -> Membership | None:
    """Return the offer of a link; None once answered, or sent to another address."""
    try:
        public_id, email = signing.loads(
            signed, salt=_OFFER, max_age=settings.PASSWORD_RESET_TIMEOUT
        )
    except (signing.BadSignature, ValueError):
        return None
    return (
        Membership.objects.offered()
        .filter(public_id=public_id, offered_email=email, suspended_at=None)
        .select_related("user", "training_body")
        .first()
    )
