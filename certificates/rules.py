"""When a certificate may be emitted, and what to look at before. Pure.

Source: domain.md, "Certificate of attendance" and "Deadlines"; seed 001, questions 125
to 130; seed 004, "Aceptar el certificado de asistencia".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from certificates.models import CertificateState
from courses.models import ActionState, ActivityType, Environment, TrainingAction
from courses.terms import RECOMMENDED, Terms, Window
from otec_portal.core.attention import how_many

NO_REFERENCE: Final = "Escribe el N° de factura u orden de compra."
NO_JUSTIFICATION: Final = (
    "Escribe por qué se emite después del plazo ordinario de 40 días."
)
NO_LAST_CLASS: Final = "Escribe la fecha de la última clase realizada."
NO_FIRST_CLASS: Final = "Escribe la fecha de la primera clase realizada."


class Way(StrEnum):
    """Where something is put right."""

    ACTION = "action"
    ROSTER = "roster"
    SESSIONS = "sessions"
    CLASSES = "classes"
    COURSE = "course"
    TRAINING_BODY = "training_body"
    RECONCILIATION = "reconciliation"
    REVIEW = "review"
    NONE = ""


@dataclass(frozen=True)
class Notice:
    """Something said before an emission: a stable code, Spanish, where to mend it."""

    code: str
    message: str
    way: Way = Way.NONE
    names: Sequence[str] = ()


@dataclass(frozen=True)
class Person:
    """A participant as they would stand on the certificate."""

    run: str
    name: str
    per_cent: int | None
    email: str = ""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of an action on `today`, a date in America/Santiago.

    `terms` run from the real end date of a partial action once it was typed. `people`
    are those who are certified, `exempt` how many are not [choice]: who is exempt from
    registering with SENCE is no participant of SENCE's.
    """

    action: TrainingAction
    state: CertificateState
    terms: Terms
    today: date
    people: Sequence[Person]
    exempt: int
    why_none: str
    threshold: int
    live: int
    open_classes: int
    expired: int
    unreconciled: int
    to_review: int


def against(facts: Facts) -> list[Notice]:
    """Return what stands in the way of an emission, whatever its data."""
    return [
        *_state(facts),
        *_action(facts),
        *_term(facts),
        *_attendance(facts),
        *_institutions(facts),
    ]


def _state(facts: Facts) -> Iterator[Notice]:
    if facts.state == CertificateState.ANNULMENT_REJECTED:
        yield Notice(
            "rejected",
            "La Dirección Regional rechazó la anulación: el certificado no se puede "
            "volver a emitir.",
        )
    elif facts.state == CertificateState.ANNULMENT_REQUESTED:
        yield Notice(
            "in_validation",
            "La solicitud de anulación espera la respuesta de la Dirección Regional.",
        )
    elif facts.state == CertificateState.ISSUED:
        yield Notice(
            "issued",
            "El certificado de esta acción ya está emitido. Si el N° de factura está "
            "errado, solicita su anulación.",
        )


def _action(facts: Facts) -> Iterator[Notice]:
    action = facts.action
    if action.decision:
        word = ActionState(action.decision).label.lower()
        yield Notice(
            f"action_{action.decision}",
            f"La acción está {word}: ya no se emiten certificados.",
        )
    if action.environment != Environment.PRODUCTION:
        yield Notice(
            "test_environment",
            "La acción está en el ambiente de prueba de SENCE: lo registrado ahí no "
            "es asistencia y no se certifica.",
            Way.ACTION,
        )


def _term(facts: Facts) -> Iterator[Notice]:
    terms = facts.terms
    if terms.window(facts.today) == Window.OVER:
        yield Notice(
            "term_over",
            f"El plazo para emitir terminó el {terms.last_date:%d-%m-%Y}, 59 días "
            "después del término del curso. Ya no se puede emitir.",
        )


def _attendance(facts: Facts) -> Iterator[Notice]:
    if not facts.people:
        yield Notice(
            "nobody",
            "La acción no tiene participantes que certificar.",
            Way.ROSTER,
        )
    if facts.why_none:
        yield Notice("no_percentages", facts.why_none, Way.COURSE)
    if facts.live:
        number = how_many(facts.live, "sesión SENCE abierta", "sesiones SENCE abiertas")
        yield Notice(
            "open_sessions",
            f"Hay {number}. Espera a que se cierren: lo que SENCE responda después de "
            "emitir ya no cuenta.",
            Way.SESSIONS,
        )
    if facts.open_classes:
        number = how_many(facts.open_classes, "clase en curso", "clases en curso")
        yield Notice(
            "open_classes",
            f"Hay {number}. Termínala o anúlala antes de emitir.",
            Way.CLASSES,
        )


