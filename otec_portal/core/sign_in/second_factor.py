"""The second factor: who must have one, and whether a session has passed it.

A session is bound to the authenticator that was used or enrolled in it. Whatever
happens to that one (replaced, reset by an administrator) ends the sessions bound to
it, and a session that began without it (C8).
"""

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery

from otec_portal.core.encryption import UnreadableSecret, decrypt, encrypt
from otec_portal.core.models import Membership, UsedTotpStep, User
from otec_portal.core.permissions import Permission, roles_with

SESSION_KEY = "second_factor"
TOTP = Authenticator.Type.TOTP
RECOVERY_CODES = Authenticator.Type.RECOVERY_CODES
_SECRETS = ("secret", "seed")


@dataclass(frozen=True)
class Standing:
    """Where a user stands: whether they should have one, and which they have."""

    advised: bool
    authenticator: int | None

    @property
    def required(self) -> bool:
        """Whether nothing can be done without one."""
        return self.advised and bool(settings.SECOND_FACTOR_REQUIRED)

    @property
    def missing(self) -> bool:
        """Whether they should have one and don't."""
        return self.advised and self.authenticator is None


def standing_of(user: User) -> Standing:
    """Return where `user` stands, in one query.

    One is for whoever may emit certificates anywhere, and for the installation's own
    staff.
    """
    emits = Membership.objects.in_force().filter(
        user=OuterRef("pk"), role__in=roles_with(Permission.EMIT_CERTIFICATES)
    )
    own = Authenticator.objects.filter(user=OuterRef("pk"), type=TOTP).values("pk")
    found = (
        User.objects.filter(pk=user.pk)
        .values_list(Exists(emits), Subquery(own[:1]))
        .first()
    )
    may_emit, authenticator = found or (True, None)
    return Standing(user.is_staff or may_emit, authenticator)


def bind(session: SessionBase, user: User) -> None:
    """Say that `user` has just proved in this session the second factor they have."""
    own = Authenticator.objects.filter(user=user, type=TOTP).first()
    session[SESSION_KEY] = own.pk if own else None


def passed(session: SessionBase, standing: Standing) -> bool:
    """Say whether this session proved the second factor that its user has now."""
    return bool(session.get(SESSION_KEY) == standing.authenticator)


def spend(authenticator: Authenticator, *, secret: str, code: str) -> bool:
    """Take a right `code` out of use with all earlier ones; say whether it was new.

    One conditional UPDATE decides: of two processes that got the same code, one wins.
    """
    step = _step_of(code, secret=secret)
    if step is None:
        return False
    _, new = UsedTotpStep.objects.get_or_create(
        authenticator=authenticator, defaults={"step": step}
    )
    return new or bool(
        UsedTotpStep.objects.filter(authenticator=authenticator, step__lt=step).update(
            step=step
        )
    )


def _step_of(code: str, *, secret: str) -> int | None:
    """Return the latest step of those now accepted whose code this is."""
    digits = "".join(one for one in code if one.isdigit())
    steps = [
        step
        for step in yield_hotp_counters_from_time()
        if format_hotp_value(hotp_value(secret, step)) == digits
    ]
    return max(steps, default=None)


@transaction.atomic
def rewrap() -> tuple[int, list[int]]:
    """Encrypt every second factor again, with the first key.

    Returns how many were, and the keys of those that no key opens, left as they are.
    The rows stay locked: a recovery code used meanwhile must not come back.
    """
    written, unread = 0, []
    for row in Authenticator.objects.select_for_update().order_by("pk"):
        kept = {name: row.data[name] for name in _SECRETS if name in row.data}
        try:
            row.data |= {name: encrypt(decrypt(text)) for name, text in kept.items()}
        except UnreadableSecret:
            unread.append(row.pk)
        else:
            row.save(update_fields=["data"])
            written += 1
    return written, unread
