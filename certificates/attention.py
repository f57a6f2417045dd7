"""What certificates need of a person: terms that come near, annulments."""

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from certificates.annulment_rules import time_left
from certificates.bulk import emittable, lost
from certificates.inbox import ACTION, requests_for, requests_of
from certificates.models import CertificateState
from courses.attention import undecided
from courses.ladder import NEAR, Kind, Stake
from courses.ladder_words import remains_of
from courses.pressing import pressing
from otec_portal.core.attention import (
    SHOWN,
    Example,
    Item,
    Step,
    Urgency,
    first_of,
    how_many,
)
from otec_portal.core.models import Membership, Role
from otec_portal.core.permissions import Permission, allowed


def items(membership: Membership, *, now: datetime) -> list[Item]:
    """Return what needs a person now: of the regional office, or of who may emit."""
    today = timezone.localdate(now)
    if allowed(membership, Permission.DECIDE_ANNULMENTS):
        found = [_to_answer(membership, today)]
    elif allowed(membership, Permission.EMIT_CERTIFICATES):
        found = [
            _to_emit(membership, today),
            _to_hand_over(membership, today),
            _unanswered(membership, today),
            _to_reissue(membership, today),
            *_lost(membership, today),
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
    again = Q(certification__state=CertificateState.REISSUE_APPROVED)
    waiting = emittable(membership, today=today).exclude(again)
    page = "certificates:certificate"
    found = pressing(waiting, Stake.EMIT, page=page, today=today)
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


def _to_hand_over(membership: Membership, today: date) -> Item:
    """Emitted, and the day until which the OTIC takes papers in comes near."""
    found = pressing(
        undecided(membership), Stake.OTIC, page="courses:action", today=today
    )
    asked = urlencode({"que": Stake.OTIC.value, "ver": "lista"})
    return Item(
        kind="certificates.to_hand_over",
        urgency=found.urgency,
        count=found.count,
        title=how_many(
            found.count,
            "acción por entregar al OTIC tiene su plazo cerca",
            "acciones por entregar al OTIC tienen su plazo cerca",
        ),
        next_step="Entrégale el certificado y los documentos; si ya lo hiciste, no "
        "queda nada por hacer.",
        url=f"{reverse('courses:calendar')}?{asked}",
        link="Ver el calendario",
        examples=found.examples,
    )


def _unanswered(membership: Membership, today: date) -> Item:
    """The office's term comes near or is over: its answer may lie on some desk.

    Of actions that are not decided yet, as the ladder has it.
    """
    waiting = requests_of(membership).filter(
        decision=None,
        due_on__lte=today + timedelta(days=NEAR),
        **{f"{ACTION}__decision": ""},
    )
    first, count = first_of(waiting.defer("certificate__snapshot"))
    come = bool(first) and first[0].due_on <= today
    return Item(
        kind="certificates.annulments_unanswered",
        urgency=Urgency.TODAY if come else Urgency.SOON,
        count=count,
        title=how_many(
            count,
            "solicitud de anulación sin respuesta tiene su plazo cerca o lo pasó",
            "solicitudes de anulación sin respuesta tienen su plazo cerca o lo pasaron",
        ),
        next_step="Si la Dirección Regional ya respondió, registra su respuesta; si "
        "no, consúltale.",
        url="",
        link="",
        examples=[_example(one, time_left(one.due_on, today=today)) for one in first],
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


def _lost(membership: Membership, today: date) -> list[Item]:
    """Day 59 passed without certificate: told to the national admins alone."""
    if membership.role != Role.NATIONAL_ADMIN:
        return []
    first, count = first_of(lost(membership, today=today))
    return [
        Item(
            kind="certificates.lost",
            urgency=Urgency.SOON,
            count=count,
            title=how_many(
                count,
                "acción quedó sin certificado: su plazo terminó",
                "acciones quedaron sin certificado: su plazo terminó",
            ),
            next_step=f"{remains_of(Kind.LAST)}.",
            url=f"{reverse('certificates:choose')}#vencidas",
            link="Ver las que están fuera de plazo",
            examples=[
                Example(
                    f"{one.action_code} · {one.course.name}: hasta el "
                    f"{one.terms().last_date:%d-%m-%Y}",
                    reverse("certificates:certificate", args=[one.public_id]),
                )
                for one in first
            ],
        )
    ]


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
