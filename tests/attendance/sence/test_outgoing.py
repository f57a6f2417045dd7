"""What leaves for SENCE: exact names, lengths and check digits, or nothing (B1-B3)."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from attendance.sence import addresses
from attendance.sence.addresses import ReturnAddresses
from attendance.sence.outgoing import (
    NotSendable,
    Outgoing,
    problems,
    sence_code_to_send,
    without_token,
)
from otec_portal.core.rut import with_check_digit
from tests.factories import SECRET

# seeds/003, 3.2 and 3.3, by hand
START_NAMES = [
    "RutOtec",
    "Token",
    "CodSence",
    "CodigoCurso",
    "LineaCapacitacion",
    "RunAlumno",
    "IdSesionAlumno",
    "UrlRetoma",
    "UrlError",
]
CLOSE_NAMES = [*START_NAMES[:7], "IdSesionSence", *START_NAMES[7:]]
LONGEST = {
    "RutOtec": 10,
    "Token": 36,
    "CodSence": 10,
    "CodigoCurso": 50,
    "RunAlumno": 10,
    "IdSesionAlumno": 149,
    "IdSesionSence": 149,
    "UrlRetoma": 100,
    "UrlError": 100,
}
RETURNS = ReturnAddresses("https://portal.example/a/", "https://portal.example/b/")
START = Outgoing(
    environment="production",
    otec_rut="76543210-3",
    token=SECRET,
    sence_code="1238001234",
    action_code="6001234",
    line=3,
    run="12345678-5",
    nonce="n" * 43,
    returns=RETURNS,
    https_only=True,
)
CLOSE = replace(START, closing=True, sence_id="S-1")
PRINTABLE = st.characters(min_codepoint=33, max_codepoint=126)
RUTS = st.integers(1_000_000, 99_999_999).map(with_check_digit)


def text(shortest: int, longest: int) -> st.SearchStrategy[str]:
    """Text at its limits above all: what is off by one shows there."""
    sizes = st.sampled_from([shortest, shortest + 1, longest - 1, longest])
    return sizes.flatmap(lambda n: st.text(PRINTABLE, min_size=n, max_size=n))


def codes_of(form: Outgoing) -> list[str]:
    return [problem.code for problem in problems(form)]


@st.composite
def sendable(draw: st.DrawFn) -> Outgoing:
    """A form that the manual allows, often at a limit."""
    line = draw(st.sampled_from([1, 3, 6]))
    closing = draw(st.booleans())
    form = Outgoing(
        environment=draw(st.sampled_from(["test", "production"])),
        otec_rut=draw(RUTS),
        token=draw(text(12, 36)),
        sence_code="" if line == 1 else draw(text(10, 11))[:10],
        action_code=draw(text(1 if line == 6 else 7, 50)),
        line=line,
        run=draw(RUTS),
        nonce=draw(text(1, 149)),
        returns=ReturnAddresses(
            "https://a.cl/" + draw(text(0, 87)), "https://b.cl/" + draw(text(0, 87))
        ),
        sence_id=draw(st.text(min_size=1, max_size=149)) if closing else "",
        closing=closing,
        https_only=draw(st.booleans()),
    )
    assume("-1" not in {form.sence_code, form.action_code})
    return form


@given(sendable())
def test_form_within_its_limits_has_exact_names_and_lengths(form: Outgoing) -> None:
    """B2: what the manual allows goes out whole, in its order, under its names."""
    fields = form.fields()
    assert list(fields) == (CLOSE_NAMES if form.closing else START_NAMES)
    assert all(len(fields[name]) <= LONGEST[name] for name in fields if name in LONGEST)
    assert (fields["RutOtec"], fields["RunAlumno"]) == (form.otec_rut, form.run)
    assert (fields["CodSence"], fields["CodigoCurso"]) == (
        form.sence_code,
        form.action_code,
    )
    assert fields["LineaCapacitacion"] == str(form.line)
    assert fields["Token"] == form.token
    assert fields["IdSesionAlumno"] == form.nonce


@given(
    st.sampled_from([START, CLOSE]),
    st.dictionaries(
        st.sampled_from(
            ["otec_rut", "token", "sence_code", "action_code", "run", "nonce"]
        ),
        st.text(max_size=160),
        min_size=1,
    ),
)
def test_form_with_any_text_is_refused_or_within_its_limits(
    form: Outgoing, values: dict[str, Any]
) -> None:
    """B2: nothing that SENCE would refuse ever leaves."""
    changed = replace(form, **values)
    if problems(changed):
        with pytest.raises(NotSendable):
            changed.fields()
        return
    fields = changed.fields()
    assert all(len(fields[name]) <= LONGEST[name] for name in LONGEST if name in fields)
    assert all(value.isascii() and value.isprintable() for value in fields.values())
    assert " " not in "".join(fields.values())
    assert len(fields["CodSence"]) == 10
    assert len(fields["CodigoCurso"]) >= 7


WRONG: list[tuple[str, Any, str]] = [
    ("otec_rut", "76543210-4", "otec_rut"),
    ("otec_rut", "76.543.210-3", "otec_rut"),
    ("otec_rut", "765432103", "otec_rut"),
    ("otec_rut", "", "otec_rut"),
    ("run", "12345678-9", "run"),  # the manual's own example
    ("run", " 12345678-5", "run"),
    ("run", "12345678-5\n", "run"),
    ("run", "1000005-\u212a", "run"),  # the Kelvin sign, whose lower case is k
    ("token", "", "token"),
    ("token", "t" * 37, "token"),
    ("token", "t" * 11, "token"),
    ("token", "token con blanco", "token"),
    ("token", "tokén-de-doce", "token"),
    ("sence_code", "", "sence_code"),
    ("sence_code", "123456789", "sence_code"),
    ("sence_code", "12345678901", "sence_code"),
    ("sence_code", "12380 1234", "sence_code"),
    ("action_code", "", "action_code"),
    ("action_code", "600123", "action_code"),
    ("action_code", "6" * 51, "action_code"),
    ("line", 0, "line"),
    ("line", 2, "line"),
    ("nonce", "", "nonce"),
    ("nonce", "n" * 150, "nonce"),
    ("nonce", "ñ", "nonce"),
]


@pytest.mark.parametrize(("name", "value", "code"), WRONG)
@pytest.mark.parametrize("form", [START, CLOSE], ids=["start", "close"])
def test_form_with_one_field_wrong_is_refused_for_it_alone(
    form: Outgoing, name: str, value: Any, code: str
) -> None:
    """B2: one reason per fault, with a code that programs can go by."""
    wrong = replace(form, **{name: value})
    assert codes_of(wrong) == [code]
    with pytest.raises(NotSendable) as refused:
        wrong.fields()
    assert refused.value.code == "not_sendable"
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize("rut", ["1000005-K", "1000005-k"])
def test_rut_with_k_in_either_case_is_sendable(rut: str) -> None:
    assert codes_of(replace(START, otec_rut=rut, run=rut)) == []


@pytest.mark.parametrize("sence_id", ["", "S" * 150])
def test_close_without_a_usable_sence_id_is_refused(sence_id: str) -> None:
    assert codes_of(replace(CLOSE, sence_id=sence_id)) == ["sence_id"]


def test_form_with_several_faults_tells_all_of_them() -> None:
    wrong = replace(START, run="", token="", line=9)
    assert codes_of(wrong) == ["run", "token", "line"]


def test_line_1_sends_no_code_and_refuses_one() -> None:
    """B3: Programas Sociales, with the manual's own action codes."""
    for action_code in ("RLAB-19-02-08-0071-1", "BOTIC-SOFOF-19-12-13-0046"):
        social = replace(START, line=1, sence_code="", action_code=action_code)
        assert social.fields()["CodSence"] == ""
    assert codes_of(replace(START, line=1)) == ["sence_code"]
    assert sence_code_to_send("1238001234", 1) == ""


