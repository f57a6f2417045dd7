"""One failing journey for every kind of error: what each of the two people reads."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from attendance.models import SessionState
from attendance.simulator.desk import CLAVE_UNICA
from attendance.simulator.registry import Registry
from courses.models import Enrolment
from otec_portal.core.rut import with_check_digit
from tests.browser.conftest import Sence
from tests.browser.pages import CLOSE, START, Operator, Participant
from tests.factories import SECRET

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STRANGER = with_check_digit(41_000_001)
BARE_CODE = re.compile(r"\b(?:[123]\d\d|999)\b")


@dataclass(frozen=True)
class Refusal:
    """How SENCE refuses a start, and what is read about it.

    `alert`: whether operators are alerted, or only see it on the session.
    """

    id: str
    told: str
    diagnosis: str
    codes: tuple[str, ...]
    alert: bool


def known(enrolment: Enrolment, **changes: object) -> Registry:
    """What SENCE knows of the action of `enrolment`, but for `changes`."""
    action = enrolment.action
    facts = {
        "action_code": action.action_code,
        "sence_code": action.course.sence_code,
        "line": action.line,
        "participants": [{"run": enrolment.participant.run}],
        "in_force": True,
    } | changes
    token = {"token": SECRET, "in_force": facts.pop("in_force")}
    body = {"rut": action.course.training_body.rut, "tokens": [token]}
    return Registry.from_data({"training_body": body, "actions": [facts]})


def with_codes(*codes: str) -> Callable[[Sence, Enrolment], None]:
    return lambda sence, _: sence.is_told(codes=list(codes), skip_sign_in=True)


def with_facts(**changes: object) -> Callable[[Sence, Enrolment], None]:
    def tell(sence: Sence, enrolment: Enrolment) -> None:
        sence.knows(known(enrolment, **changes))

    return tell


REFUSED_AT_ONCE = {
    "setup_course_unknown": (
        with_facts(sence_code="1238999999"),
        Refusal(
            "204",
            "SENCE no reconoció el código de tu curso. No es un error tuyo",
            "El código SENCE del curso tiene menos de 10 caracteres",
            ("204",),
            alert=True,
        ),
    ),
    "setup_run_not_on_the_list": (
        with_facts(participants=[{"run": STRANGER}]),
        Refusal(
            "208",
            "Tu RUN no aparece en la lista de participantes",
            "su RUN no figura en la nómina comunicada",
            ("208",),
            alert=True,
        ),
    ),
    "token_not_in_force": (
        with_facts(in_force=False),
        Refusal(
            "212",
            "ya no está vigente. No es un error tuyo",
            "El token de la OTEC ya no está vigente en SENCE",
            ("212",),
            alert=True,
        ),
    ),
    "request_incomplete": (
        with_codes("200"),
        Refusal(
            "200",
            "Por una falla de esta plataforma",
            "Es una falla del portal, no del participante",
            ("200",),
            alert=True,
        ),
    ),
    "sence_internal": (
        with_codes("300"),
        Refusal(
            "300",
            "SENCE tuvo un problema interno. No es un error tuyo",
            "Error interno de SENCE, sin clasificar",
            ("300",),
            alert=False,
        ),
    ),
    "unknown": (
        with_codes("999"),
        Refusal(
            "999",
            "por un motivo que esta plataforma todavía no conoce",
            "un código de error que no está en el manual",
            ("999",),
            alert=True,
        ),
    ),
    "several": (
        with_codes("211", "204"),
        Refusal(
            "211",
            "No es un error tuyo",
            "El token no pertenece a esta OTEC",
            ("211", "204"),
            alert=True,
        ),
    ),
}


@pytest.mark.parametrize("kind", REFUSED_AT_ONCE)
def test_start_refused_tells_both_people_what_to_do(
    participant: Participant,
    operator: Operator,
    sence: Sence,
    enrolment: Enrolment,
    kind: str,
) -> None:
    """A11, A15, H4: the participant reads words, the operator also the code."""
    refuse, refusal = REFUSED_AT_ONCE[kind]
    refuse(sence, enrolment)
    participant.opens_the_personal_link()
    participant.page.get_by_role("button", name=START).click()
    the_start_has_failed(participant, refusal.told)
    the_operator_sees(operator, participant, refusal)


def the_start_has_failed(participant: Participant, told: str) -> None:
    participant.is_told("No se pudo iniciar tu sesión")
    participant.is_told(told)
    assert not BARE_CODE.search(participant.alert.inner_text())
    expect(participant.history.first).to_contain_text("Con error")
    expect(participant.page.get_by_role("button", name=START)).to_be_visible()
    assert participant.session.state == SessionState.FAILED


def the_operator_sees(
    operator: Operator, participant: Participant, refusal: Refusal
) -> None:
    operator.opens("/")
    today = operator.page.get_by_role("region", name="Errores de SENCE hoy")
    for code in refusal.codes:
        expect(today).to_contain_text(code)
    expect(today).to_contain_text(refusal.diagnosis)
    operator.opens_the_session(participant.session)
    expect(operator.main).to_contain_text(f"Código {refusal.id}.")
    expect(operator.main).to_contain_text(refusal.diagnosis)
    expect(operator.main).to_contain_text("Qué hacer:")
    operator.opens("/alertas/")
    if refusal.alert:
        expect(operator.main).to_contain_text(refusal.diagnosis)
    else:
        expect(operator.main).to_contain_text("No hay alertas")


def test_clave_wrong_three_times_tells_how_to_recover_it(
    participant: Participant, operator: Operator
) -> None:
    """The user's own error, 100: no alert, and the next try gets in."""
    participant.opens_the_personal_link()
    participant.goes_to_start()
    for _ in range(3):
        participant.types_the_clave("no-es-esta")
    the_start_has_failed(participant, "SENCE no aceptó tu clave")
    help_links = participant.page.get_by_role("link", name="se abre en otra pestaña")
    expect(help_links).to_have_count(5)
    operator.opens_the_session(participant.session)
    expect(operator.main).to_contain_text("Código 100.")
    operator.opens("/alertas/")
    expect(operator.main).to_contain_text("No hay alertas")
    participant.starts()


