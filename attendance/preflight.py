"""What in an action's data SENCE would refuse, said before a participant suffers it.

Pure: it asks nobody. What a form may hold is ruled in `sence.outgoing` alone; here
stands what follows from the action as a whole, and where each thing is mended.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from django.utils import timezone

from attendance.findings import Finding, Gravity
from attendance.models import SenceToken, TokenState
from attendance.sence.addresses import ReturnAddresses
from attendance.sence.outgoing import (
    Outgoing,
    Problem,
    problems,
    sence_code_to_send,
)
from attendance.sence.wire import TEST, Line
from courses import codes
from courses.models import ActionState, ActivityType, Modality, TrainingAction
from otec_portal.core.attention import how_many

_YEAR: Final = timedelta(days=366)
NAMED: Final = 5  # participants in one sentence
_PLACEHOLDER: Final = "-"  # for what each session gets of its own
# RLAB-19-02-08-0071-1, BOTIC-SOFOF-19-12-13-0046 (protocol.md, "What is sent"); a day's
# three numbers, then a folio: how many words go before and numbers after is [choice]
_SOCIAL_CODE: Final = re.compile("[A-Z]+(-[A-Z]+)*(-[0-9]{2}){3}(-[0-9]+)+")
_LETTERED: Final = re.compile("[A-Z]+-.+")
_ORDER: Final = tuple(Gravity)
_OVER: Final = {ActionState.FINISHED, ActionState.LIQUIDATED, ActionState.ANNULLED}


@dataclass(frozen=True)
class Refused:
    """What SENCE refused and nobody has said is mended: an alert that is open.

    `person` is whose data alone it is about, "" where it strikes everybody.
    """

    code: str
    title: str
    next_step: str
    last_at: datetime
    person: str = ""


@dataclass(frozen=True)
class Sent:
    """What SENCE knows `sessions` of an action's records in production by."""

    action_code: str
    sence_code: str
    line: int
    sessions: int


@dataclass(frozen=True)
class Facts:
    """All that is looked at. `people`: (name, RUN) of those who are not exempt.

    `on_roster` counts these too.
    `environment` is the one asked about, which may not be the action's own yet.
    """

    action: TrainingAction
    environment: str
    today: date  # in America/Santiago
    token: SenceToken | None
    people: tuple[tuple[str, str], ...]
    on_roster: int
    returns: tuple[ReturnAddresses, ReturnAddresses]  # of the start, of the close
    unreadable: tuple[str, ...] = ()  # tokens that no key opens
    refused: tuple[Refused, ...] = ()
    sent: tuple[Sent, ...] = ()
    same_code: tuple[str, ...] = ()  # courses of other actions with this code
    https_only: bool = False
    stand_in_refused: bool = False


def findings(facts: Facts) -> list[Finding]:
    """Return what is to be mended first, what SENCE refused, what is good to know.

    Of an action that is over there is nothing else to say.
    """
    if over := _over(facts):
        return [over]
    found = [one for rule in _RULES for one in rule(facts)]
    return sorted(found, key=lambda one: _ORDER.index(one.gravity))


def _over(facts: Facts) -> Finding | None:
    action, state = facts.action, facts.action.state_on(facts.today)
    if state not in _OVER and action.frozen_at is None:
        return None
    if action.decision:
        why = f"La acción está {state.label.lower()}"
    elif state == ActionState.FINISHED:
        why = f"La acción terminó el {action.ends_on:%d-%m-%Y}"
    else:
        why = "La acción está cerrada, porque su certificado ya se emitió"
    return Finding("over", f"{why}: ya no recibe registros de asistencia.")


def _form(facts: Facts) -> Iterator[Finding]:
    """What SENCE refuses in every participant's form, start or close."""
    told = dict.fromkeys(
        Finding(problem.code, problem.message)
        for closing in (False, True)
        for problem in _problems(facts, closing=closing)
        if problem.code != "run"
        if problem.code != "token" or facts.token is not None
    )
    if facts.token is None:
        yield Finding("no_token", "La OTEC no tiene un token SENCE vigente.")
    yield from told


