"""What attendance needs of a person: tokens, alerts, errors, answers, empty courses."""

from datetime import date, datetime
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from attendance import book_attention, selectors
from attendance.after_liquidation import detail_is_closed
from attendance.models import (
    OperatorAlert,
    Receipt,
    SenceSession,
    SenceToken,
    TokenState,
)
from courses.attention import undecided
from courses.models import Enrolment, Modality, TrainingAction
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

NOBODY_STARTS: Final = "Nadie puede iniciar sesión en SENCE."
SILENT_NEXT_STEP: Final = (
    "Revisa que los participantes tengan su enlace y puedan entrar."
)


def items(membership: Membership, *, now: datetime) -> list[Item]:
    """Return what needs a person now."""
    tokens = _tokens_of(membership)
    found = [
        _tokens(membership, tokens),
        _lost_tokens(membership, tokens),
        _alerts(membership),
        _to_review(membership),
        _without_sessions(membership, timezone.localdate(now)),
        *book_attention.items(membership, now=now),
    ]
    return [item for item in found if item.count]


def _tokens_of(membership: Membership) -> list[SenceToken]:
    mine = SenceToken.objects.visible_to(membership)
    return list(mine.order_by("created_at"))


def _tokens(membership: Membership, tokens: list[SenceToken]) -> Item:
    """Those that SENCE refused; or that there is none left to use."""
    in_use = [one for one in tokens if one.state != TokenState.REVOKED]
    doubtful = [one for one in in_use if one.doubted and not one.lost]
    none_left = bool(tokens) and not in_use
    if none_left:
        title = "No queda ningún token SENCE vigente"
        meaning, deed = NOBODY_STARTS, "Agrega un token nuevo."
    else:
        title = how_many(
            len(doubtful), "token SENCE está en duda", "tokens SENCE están en duda"
        )
        meaning = "SENCE lo rechazó."
        deed = "Revisa en SENCE si sigue vigente o agrega otro."
    return Item(
        kind="attendance.tokens",
        urgency=Urgency.NOW,
        count=1 if none_left else len(doubtful),
        title=title,
        next_step=f"{meaning} {_deed(membership, deed)}",
        url=_tokens_page(membership),
        link="Ver los tokens",
        examples=[Example(str(one)) for one in doubtful[:SHOWN]],
    )


def _lost_tokens(membership: Membership, tokens: list[SenceToken]) -> Item:
    """Those that no key of this installation opens: the next start passes over them."""
    lost = [one for one in tokens if one.lost]
    others = [one for one in tokens if one.state != TokenState.REVOKED and not one.lost]
    meaning = "Mientras siga así, no se usa." if others else NOBODY_STARTS
    deed = "Agrégalo otra vez; si pasa con varios, avisa a quien administra el portal."
    return Item(
        kind="attendance.lost_tokens",
        urgency=Urgency.NOW,
        count=len(lost),
        title=how_many(
            len(lost),
            "token SENCE no se puede leer",
            "tokens SENCE no se pueden leer",
        ),
        next_step=f"{meaning} {_deed(membership, deed)}",
        url=_tokens_page(membership),
        link="Ver los tokens",
        examples=[Example(str(one)) for one in lost[:SHOWN]],
    )


def _deed(membership: Membership, deed: str) -> str:
    """Return `deed`, or for who may not do it, whom to tell."""
    if allowed(membership, Permission.MANAGE_TOKENS):
        return deed
    return "Avisa al Administrador Nacional de tu OTEC."


def _tokens_page(membership: Membership) -> str:
    may = allowed(membership, Permission.MANAGE_TOKENS)
    return reverse("attendance:tokens") if may else ""


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
        needs=Permission.ACKNOWLEDGE_ALERTS,
        examples=[
            Example(f"{_whose(one)}: {one.title} {one.person}".rstrip())
            for one in first
        ],
    )


def _whose(alert: OperatorAlert) -> str:
    """Return whose data `alert` is about: an action's, by its code, or everybody's."""
    return f"Acción {alert.action.action_code}" if alert.action else "De toda la OTEC"


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
        needs=Permission.REVIEW_RECEIPTS,
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
    """Return the actions that began before `today` and nobody has entered.

    Though somebody ought to: classroom courses have no sessions, nor has who is exempt;
    those of SENCE's test environment are none for an action in production.
    """
    enrolled = Enrolment.objects.filter(action=OuterRef("pk"))
    entered = SenceSession.objects.filter(
        enrolment__action=OuterRef("pk"),
        environment=OuterRef("environment"),
        opened_at__isnull=False,
    )
    return undecided(membership).filter(
        ~Exists(entered),
        Exists(enrolled.filter(exempt=False)) | ~Exists(enrolled),
        ~Q(course__modality=Modality.CLASSROOM),
        starts_on__lt=today,
        ends_on__gte=today,
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
        needs=Permission.SEND_LINKS,
        examples=[
            Example(
                f"{one.action_code} · {one.course.name}: "
                f"empezó el {one.starts_on:%d-%m-%Y}",
                reverse("courses:action", args=[one.public_id]),
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
            needs=Permission.MANAGE_TOKENS,
        )
    ]
