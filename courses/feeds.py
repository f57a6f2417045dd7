"""Secret addresses of calendars: made, shown once, taken away, opened."""

import hashlib
import secrets
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from courses.models import CalendarFeed
from otec_portal.core import audit
from otec_portal.core.models import Membership
from otec_portal.core.permissions import Permission, allowed

BYTES: Final = 32  # of chance in a secret: nobody guesses it, no salt is needed


@transaction.atomic
def make_address(membership: Membership, *, at: datetime) -> str:
    """Return a new address for `membership`, whole; no row holds it.

    The one before, if there was any, opens nothing from now on.
    """
    secret = secrets.token_urlsafe(BYTES)
    CalendarFeed.objects.update_or_create(
        membership=membership,
        defaults={"secret_hash": hash_of(secret), "made_at": at},
    )
    _record("courses.calendar_address_made", membership, at=at)
    path = reverse("courses:calendar_feed", args=[secret])
    return f"{settings.PORTAL_BASE_URL}{path}"


@transaction.atomic
def remove_address(membership: Membership, *, at: datetime) -> None:
    """Let the address of `membership` open nothing any more, if it has one."""
    gone, _ = CalendarFeed.objects.filter(membership=membership).delete()
    if gone:
        _record("courses.calendar_address_removed", membership, at=at)


def opened_by(secret: str) -> CalendarFeed | None:
    """Return the feed that `secret` opens now, with its profile; None where none.

    A suspended, offered or removed profile opens nothing, nor does a disabled user,
    nor a role that may not look at courses.
    """
    feed = (
        CalendarFeed.objects.filter(
            secret_hash=hash_of(secret),
            membership__in=Membership.objects.in_force(),
            membership__user__is_active=True,
        )
        .select_related("membership__training_body")
        .first()
    )
    if feed is None or not allowed(feed.membership, Permission.VIEW_COURSES):
        return None
    return feed


def is_of(feed: CalendarFeed, address: str) -> bool:
    """Say whether `address`, as make_address returned it, opens `feed`."""
    secret = address.rsplit("/", 1)[1].removesuffix(".ics")
    return hash_of(secret) == feed.secret_hash


def hash_of(secret: str) -> str:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _record(deed: str, membership: Membership, *, at: datetime) -> None:
    audit.record(
        deed,
        at=at,
        by=membership.user,
        training_body=membership.training_body,
        target=membership,
    )
