"""When an annulment may be requested and answered, and what to know before. No query.

Source: domain.md, "Annulment" and "Deadlines"; seed 001, questions 125, 130 and 131.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from certificates.models import CertificateState
from certificates.rules import Notice, same_reference
from courses.models import ActionState
from courses.terms import ANSWER, LAST, LIQUIDATION, Terms
from otec_portal.core.attention import how_many
from otec_portal.core.business_days import add_business_days, business_days_between

_STATES: Final = {
    CertificateState.PENDING: ("not_issued", "El certificado todavía no se emite."),
    CertificateState.ANNULMENT_REQUESTED: (
        "requested",
        "La solicitud de anulación ya espera la respuesta de la Dirección Regional.",
    ),
    CertificateState.REISSUE_APPROVED: (
        "approved",
        "La anulación de este certificado ya se aprobó: puedes volver a emitirlo.",
    ),
    CertificateState.ANNULMENT_REJECTED: (
        "rejected",
        "La Dirección Regional rechazó la anulación: no se puede volver a solicitar.",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What is known of a certificate on `today`, a date in America/Santiago.

    `reference` is the invoice or order number that it certifies, `replaced_by` the
    number of the certificate in its place, `decision` that of its action.
    """

    state: CertificateState
    reference: str
    replaced_by: str
    decision: str
    terms: Terms
    today: date

    @property
    def due_on(self) -> date:
        """The date until which the office answers, were the request sent today."""
        return add_business_days(self.today, ANSWER)


@dataclass(frozen=True, kw_only=True)
class Petition:
    """What whoever requests an annulment writes."""

    reason: str
    right_reference: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the regional office answered; `recorded` by the training body or its own."""

    approved: bool
    remarks: str
    answered_on: date
    recorded: bool


def against_request(one: Situation) -> list[Notice]:
    """Return what stands in the way of requesting the annulment, whatever is said."""
    return [*_state(one), *_term(one)]


def _state(one: Situation) -> Iterator[Notice]:
    if one.replaced_by:
        yield Notice(
            "replaced",
            f"Este certificado ya fue reemplazado por el N° {one.replaced_by}.",
        )
    elif one.state in _STATES:
        yield Notice(*_STATES[one.state])
    yield from against_annulment(one.decision)


def against_annulment(decision: str) -> Iterator[Notice]:
    """Yield why no certificate of an action with this `decision` is annulled.

    Neither requested nor approved: it could never be emitted again.
    """
    if decision:
        word = ActionState(decision).label.lower()
        yield Notice(
            f"action_{decision}",
            f"La acción está {word}: su certificado ya no se puede anular.",
        )


def _term(one: Situation) -> Iterator[Notice]:
    until = one.terms.liquidation_until
    if one.today > until:
        yield Notice(
            "term_over",
            f"El plazo para solicitar la anulación terminó el {until:%d-%m-%Y}, "
            f"{LIQUIDATION} días después del término del curso.",
        )


def against_petition(one: Situation, petition: Petition) -> dict[str, Notice]:
    """Return what is wrong with `petition`, by the name of its field."""
    found: dict[str, Notice] = {}
    if not petition.reason.strip():
        found["reason"] = Notice("no_reason", "Escribe el motivo de la anulación.")
    if not petition.right_reference.strip():
        found["right_reference"] = Notice(
            "no_right_reference", "Escribe el número correcto."
        )
    elif same_reference(petition.right_reference, one.reference):
        found["right_reference"] = Notice(
            "same_reference",
            "Es el mismo número que ya tiene el certificado. Escribe el correcto.",
        )
    return found


def too_late_to_reissue(one: Situation) -> Notice | None:
    """Return the warning that an approval may come too late to emit again (E6).

    The terms of an emission still hold for the next one [choice]: an answer on day 59
    leaves no day in hand.
    """
    last = one.terms.last_date
    if one.due_on < last:
        return None
    if one.today > last:
        return Notice(
            "reissue_over",
            f"El plazo para volver a emitir terminó el {last:%d-%m-%Y} (día {LAST}): "
            "aunque la anulación se apruebe, no se podrá emitir otra vez.",
        )
    return Notice(
        "no_time_to_reissue",
        f"La Dirección Regional tiene {ANSWER} días hábiles para responder, hasta el "
        f"{one.due_on:%d-%m-%Y}, y el plazo para volver a emitir termina el "
        f"{last:%d-%m-%Y} (día {LAST}). Si responde al final de su plazo, no quedará "
        "tiempo para emitir otra vez.",
    )


def against_answer(
    answer: Answer, *, requested_on: date, today: date
) -> dict[str, Notice]:
    """Return what is wrong with `answer`, by the name of its field."""
    found: dict[str, Notice] = {}
    if not answer.approved and not answer.remarks.strip():
        found["remarks"] = Notice(
            "no_remarks", "Escribe por qué se rechaza: la OTEC lo leerá."
        )
    if not requested_on <= answer.answered_on <= today:
        found["answered_on"] = Notice(
            "answered_outside",
            f"La respuesta tiene fecha desde el {requested_on:%d-%m-%Y}, cuando se "
            "envió la solicitud, y hasta hoy.",
        )
    return found


def time_left(due_on: date, *, today: date) -> str:
    """Return in words how much of the office's term is left on `today`."""
    if today == due_on:
        return "vence hoy"
    if today > due_on:
        return f"venció el {due_on:%d-%m-%Y}"
    days = business_days_between(today, due_on)
    left = how_many(days, "día hábil", "días hábiles")
    return f"{'queda' if days == 1 else 'quedan'} {left}"
