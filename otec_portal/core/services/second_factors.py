"""A colleague lost the telephone and the recovery codes: starting anew."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from otec_portal.core import audit, outbox
from otec_portal.core.errors import DomainError
from otec_portal.core.models import Membership, User
from otec_portal.core.permissions import Permission, roles_with
from otec_portal.core.to_sence import reaches


class ResetRefused(DomainError):
    """This second factor can't be reset by this person."""

    code = "reset_refused"


@transaction.atomic
def reset(membership: Membership, *, by: User, at: datetime) -> None:
    """Take a colleague's second factor away; they enrol a new one at the next sign-in.

    Sessions bound to it end. The owner is told by mail who did it, and the history of
    every other body in whose name they emit says that it happened. Raises ResetRefused
    for oneself (who has a session has better ways) and for who has not
    accepted yet.
    """
    user = membership.user
    if user.pk == by.pk:
        raise ResetRefused("El tuyo lo cambias en «Mi cuenta».", code="own")
    if membership.offered_at:
        raise ResetRefused("Esta persona todavía no aceptó.", code="not_accepted")
    deleted, _ = Authenticator.objects.filter(user=user).delete()
    if not deleted:
        raise ResetRefused("Esta persona no tiene un segundo factor.", code="none")
    audit.record(
        "core.second_factor_reset",
        at=at,
        by=by,
        training_body=membership.training_body,
        target=membership,
        name=membership.shown_name,
    )
    _record_elsewhere(membership, at=at)
    context = {"user": user, "by": by, "training_body": membership.training_body}
    outbox.queue(
        dedup_key=f"second_factor_reset:{user.public_id}:{at.isoformat()}",
        training_body=membership.training_body,
        recipients=[user.email] if reaches(user.email) else [],
        subject="Se reinició tu segundo factor del Portal OTEC",
        text=render_to_string("emails/second_factor_reset.txt", context),
        at=at,
        about=outbox.About(secret=False, page=reverse("user", args=[user.public_id])),
    )


def _record_elsewhere(membership: Membership, *, at: datetime) -> None:
    """Let every other body in whose name they emit read that it happened.

    Not who did it, nor where: that a person works elsewhere is theirs to tell.
    """
    elsewhere = (
        Membership.objects.filter(
            user=membership.user, role__in=roles_with(Permission.EMIT_CERTIFICATES)
        )
        .in_force()
        .exclude(training_body=membership.training_body)
        .select_related("training_body", "user")
        .order_by("training_body", "pk")
    )
    for one in {one.training_body_id: one for one in elsewhere}.values():
        audit.record(
            "core.second_factor_reset_elsewhere",
            at=at,
            by=None,
            training_body=one.training_body,
            target=one,
            name=one.shown_name,
        )
