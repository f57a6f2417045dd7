"""What a packet lacks, in words: of which action, of whom, and who does what next.

Rules without a query: what the packet holds is passed in (contents.py), and today's
date in America/Santiago. Source: seed 000; domain.md, "Liquidation"; F16, G9.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from courses.models import ActionState, Environment, TrainingAction
from liquidation.contents import Held, Person
from liquidation.kinds import DocumentKind, Whose, asked_for
from liquidation.models import DeclarationState, Packet
from otec_portal.core.attention import how_many

SIDES: Final = 2  # of an identity card


@dataclass(frozen=True)
class Missing:
    """One thing that keeps a packet from being sent: a stable code, and Spanish."""

    code: str
    words: str
    next_step: str
    whose: Whose
    kind: DocumentKind | None = None
    action: TrainingAction | None = None
    enrolment: Any = None


def missing_of(
    packet: Packet, contents: Sequence[Held], *, unplaced: int, today: date
) -> list[Missing]:
    """Return all that `packet` lacks on `today`, in the order of the source.

    `unplaced` is how many of its papers wait to be confirmed. Codes: no_actions,
    unplaced, other_region, other_company, annulled, liquidated, test, not_over, and for
    documents the value of their DocumentKind, "other_side", and
    "<kind>_<state of the declaration>".
    """
    found = [one for held in contents for one in _of_action(packet, held, today=today)]
    if not contents:
        found.append(
            Missing(
                "no_actions",
                "El expediente no tiene ninguna acción.",
                "Agrega las acciones que se piden liquidar.",
                Whose.OTEC,
            )
        )
    if unplaced:
        found.append(
            Missing(
                "unplaced",
                f"Hay {how_many(unplaced, 'archivo', 'archivos')} por confirmar.",
                "Di qué documento es cada uno, o descártalo.",
                Whose.OTEC,
            )
        )
    return found


def _of_action(packet: Packet, held: Held, *, today: date) -> Iterator[Missing]:
    yield from _against_action(packet, held.action, today=today)
    for kind in asked_for(held.action.course.modality):
        if kind == DocumentKind.OTEC_DECLARATION:
            yield from _of_otec(held)
        elif kind == DocumentKind.DECLARATION:
            yield from _of_people(held, kind, _declaration)
        elif kind == DocumentKind.SIGNED_DECLARATION:
            yield from _of_people(held, kind, _signed)
        elif kind == DocumentKind.IDENTITY_CARD:
            yield from _of_people(held, kind, _card)
        elif not held.of(kind):
            words, next_step, whose = _ABSENT[kind]
            yield Missing(kind, words, next_step, whose, kind, held.action)


_PROOFS: Final = (
    "Sirve la factura con el timbre de pago de la OTEC, la transferencia electrónica o "
    "el depósito en la cuenta corriente de la OTEC."
)
_ABSENT: Final = {
    DocumentKind.INVOICE: (
        "Falta la factura de la OTEC.",
        "Súbela en PDF o como imagen.",
        Whose.OTEC,
    ),
    DocumentKind.PAYMENT: (
        "Falta el comprobante de pago de la factura.",
        _PROOFS,
        Whose.COMPANY,
    ),
}


def _against_action(
    packet: Packet, action: TrainingAction, *, today: date
) -> Iterator[Missing]:
    """Yield why `action` can't be liquidated by `packet` at all."""
    first = action.terms().day_zero
    problems = {
        "annulled": (
            action.decision == ActionState.ANNULLED,
            "La acción está anulada.",
            "Quítala del expediente.",
        ),
        "liquidated": (
            action.decision == ActionState.LIQUIDATED,
            "La acción ya está liquidada.",
            "Quítala del expediente.",
        ),
        "test": (
            action.environment == Environment.TEST,
            "La acción está en ambiente de prueba: SENCE no la conoce.",
            "Pásala a producción, o quítala del expediente.",
        ),
        "other_region": (
            action.region != packet.region,
            f"La acción es ahora de la región {action.get_region_display()}.",
            "Quítala de este expediente y ponla en uno de su región.",
        ),
        "other_company": (
            action.company_id != packet.company_id,
            "La acción es ahora de otra empresa.",
            "Quítala de este expediente y ponla en uno de su empresa.",
        ),
        "not_over": (
            today <= first,
            f"La acción termina el {first:%d-%m-%Y}.",
            "La liquidación se pide desde el día siguiente.",
        ),
    }
    for code, (stands, words, next_step) in problems.items():
        if stands:
            yield Missing(code, words, next_step, Whose.OTEC, action=action)


