"""The mail by which people come in: a link to set a password, or an offer."""

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse

from otec_portal.core import audit, outbox
from otec_portal.core.errors import DomainError
from otec_portal.core.models import AuditEntry, Membership, OutgoingEmail, User
from otec_portal.core.permissions import Permission, roles_with
from otec_portal.core.sign_in.links import offer_link, password_path
from otec_portal.core.to_sence import reaches


class InvitationRefused(DomainError):
    """This invitation can't be sent or corrected any more."""

    code = "invitation_refused"


def send(membership: Membership, *, at: datetime) -> None:
    """Queue the mail of an invitation. Call it inside the deed's transaction.

    It goes to the address that who invites has written, and never to another one that
    the account may have: who made the account may not be whose RUT it is.
    """
    offered = bool(membership.offered_at)
    context = {
        "membership": membership,
        "link": offer_link(membership) if offered else _password_link(membership.user),
        "days": settings.PASSWORD_RESET_TIMEOUT // 86_400,
    }
    address = membership.shown_email
    outbox.queue(
        dedup_key=f"{_key(membership)}{at.isoformat()}",
        training_body=membership.training_body,
        recipients=[address] if reaches(address) else [],
        subject=f"{membership.training_body} te invita al Portal OTEC",
        text=render_to_string(
            f"emails/{'offer' if offered else 'invitation'}.txt", context
        ),
        at=at,
        about=outbox.About(secret=True, page=_page(membership)),
    )


def _password_link(user: User) -> str:
    return f"{settings.PORTAL_BASE_URL}{password_path(user)}"


def _page(membership: Membership) -> str:
    return reverse("user", args=[membership.user.public_id])


def _key(membership: Membership) -> str:
    return f"invitation:{membership.public_id}:"


def withdraw(membership: Membership, *, at: datetime) -> None:
    """Keep what was queued for `membership` from leaving: it is not true any more."""
    mails = OutgoingEmail.objects.filter(dedup_key__startswith=_key(membership))
    outbox.withdraw(mails, at=at)


@transaction.atomic
def resend(membership: Membership, *, by: User, at: datetime) -> None:
    """Send the invitation once more.

    Raises InvitationRefused once they came in, and while they are kept out: its link
    would lead nowhere.
    """
    if not membership.waits:
        raise InvitationRefused("Esta persona ya entró al portal.", code="came_in")
    if membership.suspended_at:
        raise InvitationRefused(
            "Su acceso está suspendido: devuélvelo antes de invitarle otra vez.",
            code="suspended",
        )
    send(membership, at=at)
    audit.record(
        "core.invitation_resent",
        at=at,
        by=by,
        training_body=membership.training_body,
        target=membership,
        name=membership.shown_name,
    )


def tell_of_declining(offer: Membership, *, at: datetime) -> bool:
    """Write to whoever made `offer` that it was declined; say whether that is done.

    Nothing is told to who may not see the users any more. Call it inside the deed's
    transaction, while `offer` is there.
    """
    user = _who_made(offer)
    if user is None or not reaches(user.email):
        return False
    context = {
        "user": user,
        "membership": offer,
        "page": f"{settings.PORTAL_BASE_URL}{reverse('users')}",
    }
    outbox.queue(
        dedup_key=f"offer_declined:{offer.public_id}",
        training_body=offer.training_body,
        recipients=[user.email],
        subject=f"{offer.shown_name} rechazó el perfil que le ofreciste"[:200],
        text=render_to_string("emails/offer_declined.txt", context),
        at=at,
        about=outbox.About(secret=False),
    )
    return True


def _who_made(offer: Membership) -> User | None:
    """Return whom the history names, as long as they manage the users of that body."""
    invited = AuditEntry.objects.filter(
        action="core.user_invited",
        training_body=offer.training_body,
        target_type=Membership._meta.label,
        target_id=str(offer.pk),
    )
    entry = invited.select_related("user").order_by("-at", "-pk").first()
    if entry is None or entry.user is None or not entry.user.is_active:
        return None
    manages = Membership.objects.in_force().filter(
        user=entry.user,
        training_body=offer.training_body,
        role__in=roles_with(Permission.MANAGE_USERS),
    )
    return entry.user if manages.exists() else None


def may_correct(membership: Membership) -> bool:
    """Say whether who invited may still mend the name and address they wrote.

    Those of an offer are always theirs. Those of an account are not once its person
    has a password, or belongs to others too.
    """
    if membership.offered_at:
        return True
    if membership.user.has_usable_password():
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
    withdraw(membership, at=at)
    if membership.offered_at:
        _correct_offer(membership, full_name=full_name, email=email)
    else:
        _correct_account(membership.user, full_name=full_name, email=email)
    resend(membership, by=by, at=at)


def _correct_offer(membership: Membership, *, full_name: str, email: str) -> None:
    """Write it into all that the training body offers this person; old links end."""
    body = Membership.objects.filter(training_body=membership.training_body)
    body.offered().filter(user=membership.user).update(
        offered_name=full_name, offered_email=email.lower()
    )
    membership.refresh_from_db()
    if not membership.offered_at:  # taken at this very moment
        raise InvitationRefused("Esta persona ya entró al portal.", code="came_in")


def _correct_account(user: User, *, full_name: str, email: str) -> None:
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