def _problems(facts: Facts, *, closing: bool) -> list[Problem]:
    return problems(_outgoing(facts, closing=closing))


def _outgoing(facts: Facts, *, closing: bool = False) -> Outgoing:
    action = facts.action
    return Outgoing(
        environment=facts.environment,
        otec_rut=action.course.training_body.rut,
        token=facts.token.secret if facts.token else "",
        sence_code=sence_code_to_send(action.course.sence_code, action.line),
        action_code=action.action_code,
        line=action.line,
        run=_PLACEHOLDER,
        nonce=_PLACEHOLDER,
        sence_id=_PLACEHOLDER,
        returns=facts.returns[closing],
        closing=closing,
        https_only=facts.https_only,
    )


def _refused(facts: Facts) -> Iterator[Finding]:
    """What SENCE has just said outweighs what the data look like."""
    for one in facts.refused:
        if not one.person:
            code = f"el código {one.code}" if one.code else "un error sin código"
            yield Finding(
                "refused",
                f"{one.title} SENCE respondió con {code}, la última vez el "
                f"{timezone.localtime(one.last_at):%d-%m-%Y}. {one.next_step} Si ya "
                "está corregido, marca la alerta como resuelta.",
            )
    people = list(dict.fromkeys(one.person for one in facts.refused if one.person))
    if people:
        yield Finding(
            "people_refused",
            f"SENCE rechazó registros por los datos de {_some(people)}. Si ya están "
            "corregidos, marca las alertas como resueltas.",
        )


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:NAMED]) + (" y otros" if len(names) > NAMED else "")


def _runs(facts: Facts) -> Iterator[Finding]:
    form = _outgoing(facts)
    wrong = [
        name
        for name, run in facts.people
        if any(one.code == "run" for one in problems(replace(form, run=run)))
    ]
    if wrong:
        yield Finding("run", f"El RUN no es válido: {_some(wrong)}.")


def _stand_in(facts: Facts) -> Iterator[Finding]:
    if facts.stand_in_refused:
        yield Finding(
            "stand_in",
            "El portal está conectado a un simulador y en producción no deja "
            "registrar por él.",
        )


def _course(facts: Facts) -> Iterator[Finding]:
    course = facts.action.course
    if course.modality == Modality.CLASSROOM:
        yield Finding(
            "classroom",
            "El curso figura como presencial, y SENCE registra por esta vía solo "
            "la asistencia de cursos a distancia.",
        )
    if course.hours is None:
        yield Finding(
            "no_hours",
            "El curso no tiene horas acreditadas: no habrá porcentaje de asistencia "
            "ni certificado.",
        )


def _codes(facts: Facts) -> Iterator[Finding]:
    action = facts.action
    if codes.UNCHECKED in {action.action_code, action.course.sence_code}:
        if facts.environment == TEST:
            yield Finding(
                "unchecked_codes",
                "Con el código -1 SENCE no revisa los datos: sirve solo para probar.",
            )
        return
    code = action.action_code
    if action.line == Line.SOCIAL_PROGRAMMES and not _SOCIAL_CODE.fullmatch(code):
        expected = "un código como RLAB-19-02-08-0071-1"
    elif action.line == Line.TAX_FRANCHISE and _LETTERED.fullmatch(code):
        expected = "un código sin letras"
    else:
        return
    yield Finding(
        "line_unlike_code",
        f"En la línea {action.line:d} se espera {expected}: conviene comparar "
        "la línea y el código con la comunicación a SENCE.",
    )


def _shared(facts: Facts) -> Iterator[Finding]:
    if facts.same_code:
        yield Finding(
            "shared_code",
            "Otra acción de la OTEC tiene este mismo código: "
            f"{_some(facts.same_code)}. En SENCE cada acción tiene el suyo: conviene "
            "ver cuál de las dos lo lleva mal, para no registrar en la que no es.",
        )


