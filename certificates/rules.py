"""When a certificate may be emitted, and what to look at before. No query, no clock.

Source: domain.md, "Certificate of attendance" and "Deadlines"; seed 001, questions 125
to 130; seed 004, "Aceptar el certificado de asistencia".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from attendance.levels import LevelTime
from certificates.models import CertificateState
from courses.models import ActionState, ActivityType, Environment, TrainingAction
from courses.terms import LAST, ORDINARY, RECOMMENDED, Terms, Window, end_of_year
from otec_portal.core.attention import how_many
from otec_portal.core.folding import fold
from otec_portal.core.tabular.tables import clean, clean_lines
from otec_portal.core.templatetags.portal import signed_hms

NO_REFERENCE: Final = "Escribe el N° de factura u orden de compra."
NO_JUSTIFICATION: Final = (
    f"Escribe por qué se emite después del plazo ordinario de {ORDINARY} días."
)
NO_LAST_CLASS: Final = "Escribe la fecha de la última clase realizada."
NO_FIRST_CLASS: Final = "Escribe la fecha de la primera clase realizada."


class Way(StrEnum):
    """Where something is put right."""

    ACTION = "action"
    DATA = "data"
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
    """A participant as they would stand on the certificate.

    `adjusted`: seconds that adjustments add to the percentage, or take from it.
    """

    run: str
    name: str
    per_cent: int | None
    email: str = ""
    adjusted: int = 0

    @property
    def exempt(self) -> bool:
        """Never: who is exempt is not certified (see Facts)."""
        return False


@dataclass(frozen=True, kw_only=True)
class Order:
    """What whoever emits types. The dates are of the classes really held.

    Its words are printed and recorded alike: without what turns a number round or
    hides in it, wherever they come from.
    """

    billing_reference: str
    justification: str = ""
    real_starts_on: date | None = None
    real_ends_on: date | None = None

    def __post_init__(self) -> None:
        # the way of a frozen dataclass
        object.__setattr__(self, "billing_reference", clean(self.billing_reference))
        object.__setattr__(self, "justification", clean_lines(self.justification))


@dataclass(frozen=True, kw_only=True)
class Annulled:
    """The certificate in whose place another one is approved to be emitted.

    Its `number`, the invoice or order number that it certified, and the one for which
    its annulment was approved.
    """

    number: str
    reference: str
    right_reference: str


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of an action on `today`, a date in America/Santiago.

    `terms` run from the real end date of a partial action once it was typed. `people`
    are those who are certified, `exempt` how many are not [choice]: who is exempt from
    registering with SENCE is no participant of SENCE's. `levels` say what their time is
    worth, `last_held_on` on which date of America/Santiago the last of their attendance
    began.
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
    levels: Sequence[LevelTime] = ()
    last_held_on: date | None = None
    annulled: Annulled | None = None


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
            f"El plazo para emitir terminó el {terms.last_date:%d-%m-%Y}, {LAST} días "
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
    if facts.unreconciled and _demands_reconciled(facts):
        yield Notice(
            "not_reconciled",
            f"{_unreconciled(facts)} con lo que SENCE registró, y tu entidad exige "
            "conciliarlas antes de emitir.",
            Way.RECONCILIATION,
        )


def _demands_reconciled(facts: Facts) -> bool:
    """Say whether the training body emits on nothing less (protocol.md, "How much a
    mark is worth").
    """
    return facts.action.course.training_body.demands_reconciled


def _unreconciled(facts: Facts) -> str:
    return how_many(
        facts.unreconciled,
        "sesión no está conciliada",
        "sesiones no están conciliadas",
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


def cautions(facts: Facts, order: Order) -> list[Notice]:
    """Return what to look at before accepting; none of it stands in the way."""
    return [
        *_calendar(facts),
        *_typed(facts, order),
        *_people(facts),
        *_evidence(facts),
    ]


def _calendar(facts: Facts) -> Iterator[Notice]:
    action, terms = facts.action, facts.terms
    if facts.today <= action.ends_on:
        yield Notice(
            "before_the_end",
            f"El curso termina el {action.ends_on:%d-%m-%Y}: lo que se registre "
            "después de emitir ya no cuenta.",
        )
    if needs_justification(facts):
        advised = (
            f"; te recomendamos hacerlo a más tardar el día {RECOMMENDED}, el "
            f"{terms.recommended_until:%d-%m-%Y}."
            if facts.today <= terms.recommended_until
            else ": es el último día."
        )
        yield Notice(
            "justified",
            f"El plazo ordinario de {ORDINARY} días terminó el "
            f"{terms.ordinary_until:%d-%m-%Y}. Se puede emitir con justificación hasta "
            f"el {terms.last_date:%d-%m-%Y}{advised}",
        )


def _typed(facts: Facts, order: Order) -> Iterator[Notice]:
    annulled, last = facts.annulled, facts.last_held_on
    if annulled and not same_reference(
        order.billing_reference, annulled.right_reference
    ):
        yield Notice(
            "not_the_approved_reference",
            "La anulación se aprobó para volver a emitir con el N° "
            f"{annulled.right_reference}, y escribiste {order.billing_reference}.",
        )
    if order.real_ends_on and last is None:
        yield Notice(
            "no_class_held",
            "El portal no tiene ninguna clase ni sesión realizada de esta acción: "
            f"comprueba que la última haya sido el {order.real_ends_on:%d-%m-%Y}.",
            Way.CLASSES,
        )
    if last and order.real_ends_on and last > order.real_ends_on:
        yield Notice(
            "attendance_after_the_real_end",
            f"Hay asistencia registrada hasta el {last:%d-%m-%Y}, después de la última "
            f"clase que escribiste ({order.real_ends_on:%d-%m-%Y}).",
            Way.CLASSES,
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
    adjusted = [one for one in facts.people if one.adjusted]
    if adjusted:
        number = how_many(len(adjusted), "porcentaje incluye", "porcentajes incluyen")
        yield Notice(
            "adjusted",
            f"{number} un ajuste de tiempo hecho por una persona.",
            Way.ROSTER,
            [f"{one.name}: {signed_hms(one.adjusted)}" for one in adjusted],
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
            facts.exempt,
            "exento de registrar asistencia no va",
            "exentos de registrar asistencia no van",
        )
        yield Notice("exempt", f"{number} en el certificado.", Way.ROSTER)


def _evidence(facts: Facts) -> Iterator[Notice]:
    if facts.unreconciled and not _demands_reconciled(facts):
        yield Notice(
            "unreconciled",
            f"{_unreconciled(facts)} con lo que SENCE registró.",
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
        counts = "cuenta" if facts.to_review == 1 else "cuentan"
        yield Notice(
            "to_review", f"{number}: después de emitir ya no {counts}.", Way.REVIEW
        )


def proposed(action: TrainingAction, *, annulled: Annulled | None) -> Order:
    """Return the order that the data of `action` make.

    They still have the number that was certified: of a re-emission it is the one for
    which it was approved.
    """
    return Order(
        billing_reference=annulled.right_reference
        if annulled
        else action.billing_reference,
        real_starts_on=action.real_starts_on,
        real_ends_on=action.real_ends_on,
    )


def suggested(facts: Facts) -> Order:
    """Return the proposed order with what whoever emits still has to confirm.

    Of a partial action the date of the last class or session that was held; a batch,
    where nobody looks at it, takes no such date.
    """
    order = proposed(facts.action, annulled=facts.annulled)
    last = facts.last_held_on
    if last is None or order.real_ends_on or not _is_partial(facts.action):
        return order
    offered = replace(order, real_ends_on=last)
    return order if _against_dates(facts, offered) else offered


def _is_partial(action: TrainingAction) -> bool:
    return action.activity_type == ActivityType.PARTIAL


def same_reference(one: str, other: str) -> bool:
    """Say whether two invoice or order numbers are one: case and spaces don't count."""
    return fold(one) == fold(other)


def against_order(facts: Facts, order: Order) -> dict[str, Notice]:
    """Return what is wrong with `order`, by the name of its field."""
    found: dict[str, Notice] = {}
    if not order.billing_reference:
        found["billing_reference"] = Notice("no_billing_reference", NO_REFERENCE)
    elif facts.annulled and same_reference(
        order.billing_reference, facts.annulled.reference
    ):
        found["billing_reference"] = Notice(
            "annulled_reference",
            f"Es el número errado del certificado N° {facts.annulled.number}, que se "
            f"anuló. El correcto es {facts.annulled.right_reference}.",
        )
    if needs_justification(facts) and not order.justification:
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
    last = action.ends_on
    if action.activity_type == ActivityType.PARTIAL:  # this year's part
        last = min(last, end_of_year(action.starts_on.year))
    if not action.starts_on <= day <= last:
        message = f"La fecha va del {action.starts_on:%d-%m-%Y} al {last:%d-%m-%Y}"
        within = "las fechas de la acción"
        if last < action.ends_on:
            within = f"la parte de la acción que es de {last.year}"
        message = f"{message}, {within}."
        return {name: Notice("real_date_outside", message)}
    if day > facts.today:
        return {name: Notice("real_date_to_come", "Esa fecha todavía no llega.")}
    return {}
