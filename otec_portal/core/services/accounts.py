"""What people do to their own account."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.template.loader import render_to_string

from otec_portal.core import audit, outbox
from otec_portal.core.changes import differences
from otec_portal.core.errors import DomainError
from otec_portal.core.models import OutgoingEmail, User
from otec_portal.core.sign_in.links import new_email_link
from otec_portal.core.to_sence import reaches

UNSAID = {"password", "last_login"}


class EmailRefused(DomainError):
    """This address can't become that of the account."""

    code = "email_refused"


@transaction.atomic
def rename(user: User, *, full_name: str, at: datetime) -> None:
    """Call `user` by another name, everywhere."""
    before = user.full_name
    if full_name == before:
        return
    user.full_name = full_name
    user.save(update_fields=["full_name"])
    audit.record(
        "core.renamed", at=at, by=user, training_body=None, target=user, before=before
    )


@transaction.atomic
def ask_for_new_email(user: User, *, email: str, at: datetime) -> None:
    """Write to the new address; it counts once its owner opens the link.

    What was asked for before no longer counts.
    Raises EmailRefused for the address that the account has. Whether somebody else
    has it is not said here: that only the address's owner may know.
    """
    if email == user.email:
        raise EmailRefused("Ese ya es el correo de tu cuenta.", code="same")
    end_email_links(user, at=at)
    context = {"user": user, "link": new_email_link(user, email), "email": email}
    outbox.queue(
        dedup_key=f"{_new_email_mail(user)}{user.email_link_version}",
        training_body=None,
        recipients=[email],
        subject="Confirma tu correo nuevo del Portal OTEC",
        text=render_to_string("emails/new_email.txt", context),
        at=at,
    )


def record_installed(
    user: User, *, before: User | None, by: User, at: datetime
) -> None:
    """Write down what the installation's staff did to an account, None: made it.

    Call it inside the transaction in which they do, in Django's admin.
    """
    changes = {} if before is None else differences(before, user)
    told = {name: pair for name, pair in changes.items() if name not in UNSAID}
    audit.record(
        "core.account_added" if before is None else "core.account_changed",
        at=at,
        by=by,
        training_body=None,
        target=user,
        changes=told,
        password_set="password" in changes,
    )


def _new_email_mail(user: User) -> str:
    return f"new_email:{user.public_id}:"


def end_email_links(user: User, *, at: datetime) -> None:
    """Let no link asked for so far change the address of `user`."""
    row = User.objects.filter(pk=user.pk)
    row.update(email_link_version=F("email_link_version") + 1)
    user.refresh_from_db(fields=["email_link_version"])
    mails = OutgoingEmail.objects.filter(dedup_key__startswith=_new_email_mail(user))
    outbox.withdraw(mails, at=at)


@transaction.atomic
def change_email(user: User, *, email: str, at: datetime) -> None:
    """Make `email`, whose mailbox `user` has opened, the account's address.

    The old address is told. Raises EmailRefused where another account has it.
    """
    before = user.email
    user.email = email
    try:
        with transaction.atomic():
            user.save(update_fields=["email"])
    except IntegrityError:
        raise EmailRefused("Otra cuenta ya usa este correo.", code="taken") from None
    audit.record("core.email_changed", at=at, by=user, training_body=None, target=user)
    outbox.queue(
        dedup_key=f"email_changed:{user.public_id}:{at.isoformat()}",
        training_body=None,
        recipients=[before] if reaches(before) else [],
        subject="Cambió el correo de tu cuenta del Portal OTEC",
        text=render_to_string("emails/email_changed.txt", {"user": user}),
        at=at,
        about=outbox.About(secret=False),
    )