def test_sign_in_time_over_tells_to_try_again(
    participant: Participant, sence: Sence
) -> None:
    """The user's own error, 210: SENCE's page ends by itself."""
    sence.desk.sign_in_seconds = 1
    participant.opens_the_personal_link()
    participant.goes_to_start()
    the_start_has_failed(participant, "Pasaron los tres minutos")
    sence.desk.sign_in_seconds = 180
    participant.starts()


def test_clave_unica_of_somebody_else_is_refused_in_words(
    participant: Participant, operator: Operator, sence: Sence
) -> None:
    """H4: 311."""
    sence.desk.switch_mode(CLAVE_UNICA)
    participant.opens_the_personal_link()
    participant.goes_to_start()
    participant.types_the_clave(run=STRANGER)
    the_start_has_failed(participant, "un RUN distinto del que está anotado")
    operator.opens_the_session(participant.session)
    expect(operator.main).to_contain_text("Código 311.")


def test_clave_unica_down_is_told_in_words(
    participant: Participant, sence: Sence
) -> None:
    """312, then a start that succeeds, through the same chain of redirects."""
    sence.desk.switch_mode(CLAVE_UNICA)
    participant.opens_the_personal_link()
    participant.goes_to_start()
    participant.page.get_by_role("button", name="Simular falla").click()
    the_start_has_failed(participant, "No se pudo completar tu ingreso")
    participant.starts()


def test_close_refused_keeps_the_session_and_may_be_repeated(
    participant: Participant, operator: Operator, sence: Sence
) -> None:
    """305 on closing: the start stands, the session goes on, the next close closes."""
    participant.opens_the_personal_link()
    participant.starts()
    sence.is_told(on="close", codes=["305"])
    participant.goes_to_close()
    participant.types_the_clave()
    participant.is_told("No se pudo cerrar tu sesión")
    participant.is_told("pero tu inicio sí está registrado")
    assert not BARE_CODE.search(participant.alert.inner_text())
    participant.is_in()
    expect(participant.page.get_by_role("button", name=CLOSE)).to_be_visible()
    operator.opens_the_session(participant.session)
    expect(operator.main).to_contain_text("Código 305.")
    expect(operator.main).to_contain_text("Descargar el informe listo para SENCE")
    participant.closes()
    expect(participant.history).to_have_count(1)