def _institutions(facts: Facts) -> Iterator[Notice]:
    if not facts.action.course.training_body.signatory_name:
        yield Notice(
            "no_signatory",
            "Falta el firmante autorizado de la entidad capacitadora: su nombre y su "
            "RUT van en el certificado.",
            Way.TRAINING_BODY,
        )


def needs_justification(facts: Facts) -> bool:
    """Say whether the ordinary term is over: from day 41 to day 59."""
    return facts.terms.window(facts.today) == Window.JUSTIFIED


def cautions(facts: Facts) -> list[Notice]:
    """Return what to look at before accepting; none of it stands in the way."""
    return [*_calendar(facts), *_people(facts), *_evidence(facts)]


def _calendar(facts: Facts) -> Iterator[Notice]:
    action, terms = facts.action, facts.terms
    if facts.today <= action.ends_on:
        yield Notice(
            "before_the_end",
            f"El curso termina el {action.ends_on:%d-%m-%Y}: lo que se registre "
            "después de emitir ya no cuenta.",
        )
    if needs_justification(facts):
        yield Notice(
            "justified",
            f"El plazo ordinario de 40 días terminó el {terms.ordinary_until:%d-%m-%Y}."
            f" Se puede emitir con justificación hasta el {terms.last_date:%d-%m-%Y};"
            f" te recomendamos hacerlo a más tardar el día {RECOMMENDED}, el "
            f"{terms.recommended_until:%d-%m-%Y}.",
        )


def _people(facts: Facts) -> Iterator[Notice]:
    under = [
        one
        for one in facts.people
        if one.per_cent is not None and one.per_cent < facts.threshold
    ]
    if under:
        number = how_many(len(under), "participante tiene", "participantes tienen")
        yield Notice(
            "below_threshold",
            f"{number} menos de {facts.threshold} % de asistencia.",
            Way.ROSTER,
            [f"{one.name}: {one.per_cent} %" for one in under],
        )
    unreachable = [one.name for one in facts.people if not one.email]
    if unreachable:
        number = how_many(len(unreachable), "participante", "participantes")
        yield Notice(
            "without_email",
            f"{number} sin correo: no podremos enviar el recordatorio de la "
            "declaración jurada.",
            Way.ROSTER,
            unreachable,
        )
    if facts.exempt:
        number = how_many(
            facts.exempt, "exento no va", "exentos de registrar asistencia no van"
        )
        yield Notice("exempt", f"{number} en el certificado.", Way.ROSTER)


def _evidence(facts: Facts) -> Iterator[Notice]:
    if facts.unreconciled:
        number = how_many(
            facts.unreconciled,
            "sesión no está conciliada",
            "sesiones no están conciliadas",
        )
        yield Notice(
            "unreconciled",
            f"{number} con lo que SENCE registró.",
            Way.RECONCILIATION,
        )
    if facts.expired:
        number = how_many(
            facts.expired, "sesión expirada no cuenta", "sesiones expiradas no cuentan"
        )
        yield Notice("expired", f"{number}: nadie la cerró en SENCE.", Way.SESSIONS)
    if facts.to_review:
        number = how_many(
            facts.to_review,
            "respuesta de SENCE espera tu revisión",
            "respuestas de SENCE esperan tu revisión",
        )
        yield Notice(
            "to_review", f"{number}: después de emitir ya no cuenta.", Way.REVIEW
        )


@dataclass(frozen=True, kw_only=True)
class Order:
    """What whoever emits types. The dates are of the classes really held."""

    billing_reference: str
    justification: str = ""
    real_starts_on: date | None = None
    real_ends_on: date | None = None


def against_order(facts: Facts, order: Order) -> dict[str, Notice]:
    """Return what is wrong with `order`, by the name of its field."""
    found: dict[str, Notice] = {}
    if not order.billing_reference.strip():
        found["billing_reference"] = Notice("no_billing_reference", NO_REFERENCE)
    if needs_justification(facts) and not order.justification.strip():
        found["justification"] = Notice("no_justification", NO_JUSTIFICATION)
    return found | _against_dates(facts, order)


def _against_dates(facts: Facts, order: Order) -> dict[str, Notice]:
    action = facts.action
    asked = {
        ActivityType.PARTIAL: ("real_ends_on", NO_LAST_CLASS),
        ActivityType.COMPLEMENTARY: ("real_starts_on", NO_FIRST_CLASS),
    }.get(ActivityType(action.activity_type))
    if asked is None:
        return {}
    name, missing = asked
    day: date | None = getattr(order, name)
    if day is None:
        return {name: Notice("no_real_date", missing)}
    if not action.starts_on <= day <= action.ends_on:
        message = (
            f"La fecha va del {action.starts_on:%d-%m-%Y} al "
            f"{action.ends_on:%d-%m-%Y}, las fechas de la acción."
        )
        return {name: Notice("real_date_outside", message)}
    if day > facts.today:
        return {name: Notice("real_date_to_come", "Esa fecha todavía no llega.")}
    return {}
