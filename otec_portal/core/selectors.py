"""What the pages on people, history and mail show."""

import uuid

from allauth.mfa.models import Authenticator
from django.db.models import Case, Exists, F, OuterRef, QuerySet, When

from otec_portal.core.models import (
    AuditEntry,
    Membership,
    OutgoingEmail,
    Role,
    TrainingBody,
)
from otec_portal.core.models.mail import FOR_A_PERSON
from otec_portal.core.sign_in import second_factor


def profiles_in(training_body: TrainingBody) -> QuerySet[Membership]:
    """Return the profiles of a training body, with whom and how they stand.

    `name_here` is the name as far as the training body may know it.
    """
    own = Authenticator.objects.filter(user=OuterRef("user"), type=second_factor.TOTP)
    return (
        Membership.objects.filter(training_body=training_body)
        .select_related("user", "training_body")
        .prefetch_related("regions")
        .annotate(
            name_here=Case(
                When(offered_at__isnull=False, then=F("offered_name")),
                default=F("user__full_name"),
            ),
            has_second_factor=Exists(own),
        )
    )


def profiles_of(
    training_body: TrainingBody, public_id: uuid.UUID
) -> QuerySet[Membership]:
    """Return the profiles of one person here, in a fixed order; none for strangers."""
    return profiles_in(training_body).filter(user__public_id=public_id).order_by("role")


def history_of_body(training_body: TrainingBody) -> QuerySet[AuditEntry]:
    """Return what people did here, newest first."""
    return (
        AuditEntry.objects.filter(training_body=training_body)
        .select_related("user")
        .order_by("-at", "-pk")
    )


def mails_for(membership: Membership) -> QuerySet[OutgoingEmail]:
    """Return the mails that `membership` may know of.

    Of its training body; a regional admin those of actions of its regions alone: what
    concerns an account or the whole body is the national admins'.
    """
    if membership.training_body_id is None:
        return OutgoingEmail.objects.none()
    mails = OutgoingEmail.objects.filter(training_body=membership.training_body_id)
    if membership.role == Role.REGIONAL_ADMIN:
        return mails.filter(region__in=membership.region_codes())
    return mails


def mails_to_decide(membership: Membership) -> QuerySet[OutgoingEmail]:
    """Return those that wait for a person, the oldest first."""
    waiting = mails_for(membership).filter(state__in=FOR_A_PERSON, decided_at=None)
    return waiting.order_by("created_at", "pk")
