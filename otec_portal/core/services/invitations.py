"""The mail by which people come in: a link to set a password, or an offer."""

from datetime import datetime

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse

from otec_portal.core import audit, outbox
from otec_portal.core.errors import DomainError
from otec_portal.core.models import Membership, User
from otec_portal.core.sign_in.links import password_link
from otec_portal.core.to_sence import reaches


class InvitationRefused(DomainError):
    """This invitation can't be sent or corrected any more."""

    code = "invitation_refused"


def send(membership: Membership, *, at: datetime) -> None:
    """Queue the mail of an invitation. Call it inside the deed's transaction."""
    user = membership.user
    new = not user.has_usable_password()
    context = {
        "membership": membership,
        "link": _password_link(user) if new else _sign_in_link(),
        "days": settings.PASSWORD_RESET_TIMEOUT // 86_400,
    }
    name = "invitation" if new else "offer"
    outbox.queue(
        dedup_key=f"invitation:{membership.public_id}:{at.isoformat()}",
        training_body=membership.training_body,
        recipients=[user.email] if reaches(user.email) else [],
        subject=f"{membership.training_body} te invita al Portal OTEC"[:200],
        text=render_to_string(f"emails/{name}.txt", context),
        at=at,
        about=outbox.About(secret=new, page=reverse("user", args=[user.public_id])),
    )


def _password_link(user: User) -> str:
    token = default_token_generator.make_token(user)
    return password_link(user_pk_to_url_str(user), token)


def _sign_in_link() -> str:
    return f"{settings.PORTAL_BASE_URL}{reverse('choose_membership')}"


@transaction.atomic
def resend(membership: Membership, *, by: User, at: datetime) -> None:
    """Send the invitation once more. Raises InvitationRefused once they came in."""
    if not membership.waits:
        raise InvitationRefused("Esta persona ya entró al portal.", code="came_in")
    send(membership, at=at)
    audit.record(
        "core.invitation_resent",
        at=at,
        by=by,
        training_body=membership.training_body,
        target=membership,
        name=membership.shown_name,
    )


def may_correct(membership: Membership) -> bool:
    """Say whether who invited may still mend the name and address they wrote.

    Once a person has a password, or belongs to others too, their data is theirs alone.
    """
    if membership.offered_at or not membership.waits:
        return False
    elsewhere = Membership.objects.filter(user=membership.user).exclude(
        training_body=membership.training_body
    )
    return not elsewhere.exists()


@transaction.atomic
def correct(
    membership: Membership, *, full_name: str, email: str, by: User, at: datetime
) -> None:
    """Mend an invitation and send it again. Raises InvitationRefused."""
    if not may_correct(membership):
        raise InvitationRefused(
            "Solo la misma persona puede cambiar su nombre y su correo.",
            code="came_in",
        )
    user = membership.user
    user.full_name, user.email = full_name, email
    try:
        with transaction.atomic():
            user.save(update_fields=["full_name", "email"])
    except IntegrityError:
        raise InvitationRefused(
            "Este correo no sirve para una cuenta nueva. Escribe otro, que sea solo de "
            "esta persona.",
            code="email",
        ) from None
    resend(membership, by=by, at=at)
