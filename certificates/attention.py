"""What certificates need of a person: terms that come near, annulments."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from certificates.annulment_rules import time_left
from certificates.bulk import emittable
from certificates.inbox import requests_for, requests_of
from certificates.models import CertificateState
from courses.ladder import NEAR, Known
from courses.pressing import pressing
from courses.standing import day_zero_within
from courses.terms import LAST, ORDINARY
from otec_portal.core.attention import (
    SHOWN,
    Example,
    Item,
    Step,
    Urgency,
    first_of,
    how_many,
)
from otec_portal.core.models import Membership
from otec_portal.core.permissions import Permission, allowed


def items(membership: Membership, *, now: datetime) -> list[Item]:
    """Return what needs a person now: of the regional office, or of who may emit."""
    today = timezone.localdate(now)
    if allowed(membership, Permission.DECIDE_ANNULMENTS):
        found = [_to_answer(membership, today)]
    elif allowed(membership, Permission.EMIT_CERTIFICATES):
        found = [
            _to_emit(membership, today),
            _unanswered(membership, today),
            _to_reissue(membership, today),
        ]
    else:
        found = []
    return [item for item in found if item.count]


def _to_answer(membership: Membership, today: date) -> Item:
    open_ones = requests_for(membership).filter(decision=None)
    first, count = first_of(open_ones.defer("certificate__snapshot"))
    pressing = bool(first) and first[0].due_on <= today
    return Item(
        kind="certificates.annulments_to_answer",
        urgency=Urgency.NOW if pressing else Urgency.TODAY,
        count=count,
        title=how_many(
            count,
            "solicitud de anulación espera respuesta",
            "solicitudes de anulación esperan respuesta",
        ),
        next_step="Revisa el certificado y su respaldo, y aprueba o rechaza.",
        url=reverse("certificates:office_inbox"),
        link="Ver las solicitudes",
        examples=[
            Example(
                f"{_named(one)} de {one.certificate.training_body}: "
                f"{time_left(one.due_on, today=today)}",
                reverse("certificates:office_request", args=[one.public_id]),
            )
            for one in first
        ],
    )


def _to_emit(membership: Membership, today: date) -> Item:
    """The ordinary term comes near, or is over while the last one still runs."""
    near = day_zero_within(
        today - timedelta(days=LAST), today - timedelta(days=ORDINARY - NEAR)
    )
    again = Q(certification__state=CertificateState.REISSUE_APPROVED)
    waiting = emittable(membership).filter(near).exclude(again)
    found = pressing(waiting, Known(), page="certificates:certificate", today=today)
    return Item(
        kind="certificates.to_emit",
        urgency=found.urgency,
        count=found.count,
        title=how_many(
            found.count,
            "certificado por emitir tiene su plazo cerca",
            "certificados por emitir tienen su plazo cerca",
        ),
        next_step="Revisa la asistencia y emítelo antes de que termine su plazo.",
        url=reverse("certificates:choose"),
        link="Ver los certificados por emitir",
        examples=found.examples,
    )


def _unanswered(membership: Membership, today: date) -> Item:
    """The office's term is over: its answer may be lying on somebody's desk."""
    overdue = requests_of(membership).filter(decision=None, due_on__lt=today)
    first, count = first_of(overdue.defer("certificate__snapshot"))
    return Item(
        kind="certificates.annulments_unanswered",
        urgency=Urgency.TODAY,
        count=count,
        title=how_many(
            count,
            "solicitud de anulación pasó su plazo sin respuesta",
            "solicitudes de anulación pasaron su plazo sin respuesta",
        ),
        next_step="Si la Dirección Regional ya respondió, registra su respuesta; si "
        "no, consúltale.",
        url="",
        link="",
        examples=[_example(one, f"venció el {one.due_on:%d-%m-%Y}") for one in first],
    )


def _to_reissue(membership: Membership, today: date) -> Item:
    """Approved, and still to be emitted anew while the term lasts."""
    approved = requests_of(membership).filter(
        decision__approved=True,
        certificate__certification__state=CertificateState.REISSUE_APPROVED,
    )
    in_term = [
        (one, last)
        for one in approved.defer("certificate__snapshot").order_by("decision__at")
        if (last := _last_date(one)) >= today
    ]
    return Item(
        kind="certificates.to_reissue",
        urgency=Urgency.TODAY,
        count=len(in_term),
        title=how_many(
            len(in_term),
            "certificado aprobado para su re-emisión",
            "certificados aprobados para su re-emisión",
        ),
        next_step="Vuelve a emitirlo con el número correcto antes de que termine el "
        "plazo.",
        url="",
        link="",
        examples=[
            _example(one, f"hasta el {last:%d-%m-%Y}") for one, last in in_term[:SHOWN]
        ],
    )


def _last_date(one: Any) -> date:
    last: date = one.certificate.certification.action.terms().last_date
    return last


def _example(one: Any, words: str) -> Example:
    action = one.certificate.certification.action
    return Example(
        f"{_named(one)}, acción {action.action_code}: {words}",
        reverse("certificates:annulment", args=[one.public_id]),
    )


def _named(one: Any) -> str:
    return f"Certificado N° {one.certificate.number}"


def first_steps(membership: Membership) -> list[Step]:
    """A certificate comes after everything else: nothing to begin with."""
    return []
