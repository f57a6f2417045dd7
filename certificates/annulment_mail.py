"""Mail about annulments: to the regional office, and back to who asked."""

from datetime import datetime
from typing import Final

from django.conf import settings
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse

from certificates.models import AnnulmentDecision, AnnulmentRequest
from courses.models import Environment, TrainingAction
from otec_portal.core import outbox
from otec_portal.core.memberships import addresses
from otec_portal.core.models import Role
from otec_portal.core.to_sence import Release

_SUBJECT: Final = 200  # characters


def tell_of_request(
    request: AnnulmentRequest, *, action: TrainingAction, at: datetime
) -> int:
    """Write to the accounts of the office of the action's region; return how many."""
    number = request.certificate.number
    office = Q(role=Role.REGIONAL_OFFICE, regions__region=action.region)
    release = Release(
        by=request.by, in_production=action.environment == Environment.PRODUCTION
    )
    return _queue(
        f"annulment_requested:{request.public_id}",
        addresses(office, release=release),
        f"Solicitud de anulación del certificado N° {number}",
        "emails/annulment_requested.txt",
        {"request": request, "page": _page("office_request", request)},
        action=action,
        release=release,
        at=at,
    )


def tell_of_decision(
    decision: AnnulmentDecision, *, action: TrainingAction, at: datetime
) -> int:
    """Write to who asked and to the national admins; return how many are new."""
    request = decision.request
    admins = Q(
        role=Role.NATIONAL_ADMIN, training_body=request.certificate.training_body_id
    )
    requester = Q(
        user=request.by_id, training_body=request.certificate.training_body_id
    )
    word = "aprobada" if decision.approved else "rechazada"
    return _queue(
        f"annulment_decided:{request.public_id}",
        addresses(admins | requester),
        f"Anulación {word}: certificado N° {request.certificate.number}",
        "emails/annulment_decided.txt",
        {
            "decision": decision,
            "request": request,
            "last_date": action.terms().last_date,
            "page": _page("annulment", request),
        },
        action=action,
        at=at,
    )


def _queue(
    key: str,
    recipients: list[str],
    subject: str,
    template: str,
    told: dict[str, object],
    *,
    action: TrainingAction,
    release: Release | None = None,
    at: datetime,
) -> int:
    return outbox.queue(
        dedup_key=key,
        training_body=action.course.training_body,
        recipients=recipients,
        subject=subject[:_SUBJECT],
        text=render_to_string(template, {**told, "action": action}),
        at=at,
        about=outbox.About(
            secret=False,
            region=action.region,
            page=reverse("certificates:certificate", args=[action.public_id]),
            release=release,
        ),
    )


def _page(name: str, request: AnnulmentRequest) -> str:
    address = reverse(f"certificates:{name}", args=[request.public_id])
    return f"{settings.PORTAL_BASE_URL}{address}"