def _sent_otherwise(facts: Facts) -> Iterator[Finding]:
    """Records in production keep the codes they were made with: SENCE moves none."""
    action = facts.action
    now = (
        action.action_code,
        sence_code_to_send(action.course.sence_code, action.line),
        action.line,
    )
    for one in facts.sent:
        if (one.action_code, one.sence_code, one.line) != now:
            sence_code = f", el código SENCE {one.sence_code}" if one.sence_code else ""
            yield Finding(
                "sent_otherwise",
                f"SENCE registró {how_many(one.sessions, 'sesión', 'sesiones')} con el "
                f"código {one.action_code}{sence_code} y la línea {one.line}, que no "
                "son los de ahora: lo registrado queda ahí. Si aquellos eran los "
                "correctos, conviene volver a ponerlos.",
            )


def _dates(facts: Facts) -> Iterator[Finding]:
    action = facts.action
    if facts.today < action.starts_on:
        yield Finding(
            "upcoming",
            f"La acción empieza el {action.starts_on:%d-%m-%Y}: hasta ese día "
            "nadie puede iniciar sesión.",
        )
    if action.starts_on.year != action.ends_on.year:
        yield _beyond_its_year(action)
    if action.ends_on - action.starts_on > _YEAR:
        yield Finding(
            "longer_than_a_year",
            f"La acción va del {action.starts_on:%d-%m-%Y} al "
            f"{action.ends_on:%d-%m-%Y}, más de un año: conviene revisar las fechas.",
        )
    complementary = action.activity_type == ActivityType.COMPLEMENTARY
    if complementary and action.related_action_id is None:
        yield Finding(
            "without_partial",
            "La acción es complementaria y no indica cuál es su acción parcial.",
        )


def _beyond_its_year(action: TrainingAction) -> Finding:
    """Every activity type is of one year (domain.md, "Courses and actions").

    A partial action may well end in the next one: GCA keeps the end that was
    communicated for the whole course. What counts of it is this year's part all the
    same.
    """
    year = action.starts_on.year
    if action.activity_type == ActivityType.PARTIAL:
        return Finding(
            "partial_beyond_its_year",
            f"De una actividad parcial cuenta lo que se dicta en {year}, hasta el "
            f"31-12-{year}. Lo que sigue, hasta el {action.ends_on:%d-%m-%Y}, es de su "
            "complementaria, que se crea como otra acción.",
        )
    if action.activity_type == ActivityType.COMPLEMENTARY:
        return Finding(
            "complementary_beyond_its_year",
            "Una actividad complementaria es la parte del año siguiente al de su "
            f"parcial: empieza en {year} y no pasa del 31-12-{year}.",
        )
    return Finding(
        "crosses_the_year",
        "La acción pasa de un año a otro: lo usual es una actividad parcial "
        "y su complementaria.",
    )


def _token(facts: Facts) -> Iterator[Finding]:
    if facts.token is not None and facts.token.state == TokenState.SUSPECT:
        yield Finding(
            "doubtful_token",
            f"SENCE rechazó el token {facts.token}, y no hay otro vigente.",
        )


def _unreadable(facts: Facts) -> Iterator[Finding]:
    for token in facts.unreadable:
        yield Finding(
            "unreadable_token",
            f"El portal no puede leer el token {token}: agrega otra vez ese token "
            "y revoca el que no se lee.",
        )


def _people(facts: Facts) -> Iterator[Finding]:
    action = facts.action
    if not facts.people:
        yield Finding(
            "nobody", "En la nómina no hay participantes que registren asistencia."
        )
    if action.lacks_places_for(facts.on_roster):
        yield Finding(
            "over_places",
            f"Hay {facts.on_roster} participantes en la nómina y {action.places} "
            "cupos.",
        )
    if not action.course_url:
        yield Finding(
            "no_course_url",
            "Falta la dirección del curso en el aula virtual: después de iniciar "
            "su sesión, el participante no tendrá el botón «Ir al curso».",
        )


_RULES: Final = (
    _form,
    _stand_in,
    _refused,
    _course,
    _runs,
    _codes,
    _shared,
    _sent_otherwise,
    _dates,
    _token,
    _unreadable,
    _people,
)