def _of_otec(held: Held) -> Iterator[Missing]:
    """Yield what lacks of the OTEC's own declaration."""
    if held.otec_state != DeclarationState.ISSUED:
        words, next_step, whose = _OTEC_NOT_ISSUED[held.otec_state]
        code = f"{DocumentKind.OTEC_DECLARATION}_{held.otec_state}"
    elif not held.of(DocumentKind.OTEC_DECLARATION):
        code = DocumentKind.OTEC_DECLARATION
        words = (
            f"Falta el PDF de la declaración jurada de la OTEC{_of(held.otec_number)}."
        )
        next_step, whose = "Descárgalo de GCA y súbelo.", Whose.OTEC
    else:
        return
    kind = DocumentKind.OTEC_DECLARATION
    yield Missing(code, words, next_step, whose, kind, held.action)


def _of(number: str) -> str:
    return f" (N° {number})" if number else ""


_REISSUE: Final = "Se emite otra vez en GCA; después se sube su PDF."
_OTEC_NOT_ISSUED: Final = {
    DeclarationState.PENDING: (
        "La OTEC todavía no emite su declaración jurada.",
        "La emite en GCA un administrador; después se sube su PDF.",
        Whose.OTEC,
    ),
    DeclarationState.IN_VALIDATION: (
        "SENCE todavía valida la anulación de la declaración jurada de la OTEC.",
        "Espera su respuesta y regístrala.",
        Whose.SENCE,
    ),
    DeclarationState.REISSUE_APPROVED: (
        "La declaración jurada de la OTEC está aprobada para su re-emisión.",
        _REISSUE,
        Whose.OTEC,
    ),
    DeclarationState.REJECTED: (
        "SENCE rechazó la declaración jurada de la OTEC.",
        "Consulta a la Dirección Regional cómo seguir.",
        Whose.OTEC,
    ),
    DeclarationState.ANNULLED: (
        "La declaración jurada de la OTEC está anulada.",
        _REISSUE,
        Whose.OTEC,
    ),
}
_NOT_ISSUED: Final = {
    DeclarationState.PENDING: (
        "Todavía no emite su declaración jurada.",
        "La emite en GCA, con su RUN y su Clave SENCE: recuérdaselo por correo.",
        Whose.PARTICIPANT,
    ),
    DeclarationState.IN_VALIDATION: (
        "SENCE todavía valida la anulación de su declaración jurada.",
        "Espera su respuesta y regístrala.",
        Whose.SENCE,
    ),
    DeclarationState.REISSUE_APPROVED: (
        "Su declaración jurada está aprobada para su re-emisión.",
        _REISSUE,
        Whose.PARTICIPANT,
    ),
    DeclarationState.REJECTED: (
        "SENCE rechazó su declaración jurada.",
        "Consulta a la Dirección Regional cómo seguir.",
        Whose.OTEC,
    ),
    DeclarationState.ANNULLED: (
        "Su declaración jurada está anulada.",
        _REISSUE,
        Whose.PARTICIPANT,
    ),
}

_Gap = tuple[str, str, str, Whose]  # code, words, next step, whose


def _of_people(
    held: Held, kind: DocumentKind, gap: Callable[[Held, Person], _Gap | None]
) -> Iterator[Missing]:
    """Yield what lacks of each who took part."""
    for person in held.people:
        lacks = gap(held, person) if person.took_part else None
        if lacks is not None:
            yield Missing(*lacks, kind, held.action, person.enrolment)


def _declaration(held: Held, person: Person) -> _Gap | None:
    if person.state != DeclarationState.ISSUED:
        code = f"{DocumentKind.DECLARATION}_{person.state}"
        words, next_step, whose = _NOT_ISSUED[person.state]
        if (
            person.state == DeclarationState.PENDING
            and held.otec_state != DeclarationState.ISSUED
        ):
            next_step, whose = "Primero emite la OTEC la suya.", Whose.OTEC
        return code, words, next_step, whose
    if person.of(DocumentKind.DECLARATION):
        return None
    words = f"Falta el PDF de su declaración jurada{_of(person.number)}."
    return DocumentKind.DECLARATION, words, "Pídeselo, o súbelo.", Whose.PARTICIPANT


def _signed(held: Held, person: Person) -> _Gap | None:
    if person.of(DocumentKind.SIGNED_DECLARATION):
        return None
    return (
        DocumentKind.SIGNED_DECLARATION,
        "Falta su declaración jurada, completa y firmada.",
        "Que la complete, la firme y la entregue.",
        Whose.PARTICIPANT,
    )


def _card(held: Held, person: Person) -> _Gap | None:
    cards = person.of(DocumentKind.IDENTITY_CARD)
    if not cards:
        return (
            DocumentKind.IDENTITY_CARD,
            "Falta su cédula de identidad por ambos lados.",
            "Pídele una copia o una foto de cada lado.",
            Whose.PARTICIPANT,
        )
    shows_both = any(one.both_sides for one in cards)
    if shows_both or sum(one.pages for one in cards) >= SIDES:
        return None
    return (
        "other_side",
        "De su cédula de identidad hay un solo lado.",
        "Agrega el otro, o di que el archivo muestra ambos.",
        Whose.PARTICIPANT,
    )
