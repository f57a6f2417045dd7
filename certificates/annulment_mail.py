"""Mail about annulments: to the regional office, and back to who asked."""

from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from certificates.models import AnnulmentDecision, AnnulmentRequest
from courses.models import Environment, TrainingAction
from courses.terms import Window
from otec_portal.core import outbox
from otec_portal.core.memberships import addresses
from otec_portal.core.models import OutgoingEmail, Role, User
from otec_portal.core.to_sence import Release


def tell_of_request(
    request: AnnulmentRequest, *, action: TrainingAction, at: datetime
) -> int:
    """Write to the accounts of the office of the action's region; return how many."""
    number = request.certificate.number
    release = _release(action, request.by)
    return _queue(
        _asking(request),
        _office(action, release),
        f"Solicitud de anulación del certificado N° {number}",
        "emails/annulment_requested.txt",
        {"request": request, "page": _page("office_request", request)},
        action=action,
        release=release,
        at=at,
    )


def withdraw_request(request: AnnulmentRequest, *, at: datetime) -> None:
    """Keep what asks for an answer from leaving once there is one."""
    key = f"{_asking(request)}:"
    outbox.withdraw(
        OutgoingEmail.objects.filter(
            Q(dedup_key__startswith=key) | Q(resend_of__dedup_key__startswith=key)
        ),
        at=at,
    )


def _asking(request: AnnulmentRequest) -> str:
    return f"annulment_requested:{request.public_id}"


def reaches_the_office(action: TrainingAction, *, released_by: User) -> bool:
    """Say whether the office of the action's region has an account to write to.

    Without one nobody receives a request but by another way (domain.md, "People").
    """
    return bool(_office(action, _release(action, released_by)))


def _office(action: TrainingAction, release: Release) -> list[str]:
    office = Q(role=Role.REGIONAL_OFFICE, regions__region=action.region)
    return addresses(office, release=release)


def _release(action: TrainingAction, by: User) -> Release:
    return Release(
        by=by,
        in_production=action.environment == Environment.PRODUCTION,
        action=action.public_id,
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
    terms = action.terms()
    return _queue(
        f"annulment_decided:{request.public_id}",
        addresses(admins | requester),
        f"Anulación {word}: certificado N° {request.certificate.number}",
        "emails/annulment_decided.txt",
        {
            "decision": decision,
            "request": request,
            "last_date": terms.last_date,
            "over": terms.window(timezone.localdate(at)) == Window.OVER,
            "page": _page("annulment", request),
        },
        action=action,
        at=at,
    )


def tell_of_recorded(
    decision: AnnulmentDecision, *, action: TrainingAction, at: datetime
) -> int:
    """Write to the office's accounts that an answer was recorded in its name."""
    request, release = decision.request, _release(action, decision.by)
    return _queue(
        f"annulment_recorded:{request.public_id}",
        _office(action, release),
        f"Respuesta registrada a su nombre: {request.certificate}",
        "emails/annulment_recorded.txt",
        {
            "decision": decision,
            "request": request,
            "page": _page("office_request", request),
        },
        action=action,
        release=release,
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
        subject=subject,
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
