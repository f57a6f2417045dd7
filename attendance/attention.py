"""What attendance needs of a person: tokens, alerts, errors, answers, empty courses."""

from datetime import date, datetime
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from attendance import book_attention, selectors
from attendance.after_liquidation import detail_is_closed
from attendance.models import Receipt, SenceSession, SenceToken, TokenState
from courses.attention import undecided
from courses.models import TrainingAction
from otec_portal.core.attention import (
    SHOWN,
    Example,
    Item,
    Step,
    Urgency,
    address,
    first_of,
    how_many,
)
from otec_portal.core.models import Membership
from otec_portal.core.permissions import Permission, allowed

SILENT_NEXT_STEP: Final = (
    "Revisa que los participantes tengan su enlace y puedan entrar."
)


def items(membership: Membership, *, now: datetime) -> list[Item]:
    """Return what needs a person now."""
    found = [
        _tokens(membership),
        _alerts(membership),
        _to_review(membership),
        _without_sessions(membership, timezone.localdate(now)),
        *book_attention.items(membership, now=now),
    ]
    return [item for item in found if item.count]


def _tokens(membership: Membership) -> Item:
    """Those that SENCE refused; or that there is none left to use."""
    mine = SenceToken.objects.visible_to(membership).order_by("created_at")
    tokens = list(mine.defer("secret"))  # nothing here needs it in clear
    in_use = [one for one in tokens if one.state != TokenState.REVOKED]
    doubtful = [one for one in in_use if one.state == TokenState.SUSPECT]
    none_left = bool(tokens) and not in_use
    if none_left:
        title = "No queda ningún token SENCE vigente"
        next_step = "Nadie puede iniciar sesión en SENCE. Agrega un token nuevo."
    else:
        title = how_many(
            len(doubtful), "token SENCE está en duda", "tokens SENCE están en duda"
        )
        next_step = "SENCE lo rechazó. Revisa en SENCE si sigue vigente o agrega otro."
    return Item(
        kind="attendance.tokens",
        urgency=Urgency.NOW,
        count=1 if none_left else len(doubtful),
        title=title,
        next_step=next_step,
        url=_tokens_page(membership),
        link="Ver los tokens",
        examples=[Example(str(one)) for one in doubtful[:SHOWN]],
    )


def _tokens_page(membership: Membership) -> str:
    may = allowed(membership, Permission.MANAGE_TOKENS)
    return address("attendance:tokens") if may else ""


def _alerts(membership: Membership) -> Item:
    first, count = first_of(selectors.open_alerts(membership))
    return Item(
        kind="attendance.alerts",
        urgency=Urgency.NOW,
        count=count,
        title=how_many(count, "alerta sin resolver", "alertas sin resolver"),
        next_step="Corrige la causa y marca la alerta como resuelta.",
        url=reverse("attendance:alerts"),
        link="Ver las alertas",
        examples=[Example(f"{one.title} {one.person}".rstrip()) for one in first],
    )


def _to_review(membership: Membership) -> Item:
    first, count = first_of(selectors.receipts_to_review(membership))
    return Item(
        kind="attendance.to_review",
        urgency=Urgency.TODAY,
        count=count,
        title=how_many(
            count, "respuesta de SENCE por revisar", "respuestas de SENCE por revisar"
        ),
        next_step="Llegaron tarde o no coinciden con lo enviado: decide qué hacer.",
        url=reverse("attendance:receipts"),
        link="Ver las respuestas",
        examples=[
            Example(
                f"{one.session.enrolment.participant.full_name}, "
                f"{one.session.action_code}: {one.decision.get_outcome_display()}",
                _page_of(one),
            )
            for one in first
        ],
    )


def _page_of(receipt: Receipt) -> str:
    """Return where `receipt` is looked at: its session, as long as that is shown."""
    if detail_is_closed(receipt.session.enrolment.action):
        return reverse("attendance:receipts")
    return reverse("attendance:session", args=[receipt.session.public_id])


def without_sessions(
    membership: Membership, *, today: date
) -> QuerySet[TrainingAction]:
    """Return the actions that began before `today` and nobody has entered."""
    entered = SenceSession.objects.filter(
        enrolment__action=OuterRef("pk"), opened_at__isnull=False
    )
    return undecided(membership).filter(
        ~Exists(entered), starts_on__lt=today, ends_on__gte=today
    )


def _without_sessions(membership: Membership, today: date) -> Item:
    silent = without_sessions(membership, today=today)
    first, count = first_of(silent.order_by("ends_on", "pk"))
    return Item(
        kind="attendance.without_sessions",
        urgency=Urgency.TODAY,
        count=count,
        title=how_many(
            count,
            "acción en ejecución no tiene ninguna sesión",
            "acciones en ejecución no tienen ninguna sesión",
        ),
        next_step=SILENT_NEXT_STEP,
        url=reverse("attendance:without_sessions"),
        link="Verlas todas",
        examples=[
            Example(
                f"{one.action_code} · {one.course.name}: "
                f"empezó el {one.starts_on:%d-%m-%Y}",
                address("courses:action", one.public_id),
            )
            for one in first
        ],
    )


def first_steps(membership: Membership) -> list[Step]:
    """Return what comes before any course: SENCE has to know the training body."""
    return [
        Step(
            title="Agrega el token de SENCE",
            text="Lo entrega SENCE a tu OTEC. Sin él nadie puede registrar asistencia.",
            done=SenceToken.objects.visible_to(membership).exists(),
            url=_tokens_page(membership),
            link="Agregar token",
        )
    ]
