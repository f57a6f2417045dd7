"""The error catalogue: every code, its texts, and several codes at once."""

import re

import pytest

from attendance.sence.errors import (
    SenceError,
    lookup,
)
from tests.sence_errors import ERRORS

# code: actor, kind, alert, retry. Copied by hand from spec/errors.toml.
EXPECTED = {
    "100": ("participant", "user", False, True),
    "200": ("portal", "request", True, False),
    "201": ("portal", "request", True, False),
    "202": ("portal", "request", True, False),
    "203": ("portal", "request", True, False),
    "204": ("operator", "setup", True, False),
    "205": ("operator", "setup", True, False),
    "206": ("operator", "setup", True, False),
    "207": ("operator", "setup", True, False),
    "208": ("operator", "setup", True, False),
    "209": ("operator", "setup", True, False),
    "210": ("participant", "user", False, True),
    "211": ("operator", "token", True, False),
    "212": ("operator", "token", True, False),
    "300": ("sence", "sence", False, True),
    "301": ("operator", "setup", True, False),
    "302": ("sence", "sence", True, False),
    "303": ("operator", "token", True, False),
    "304": ("sence", "sence", False, True),
    "305": ("sence", "sence", False, True),
    "306": ("operator", "setup", True, False),
    "307": ("operator", "setup", True, False),
    "308": ("operator", "setup", True, False),
    "309": ("operator", "setup", True, False),
    "310": ("operator", "setup", True, False),
    "311": ("participant", "user", False, True),
    "312": ("participant", "user", False, True),
    "313": ("portal", "request", True, False),
}
SETUP_ALERTS = {
    *("204", "205", "206", "209", "211", "212", "302", "303"),
    *("306", "307", "308", "309", "310"),
}
REPORTED = {"300", "302", "304", "305"}
LOST_ON_CLOSE = ("301", "304", "305", "310")
ALL = (*ERRORS, lookup("999"), lookup(""))
SUBJECT = 200 - len("Registro SENCE: ")  # what of a diagnosis fits an e-mail's subject

JARGON = re.compile(
    r"\b(post|token|par[aá]metros?|url|http|glosa|c[oó]digo de error|nonce|servidor"
    r"|callback|login|password|session|start|close|please|the|and|your|(?-i:run))\b",
    re.IGNORECASE,
)
TO_USTED = re.compile(
    r"\b[Uu]sted\b|(?:^|[.:;] )"
    r"(?:Avise|Compare|Confirme|Corrija|Entre|Espere|Intente|Pida|Reporte|Revise|Use"
    r"|Vuelva)\b"
)


def participant_texts(error: SenceError) -> list[str]:
    """Return what the participant may read of `error`."""
    return [error.participant_for(closing=closing) for closing in (False, True)]


def operator_texts(error: SenceError) -> list[str]:
    """Return what operators may read of `error`."""
    diagnoses = [error.diagnosis_for(closing=closing) for closing in (False, True)]
    return [*diagnoses, error.next_step]


def name(error: SenceError) -> str:
    """Return the name of `error` in pytest's list."""
    return error.code or "empty"


each_error = pytest.mark.parametrize("error", ALL, ids=name)


def test_catalogue_against_the_spec_is_the_same():
    """Every code of the manual, with who acts and what kind of fault it is."""
    found = {e.code: (e.actor, e.kind, e.alert, e.retry) for e in ERRORS}
    assert found == EXPECTED
    assert {e.code for e in ERRORS if e.setup_alert} == SETUP_ALERTS
    assert {e.code for e in ERRORS if e.report} == REPORTED
    assert all(e.known and lookup(e.code) is e for e in ERRORS)


@each_error
def test_every_text_is_a_sentence_of_bearable_length(error):
    for text in [*participant_texts(error), *operator_texts(error)]:
        assert 40 <= len(text) <= 400
        assert text.endswith(".")
        assert text[0].isupper()
        assert text == " ".join(text.split())
        assert not re.search(r"\by h?i(?!e)|\bo h?o", text)  # "e intenta", "u otra"


@each_error
def test_diagnosis_fits_the_subject_of_the_mail(error):
    for closing in (False, True):
        assert len(error.diagnosis_for(closing=closing)) <= SUBJECT