@pytest.mark.parametrize("line", [3, 6])
def test_line_3_and_6_send_the_code(line: int) -> None:
    """B3"""
    assert sence_code_to_send("1238001234", line) == "1238001234"
    assert replace(START, line=line).fields()["CodSence"] == "1238001234"


@pytest.mark.parametrize(
    ("line", "code", "fits"),
    [
        *((line, "6" * 6, False) for line in (1, 3)),
        *((line, "6" * 7, True) for line in (1, 3)),
        *((6, "6" * n, fits) for n, fits in ((0, 0), (1, 1), (50, 1), (51, 0))),
    ],
)
def test_action_code_has_seven_characters_except_in_line_6(
    line: int, code: str, fits: bool
) -> None:
    """B3"""
    sence_code = "" if line == 1 else "1238001234"
    form = replace(START, line=line, action_code=code, sence_code=sence_code)
    assert codes_of(form) == ([] if fits else ["action_code"])


@pytest.mark.parametrize("name", ["sence_code", "action_code"])
def test_unchecked_code_in_production_is_refused(name: str) -> None:
    """B8"""
    unchecked: dict[str, Any] = {name: "-1"}
    assert codes_of(replace(START, **unchecked)) == [name]


def test_unchecked_codes_in_test_are_sent() -> None:
    """B8"""
    form = replace(START, environment="test", sence_code="-1", action_code="-1")
    fields = form.fields()
    assert (fields["CodSence"], fields["CodigoCurso"]) == ("-1", "-1")


def test_form_never_shows_its_token() -> None:
    """B5"""
    assert SECRET not in repr(START)
    assert SECRET not in repr(without_token(START.fields()))
    assert set(without_token(START.fields())) == set(START_NAMES) - {"Token"}


@pytest.mark.parametrize(
    ("environment", "room"), [("test", "rcetest"), ("production", "rce")]
)
def test_addresses_of_each_environment_are_sences(environment: str, room: str) -> None:
    base = f"https://sistemas.sence.cl/{room}/Registro"
    assert addresses.start_url(environment) == f"{base}/IniciarSesion"
    assert addresses.close_url(environment) == f"{base}/CerrarSesion"
