"""Every code that the checks can give, at its boundary."""

from datetime import date

import pytest
from stdnum.cl import rut as stdnum_rut

from attendance.simulator import checks, rut
from attendance.simulator.sessions import RegisteredSession

TODAY = date(2026, 3, 2)
URL = "http://portal.test/"


def codes(form, registry=None, *, kind="start", environment="test", **changes):
    changed = {**form, **changes}
    return checks.check(
        {name: value for name, value in changed.items() if value is not None},
        kind=kind,
        environment=environment,
        registry=registry,
        today=TODAY,
    )


def url_of(length):
    return URL + "a" * (length - len(URL))


@pytest.mark.parametrize("number", [1_000_000, 7_654_321, 12_345_678, 20_000_014])
def test_check_digit_computed_here_agrees_with_stdnum(number):
    expected = stdnum_rut.calc_check_digit(str(number)).lower()
    assert rut.check_digit(str(number)) == expected


def test_check_digit_k_in_either_case_is_valid():
    number = next(n for n in range(10**7, 10**8) if rut.check_digit(str(n)) == "k")
    assert rut.is_valid(f"{number}-k")
    assert rut.is_valid(f"{number}-K")


@pytest.mark.parametrize("environment", ["test", "production"])
def test_form_complete_and_known_is_accepted(form, registry, environment):
    assert codes(form, registry, environment=environment) == []
    assert codes(form, environment=environment) == []


@pytest.mark.parametrize(
    "field",
    [
        "RutOtec",
        "Token",
        "CodSence",
        "CodigoCurso",
        "LineaCapacitacion",
        "RunAlumno",
        "IdSesionAlumno",
    ],
)
@pytest.mark.parametrize("value", [None, "", "   "])
def test_mandatory_field_missing_or_blank_gives_200(form, field, value):
    assert codes(form, **{field: value}) == ["200"]


def test_field_misspelt_gives_200(form):
    run = form.pop("RunAlumno")
    assert codes(form, RutAlumno=run) == ["200"]


def test_sence_id_missing_on_close_gives_200(form):
    assert codes(form, kind="close") == ["200"]
    assert codes(form, kind="close", IdSesionSence="1") == []


@pytest.mark.parametrize("field", ["UrlRetoma", "UrlError"])
@pytest.mark.parametrize("value", [None, "", "  "])
def test_url_blank_gives_201(form, field, value):
    assert codes(form, **{field: value}) == ["201"]


@pytest.mark.parametrize(("field", "code"), [("UrlRetoma", "202"), ("UrlError", "203")])
@pytest.mark.parametrize(
    "url",
    [
        "/ok",
        "portal.test/ok",
        "ftp://portal.test/",
        "javascript:alert(1)",
        "http://",
        "http://portal.test/a b",
        "http://portal.test:99999/",
        "http://[::1",
        url_of(101),
    ],
)
def test_url_malformed_or_too_long_gives_its_code(form, field, code, url):
    assert codes(form, **{field: url}) == [code]


@pytest.mark.parametrize("url", ["https://p.cl", "http://localhost/x.asp", url_of(100)])
def test_url_up_to_100_characters_is_accepted(form, url):
    assert codes(form, UrlRetoma=url, UrlError=url) == []


@pytest.mark.parametrize("code", ["123800000", "12380000011", "12380 0001"])
def test_sence_code_of_another_length_gives_204(form, code):
    assert codes(form, CodSence=code) == ["204"]


def test_sence_code_in_line_1_gives_204(form):
    assert codes(form, LineaCapacitacion="1") == ["204"]
    assert codes(form, LineaCapacitacion="1", CodSence="") == []


def test_sence_code_in_line_6_may_be_blank(form):
    assert codes(form, LineaCapacitacion="6", CodSence="") == []
    assert codes(form, LineaCapacitacion="6") == []


def test_sence_code_unknown_gives_204(form, registry):
    assert codes(form, registry, CodSence="9999999999") == ["204"]


@pytest.mark.parametrize("line", ["1", "3"])
def test_action_code_of_6_characters_gives_205(form, line):
    sence_code = "" if line == "1" else form["CodSence"]
    changes = {"LineaCapacitacion": line, "CodSence": sence_code}
    assert codes(form, **changes, CodigoCurso="123456") == ["205"]
    assert codes(form, **changes, CodigoCurso="1234567") == []


def test_action_code_of_6_characters_in_line_6_is_accepted(form):
    assert codes(form, LineaCapacitacion="6", CodigoCurso="123456") == []
    assert codes(form, LineaCapacitacion="6", CodigoCurso="1") == []


def test_action_code_over_50_characters_gives_205(form):
    assert codes(form, CodigoCurso="x" * 50) == []
    assert codes(form, CodigoCurso="x" * 51) == ["205"]


def test_action_code_unknown_gives_205(form, registry):
    assert codes(form, registry, CodigoCurso="7654321") == ["205"]


