"""What liquidation needs of a person: terms that come near, sworn statements."""

from datetime import date, datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from courses.attention import undecided
from courses.ladder import Stake
from courses.pressing import pressing
from liquidation import packet_attention, selectors
from liquidation.models import DeclarationState
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
from otec_portal.core.permissions import Permission
from otec_portal.core.pesos import in_pesos


def items(membership: Membership, *, now: datetime) -> list[Item]:
    """Return what needs a person now."""
    today = timezone.localdate(now)
    found = [
        _to_liquidate(membership, today),
        *packet_attention.items(membership, today),
        _otec(membership, today),
        _participants(membership, today),
    ]
    return [item for item in found if item.count]


def _to_liquidate(membership: Membership, today: date) -> Item:
    """The term of the liquidation comes near, whatever became of the certificate."""
    found = pressing(
        undecided(membership), Stake.LIQUIDATE, page="courses:action", today=today
    )
    asked = urlencode({"que": Stake.LIQUIDATE.value, "ver": "lista"})
    return Item(
        kind="liquidation.to_liquidate",
        urgency=found.urgency,
        count=found.count,
        title=how_many(
            found.count,
            "acción por liquidar tiene su plazo cerca",
            "acciones por liquidar tienen su plazo cerca",
        )
        + (f": {in_pesos(found.money)} en juego" if found.money else ""),
        next_step="Reúne los documentos con la empresa y pide la liquidación antes del "
        "día 60.",
        url=f"{reverse('courses:calendar')}?{asked}",
        link="Ver el calendario",
        needs=Permission.TRACK_DECLARATIONS,
        examples=found.examples,
    )


def _otec(membership: Membership, today: date) -> Item:
    waiting = selectors.actions_without_otec(membership, today=today)
    first, count = first_of(waiting.order_by("ends_on", "pk"))
    return Item(
        kind="liquidation.otec_declaration_missing",
        urgency=Urgency.TODAY,
        count=count,
        title=how_many(
            count,
            "acción terminó y falta la declaración jurada de la OTEC",
            "acciones terminaron y falta la declaración jurada de la OTEC",
        ),
        next_step="Emítela en GCA y regístrala aquí: sin ella los participantes no "
        "pueden emitir la suya.",
        url=reverse("liquidation:missing") if count > SHOWN else "",
        link="Ver quién falta",
        needs=Permission.TRACK_DECLARATIONS,
        examples=[
            Example(
                f"{one.action_code} · {one.course.name}: "
                f"terminó el {one.ends_on:%d-%m-%Y}",
                reverse("liquidation:declarations", args=[one.public_id]),
            )
            for one in first
        ],
    )


def _participants(membership: Membership, today: date) -> Item:
    """Those who can issue theirs: to be chased. The others wait for the OTEC."""
    waiting = selectors.missing_everywhere(membership, today=today).filter(
        otec_state=DeclarationState.ISSUED
    )
    first, count = first_of(waiting.order_by("action__ends_on", "pk"))
    return Item(
        kind="liquidation.declarations_missing",
        urgency=Urgency.TODAY,
        count=count,
        title=how_many(
            count,
            "participante no ha emitido su declaración jurada",
            "participantes no han emitido su declaración jurada",
        ),
        next_step="Recuérdaselo por correo: se hace en SENCE, con su Clave.",
        url=reverse("liquidation:missing"),
        link="Ver quién falta",
        needs=Permission.TRACK_DECLARATIONS,
        examples=[
            Example(
                f"{one.participant.full_name}, acción {one.action.action_code}",
                reverse("liquidation:declarations", args=[one.action.public_id]),
            )
            for one in first
        ],
    )


def first_steps(membership: Membership) -> list[Step]:
    """Liquidation comes last: nothing to begin with."""
    return []