@each_error
def test_participant_text_is_plain_spanish_without_codes(error):
    for text in participant_texts(error):
        assert not re.search(r"\d", text)
        assert not JARGON.search(text)
        assert not re.search(r"[a-z][A-Z]|_", text)  # a name off the wire
        assert set(re.findall(r"\b[A-Z]{2,}\b", text)) <= {
            *("SENCE", "OTEC", "RUT", "RUN"),
        }


@each_error
def test_number_of_a_person_is_called_run_in_every_text(error):
    """docs/glossary.md: a RUT is an institution's; SENCE's own labels name no field."""
    for text in [*participant_texts(error), *operator_texts(error)]:
        assert not re.search(r"(?i)\b(tu|su)( propio)? RUT\b|RUT distinto", text)


@each_error
def test_nobody_is_addressed_as_usted(error):
    for text in [*participant_texts(error), *operator_texts(error)]:
        assert not TO_USTED.search(text)


@each_error
def test_participant_text_always_says_what_to_do_next(error):
    """H4: the next step; and who is told stands there only where it is true."""
    for text in participant_texts(error):
        assert re.search(r"\b[Vv]uelve a|\bcierra la sesión|[Ii]ntenta cerrar", text)
        assert ("ya le avisamos" in text.lower()) == error.alert
        if not error.alert and error.actor != "participant":
            assert "avísale a la OTEC" in text


@each_error
def test_participant_text_invites_to_retry_at_once_only_where_that_may_help(error):
    waits = re.search("cuando te (confirme|diga)", error.participant)
    assert bool(waits) != error.retry


@each_error
def test_participant_text_of_a_close_says_that_the_start_stands(error):
    """A failed close reopens the session: nothing of the start is lost."""
    on_close = error.participant_for(closing=True)
    assert on_close != error.participant_for(closing=False)
    assert re.search("[Tt]u inicio (sí )?está registrado|SENCE no cerró", on_close)
    assert re.search("cerr|cierr", on_close, re.IGNORECASE)


@pytest.mark.parametrize("code", LOST_ON_CLOSE)
def test_session_that_sence_may_have_dropped_is_told_on_close_alone(code):
    """protocol.md, Pitfalls: the participant hears of the start, the operator why."""
    error = lookup(code)
    assert "inicio sí está registrado" in error.participant_for(closing=True)
    assert "OTEC" in error.participant_for(closing=True)
    assert "haya descartado la sesión" in error.diagnosis_for(closing=True)
    assert "descartado" not in error.diagnosis_for(closing=False)


@pytest.mark.parametrize("code", ["100", "210"])
def test_sign_in_texts_name_both_claves(code):
    for text in participant_texts(lookup(code)):
        assert "Clave SENCE o Clave Única, según lo que te pida SENCE" in text


@pytest.mark.parametrize("code", sorted(REPORTED))
def test_codes_for_sence_send_the_operator_to_the_ready_report(code):
    """300, 302, 304, 305: SENCE wants as much background as possible."""
    assert "epórtalo a SENCE con el informe listo" in lookup(code).next_step


@pytest.mark.parametrize("code", ["211", "212", "303"])
def test_token_codes_send_the_operator_to_the_issuer(code):
    assert "sistemas.sence.cl/rts" in lookup(code).next_step


@pytest.mark.parametrize(
    ("code", "happened", "acts", "participant_next", "operator_next"),
    [
        (
            "208",
            "no aparece en la lista",
            "quien debe corregirla es la OTEC",
            "Vuelve a intentarlo cuando te confirme",
            "rectifica la comunicación",
        ),
        (
            "212",
            "ya no está vigente",
            "La OTEC tiene que renovarla",
            "Vuelve a intentarlo cuando te confirme",
            "Pide un token nuevo",
        ),
        (
            "311",
            "un RUN distinto",
            "cierra primero la otra sesión",
            "Vuelve a intentarlo con tu propio RUN",
            "revisa que su RUN esté bien escrito",
        ),
    ],
)
def test_h4_texts_tell_what_happened_who_acts_and_the_next_step(
    code, happened, acts, participant_next, operator_next
):
    """H4: errors 208, 212 and 311."""
    error = lookup(code)
    for part in (happened, acts, participant_next):
        assert part in error.participant
    assert operator_next in error.next_step