@pytest.mark.parametrize("line", ["0", "2", "4", "03", "3.0", "tres", " 3"])
def test_line_unknown_gives_206(form, line):
    assert "206" in codes(form, LineaCapacitacion=line)


@pytest.mark.parametrize("field", ["RunAlumno", "RutOtec"])
@pytest.mark.parametrize(
    "bad", ["12345678-9", "12.345.678-5", "123456785", "123456-0", "x", " 12345678-5"]
)
def test_rut_malformed_or_with_wrong_digit_gives_its_code(form, field, bad):
    expected = {"RunAlumno": "207", "RutOtec": "209"}[field]
    assert codes(form, **{field: bad}) == [expected]


def test_run_not_in_the_list_gives_208(form, registry, cast):
    assert codes(form, registry, RunAlumno=cast["stranger"]) == ["208"]


def test_token_of_another_otec_gives_211(form, registry, cast):
    assert codes(form, registry, Token=cast["other_token"]) == ["211"]


def test_token_taken_back_gives_212(form, registry, cast):
    assert codes(form, registry, Token=cast["revoked_token"]) == ["212"]


def test_token_unknown_gives_303(form, registry):
    unknown = "00000000-0000-4000-8000-000000000000"
    assert codes(form, registry, Token=unknown) == ["303"]
    assert codes(form, Token=unknown) == []


@pytest.mark.parametrize(
    "token", ["1", "x" * 36, "7d3c0c5e-0f6a-4b52-9b7e-6a1f00c0ffe"]
)
def test_token_that_is_no_guid_gives_303(form, token):
    assert codes(form, Token=token) == ["303"]


def test_token_in_upper_case_is_the_same(form, registry, cast):
    assert codes(form, registry, Token=cast["token"].upper()) == []


def test_line_of_another_action_gives_301(form, registry):
    assert codes(form, registry, LineaCapacitacion="6") == ["301"]


def test_nonce_over_149_characters_gives_304(form):
    assert codes(form, IdSesionAlumno="x" * 149) == []
    assert codes(form, IdSesionAlumno="x" * 150) == ["304"]


def test_sence_code_of_another_action_gives_306(form, registry):
    assert codes(form, registry, CodSence="1238000002") == ["306"]


@pytest.mark.parametrize("code", ["307", "308", "310"])
def test_action_that_may_not_run_gives_its_code(form, registry, code):
    assert codes(form, registry, CodigoCurso=f"6000{code}") == [code]


def test_action_outside_its_dates_gives_309(form, registry):
    def on(day):
        return checks.check(
            {**form, "CodigoCurso": "6000309"},
            kind="start",
            environment="test",
            registry=registry,
            today=day,
        )

    assert on(date(2026, 3, 1)) == ["309"]
    assert on(TODAY) == []
    assert on(date(2026, 3, 3)) == ["309"]


def test_close_form_at_the_address_of_the_start_gives_313(form):
    assert codes(form, IdSesionSence="123") == ["313"]


def test_minus_one_in_test_disables_the_checks_of_that_code(form, registry):
    assert codes(form, registry, CodSence="-1") == []
    assert codes(form, registry, CodigoCurso="-1") == []
    assert codes(form, registry, CodSence="-1", CodigoCurso="-1") == []
    social = {"LineaCapacitacion": "1", "CodSence": "", "CodigoCurso": "-1"}
    assert codes(form, registry, **social) == []


def test_minus_one_in_production_gives_204_and_205(form, registry):
    changes = {"CodSence": "-1", "CodigoCurso": "-1"}
    assert codes(form, registry, environment="production", **changes) == ["204", "205"]


def test_mistakes_in_several_fields_give_all_codes(form):
    """The manual's own example: wrong check digits, a token of 33 characters."""
    example = {
        "RutOtec": "12345678-9",
        "RunAlumno": "12345678-9",
        "Token": "12345678-1234-1234-1234-123456789",
    }
    assert codes(form, **example) == ["207", "209", "303"]


@pytest.mark.parametrize(
    ("environment", "changes", "expected"),
    [
        ("test", {}, []),
        ("production", {}, ["313"]),
        ("test", {"run": "1-9"}, ["305"]),
        ("test", {"closed_at": "2026-03-02T15:00:00+00:00"}, ["305"]),
        ("test", {"action_code": "6000002"}, ["301"]),
        ("test", {"line": "1"}, ["301"]),
    ],
)
def test_close_compared_with_its_session_gives_the_code(
    form, cast, environment, changes, expected
):
    facts = {
        "sence_id": "1",
        "environment": "test",
        "run": cast["run"],
        "action_code": "6000001",
        "line": "3",
        "opened_at": "2026-03-02T15:00:00+00:00",
    }
    session = RegisteredSession(**(facts | changes))
    told = checks.session_codes(form, environment=environment, session=session)
    assert told == expected


def test_close_of_a_session_never_opened_gives_305(form):
    assert checks.session_codes(form, environment="test", session=None) == ["305"]
