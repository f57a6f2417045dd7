"""Where an action stands on its ladder, in words and by what icon. Pure."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from courses.ladder import (
    DAYS,
    HAPPEN,
    NEAR,
    VERY_NEAR,
    Emission,
    Kind,
    Ladder,
    Stake,
    Standing,
    Step,
)
from courses.terms import ANSWER
from otec_portal.core.attention import how_many
from otec_portal.core.business_days import business_days_between

ADMINS: Final = "Un Administrador Nacional o Regional de la OTEC"
STAKES: Final = {
    Stake.EMIT: "Emitir",
    Stake.OTIC: "OTIC",
    Stake.LIQUIDATE: "Liquidar",
    Stake.ANNULMENT: "Anulación",
    Stake.END: "Término de curso",
}
_WHAT: Final = {
    Kind.END: "Término del curso",
    Kind.DECLARATION: "Desde este día se emite la declaración jurada de la parcial",
    Kind.ORDINARY: "Emitir el certificado (plazo ordinario)",
    Kind.RECOMMENDED: "Emitir el certificado con justificación (recomendado)",
    Kind.LAST: "Emitir el certificado con justificación (último día)",
    Kind.LIQUIDATION: "Liquidar",
    Kind.ANSWER: f"Respuesta a la solicitud de anulación ({ANSWER} días hábiles)",
}
_WHO: Final = {
    Kind.END: "",
    Kind.ANSWER: "La Dirección Regional de SENCE",
    Kind.LIQUIDATION: "La empresa, con los documentos que reúne la OTEC",
}


_REMAINS: Final = {  # domain.md, "Deadlines", "Out of term", "Liquidation"
    Kind.LAST: "El certificado ya no se puede emitir: queda consultar a la Dirección "
    "Regional de SENCE",
    Kind.LIQUIDATION: "Queda consultar a la Dirección Regional de SENCE, y pedirle la "
    "emisión excepcional de las declaraciones juradas que falten",
    Kind.ANSWER: "Consulta a la Dirección Regional de SENCE; si ya respondió, registra "
    "su respuesta",
}


@dataclass(frozen=True)
class Told:
    """A sentence with its icon. kind: neutral info success warning danger."""

    kind: str
    icon: str
    text: str


@dataclass(frozen=True)
class StepWords:
    """A step as people read it; `day` is "día 40", "" where it is no such day."""

    step: Step
    day: str
    what: str
    who: str
    standing: Told


def steps_in_words(one: Ladder) -> list[StepWords]:
    """Return the steps of a ladder as people read them."""
    return [
        StepWords(
            step=step,
            day=f"día {DAYS[step.kind]}" if step.kind in DAYS else "",
            what=what_of(step, one),
            who=who_of(step, one),
            standing=standing_of(step, one),
        )
        for step in one.steps
    ]


def what_of(step: Step, one: Ladder) -> str:
    """Return what is to be done, or happens, at `step`."""
    if step.stake == Stake.OTIC:
        return "Entregar el certificado y los documentos al OTIC"
    if step.kind == Kind.END and one.facts.provisional:
        return "Término provisional de la parcial: 31 de diciembre"
    if _may_be_annulled(step, one):
        return "Liquidar; solicitar la anulación por N° de factura errado"
    return _WHAT[step.kind]


def _may_be_annulled(step: Step, one: Ladder) -> bool:
    """Say whether `step` is the last day to ask that a certificate be annulled.

    A refusal is final: no annulment is asked for again.
    """
    return step.kind == Kind.LIQUIDATION and one.facts.known.emission == Emission.ISSUED


def who_of(step: Step, one: Ladder) -> str:
    """Return by whom it is done, "" where nobody has to do anything."""
    if step.stake == Stake.OTIC:
        return "La OTEC, ante el OTIC"
    who = _WHO.get(step.kind, ADMINS)
    if _may_be_annulled(step, one):
        return f"Liquida: {_lower(who)}. Pide la anulación: {_lower(ADMINS)}"
    return who


def remains_of(kind: Kind) -> str:
    """Return what can still be done once a step is over, "" where nothing is known."""
    return _REMAINS.get(kind, "")


def standing_of(step: Step, one: Ladder) -> Told:
    """Return where `step` of `one` stands: done, how near, or since when over."""
    if step.kind in HAPPEN:
        return _happening(step)
    if step.standing == Standing.DONE:
        if _waits(step, one):
            return Told("info", "clock", "Espera la respuesta sobre la anulación")
        return Told("success", "check", "Listo")
    told = _undone(step, one.today)
    return replace(told, kind="neutral") if one.facts.in_test else told


def _waits(step: Step, one: Ladder) -> bool:
    """Say whether the certificate may have to be emitted again by `step`."""
    asked = one.facts.known.emission == Emission.REQUESTED and not one.facts.liquidated
    return asked and step.stake == Stake.EMIT and step.days >= 0


def _undone(step: Step, today: date) -> Told:
    if step.standing == Standing.TODAY:
        return Told("danger", "alert", "Vence hoy")
    if step.standing == Standing.OVER:
        return Told("danger", "x", f"Venció {_ago(-step.days)}")
    if step.kind == Kind.ANSWER:
        left = business_days_between(today, step.on)
        words = how_many(left, "día hábil", "días hábiles")
        return Told("info", "clock", f"{'Queda' if left == 1 else 'Quedan'} {words}")
    return Told(_urgency(step.days), "clock", days_left(step.days).capitalize())


def _happening(step: Step) -> Told:
    if step.days == 0:
        return Told("info", "info", "Hoy")
    if step.days < 0:
        return Told("neutral", "check", f"Hace {_days(-step.days)}")
    return Told("neutral", "clock", f"En {_days(step.days)}")


def nearness(step: Step, one: Ladder) -> str:
    """Return how near `step` of `one` is, as the end of a sentence: "vence hoy"."""
    return _lower(standing_of(step, one).text)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _ago(days: int) -> str:
    return "ayer" if days == 1 else f"hace {_days(days)}"


def days_left(days: int) -> str:
    """Return how much of a term is left.

    >>> days_left(12), days_left(1)
    ('quedan 12 días', 'queda 1 día')
    """
    return f"{'queda' if days == 1 else 'quedan'} {_days(days)}"


def _days(days: int) -> str:
    return how_many(days, "día", "días")


def _urgency(days: int) -> str:
    if days <= VERY_NEAR:
        return "danger"
    return "warning" if days <= NEAR else "info"


def headline(one: Ladder) -> Told:
    """Return in one sentence where the action stands."""
    if one.facts.annulled:
        return Told("neutral", "x", "acción anulada: no tiene plazos")
    if one.facts.liquidated:
        return Told("success", "lock", "acción liquidada: no queda ningún plazo")
    if one.facts.in_test:
        return Told("neutral", "info", "en ambiente de prueba: no se certifica")
    if one.facts.known.emission == Emission.REQUESTED:
        return _waiting(one)
    return _emitting(one) if one.to_emit else _liquidating(one)


def _emitting(one: Ladder) -> Told:
    terms = one.facts.terms
    verb = "emitir"
    if one.facts.known.emission == Emission.APPROVED:
        verb = "volver a emitir"
    if one.today > terms.last_date:
        text = f"el plazo para {verb} terminó el {_date(terms.last_date)}"
        return Told("danger", "x", text)
    if one.today > terms.ordinary_until:
        return _left(terms.last_date, one.today, f"{verb} con justificación")
    if one.today >= terms.day_zero:
        if one.facts.otic:
            verb += " y entregar al OTIC"
        return _left(terms.ordinary_until, one.today, verb)
    ends = "término provisional el" if one.facts.provisional else "termina el"
    text = (
        f"{ends} {_date(terms.day_zero)}; se emite hasta el "
        f"{_date(terms.ordinary_until)}"
    )
    return Told("neutral", "clock", text)


def _liquidating(one: Ladder) -> Told:
    until = one.facts.terms.liquidation_until
    emitted = "certificado emitido; "
    if one.today > until:
        text = f"{emitted}el plazo para liquidar terminó el {_date(until)}"
        return Told("danger", "x", text)
    return _left(until, one.today, "liquidar", said=emitted)


def _waiting(one: Ladder) -> Told:
    due = one.facts.known.answer_due_on
    asked = "anulación solicitada"
    if due is None:
        return Told("info", "clock", asked)
    if one.today > due:
        text = f"{asked}: la respuesta venció el {_date(due)}"
        return Told("warning", "alert", text)
    text = f"{asked}: la Dirección Regional responde hasta el {_date(due)}"
    return Told("info", "clock", text)


def _left(until: date, today: date, verb: str, *, said: str = "") -> Told:
    days = (until - today).days
    if days == 0:
        return Told("danger", "alert", f"{said}vence hoy el plazo para {verb}")
    return Told(_urgency(days), "clock", f"{said}{days_left(days)} para {verb}")


def _date(day: date) -> str:
    return f"{day:%d-%m-%Y}"
