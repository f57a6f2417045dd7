"""The preview: every line against what is there, its errors in words."""

from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.models import NameOrder, TrainingAction
from courses.roster import names, preview, rules, uploads
from courses.roster.lines import Line, from_json
from courses.roster.plan import (
    CellChange,
    EnrolmentNow,
    Outcome,
    PersonNow,
    Plan,
    PlannedLine,
    Present,
)
from courses.roster.preview import make_plan
from tests.courses.roster.desk import uploaded
from tests.courses.roster.sources import ANA, ANAS, EVA, JUAN, JUANS
from tests.factories import NOW

FIRST, LAST = NameOrder.FIRST_NAMES_FIRST, NameOrder.LAST_NAMES_FIRST
ANA_NOW = PersonNow(1, "Ana María", "Ñancupil Soto", "ana@correo.example")
NOBODY = Present()


def enrolled(held: str = "", *, exempt: bool = False) -> Present:
    """Ana is on the roster."""
    now = EnrolmentNow(7, uuid4(), exempt, held)
    return Present({ANA: ANA_NOW}, {ANA: now})


def line(number: int = 2, run: str = ANA, **more: Any) -> Line:
    values = {
        "first_names": "Ana María",
        "last_names": "Ñancupil Soto",
        "email": "ana@correo.example",
        "exempt": "No",
    }
    return Line(number=number, run=run, **{**values, **more})


def whole(full: str, run: str = ANA) -> Line:
    return Line(2, run, "", "", full)


def planned(one: Line, present: Present = NOBODY, order: NameOrder = FIRST) -> Any:
    (only,) = make_plan([one], present, order=order).lines
    return only


def problems(one: Line, present: Present = NOBODY) -> dict[str, str]:
    result: PlannedLine = planned(one, present)
    return {problem.field: problem.message for problem in result.problems}


def test_person_whom_nobody_knows_is_new() -> None:
    result = planned(line())
    assert (result.outcome, result.person, result.changes) == (Outcome.NEW, None, ())


def test_person_known_elsewhere_is_new_here_with_what_would_change() -> None:
    known = Present({ANA: ANA_NOW})
    result = planned(line(email="otra@correo.example"), known)
    assert (result.outcome, result.person) == (Outcome.NEW, ANA_NOW.pk)
    assert result.changes == (
        CellChange("email", "ana@correo.example", "otra@correo.example"),
    )


def test_participant_as_they_are_is_equal() -> None:
    assert planned(line(), enrolled()).outcome == Outcome.EQUAL


def test_participant_with_other_data_changes_from_old_to_new() -> None:
    result = planned(line(last_names="Ñancupil Reyes", exempt="Sí"), enrolled())
    assert result.outcome == Outcome.CHANGED
    assert result.changes == (
        CellChange("last_names", "Ñancupil Soto", "Ñancupil Reyes"),
        CellChange("exempt", "No", "Sí"),
    )


@pytest.mark.parametrize(
    "more",
    [
        {"email": None},
        {"email": ""},
        {"email": "ANA@correo.example"},
        {"first_names": "ANA MARIA", "last_names": "NANCUPIL SOTO"},
        {"exempt": None},
    ],
)
def test_file_that_says_less_takes_nothing_away(more: dict[str, Any]) -> None:
    """Blank cells, missing columns, capitals and lost accents are no news."""
    assert planned(line(**more), enrolled()).outcome == Outcome.EQUAL


def test_file_with_the_accents_brings_them() -> None:
    bare = Present({ANA: PersonNow(1, "Ana Maria", "Nancupil Soto", "")})
    result = planned(line(email=""), bare)
    assert [change.field for change in result.changes] == ["first_names", "last_names"]


def test_names_that_stood_the_wrong_way_round_are_put_right() -> None:
    swapped = Present({ANA: PersonNow(1, "Ñancupil Soto", "Ana María", "")})
    result = planned(line(email=""), swapped)
    assert (result.first_names, result.last_names) == ("Ana María", "Ñancupil Soto")


@pytest.mark.django_db
def test_preview_looks_over_anew_only_what_was_corrected(
    action: TrainingAction, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of its 100 pages makes the plan of all 5,000 lines."""
    upload = uploaded(action, ANAS, JUANS, ("1-1", "Eva 2", "", "eva@", "No"))
    before = uploads.plan_of(upload)
    assert {one.field for one in before.lines[2].problems} == {
        *("run", "first_names", "last_names", "email"),
    }
    looked_at: list[tuple[str, str]] = []

    def error_of(name: str, value: str) -> str:
        looked_at.append((name, value))
        return rules.error_of(name, value)

    monkeypatch.setattr(preview, "error_of", error_of)
    assert uploads.plan_of(upload) == before
    assert looked_at == []
    values = {"run": EVA, "first_names": "Eva", "last_names": "Soto", "email": ""}
    uploads.correct_line(upload, number=4, values={**values, "exempt": "No"}, at=NOW)
    upload.refresh_from_db()
    assert uploads.plan_of(upload).counts == {"new": 3}
    assert looked_at == []


def test_line_kept_before_its_errors_were_is_looked_over() -> None:
    kept = {**line(email="x@").as_json()}
    del kept["errors"]
    assert problems(from_json(kept)) == problems(line(email="x@")) != {}


@pytest.mark.parametrize("said", [None, ""])
def test_exemption_that_is_not_said_stays_and_is_not_for_the_new(
    said: str | None,
) -> None:
    """An empty cell takes nothing away, as an empty address doesn't."""
    assert planned(line(exempt=said)).exempt is False
    for exempt in (True, False):
        result = planned(line(exempt=said), enrolled(exempt=exempt))
        assert (result.exempt, result.outcome) == (exempt, Outcome.EQUAL)


def test_participant_who_is_not_in_the_file_is_gone_and_told_with_what_holds() -> None:
    (gone,) = make_plan([line(run=JUAN)], enrolled("sesiones SENCE"), order=FIRST).gone
    assert (gone.run, gone.name) == (ANA, "Ñancupil Soto, Ana María")
    assert gone.enrolment.held == "sesiones SENCE"


@pytest.mark.parametrize("name", ["Ana María Ñancupil Soto", "ñancupil soto ANA MARIA"])
def test_participant_whose_run_is_mistyped_is_not_gone(name: str) -> None:
    """Else «quitar a todos» would take the enrolment of who is in the file."""
    plan = make_plan([whole(name, run="48.000.020-1")], enrolled(), order=FIRST)
    assert plan.counts == {Outcome.WRONG: 1}
    assert plan.gone == []


@pytest.mark.parametrize(
    ("run", "tells"), [("48.000.020-1", False), (JUAN, True), (EVA, False)]
)
def test_plan_tells_who_is_gone_while_every_line_says_whom_it_means(
    run: str, tells: bool
) -> None:
    """A wrong or repeated RUN may be that of anybody on the roster."""
    given = [line(run=run), line(3, run=EVA, first_names="Eva")]
    plan = make_plan(given, enrolled(), order=FIRST)
    assert plan.tells_who_is_gone == tells


def test_participant_whose_line_is_wrong_is_not_gone() -> None:
    plan = make_plan([line(email="x@")], enrolled(), order=FIRST)
    assert plan.gone == []
    assert plan.counts == {Outcome.WRONG: 1}


@pytest.mark.parametrize(
    ("more", "field", "words"),
    [
        ({"run": ""}, "run", "Falta el RUN."),
        ({"run": "12.345.678-9"}, "run", "dígito verificador"),
        ({"run": "1,23457E+08"}, "run", "formato «Texto»"),
        ({"first_names": ""}, "first_names", "Faltan los nombres."),
        ({"last_names": ""}, "last_names", "Faltan los apellidos."),
        ({"first_names": "Ana 2"}, "first_names", "no lleva números"),
        ({"first_names": "A" * 101}, "first_names", "más de 100"),
        ({"email": "ana@@correo"}, "email", "nombre@empresa.cl"),
        ({"exempt": "quizás"}, "exempt", "Sí o No"),
    ],
)
def test_line_that_is_wrong_says_which_value_and_what_to_do(
    more: dict[str, Any], field: str, words: str
) -> None:
    found = problems(line(**more))
    assert list(found) == [field]
    assert words in found[field]


def test_run_that_comes_twice_is_wrong_the_second_time() -> None:
    plan = make_plan([line(2), line(9)], NOBODY, order=FIRST)
    assert [one.outcome for one in plan.lines] == [Outcome.NEW, Outcome.WRONG]
    assert "fila 2" in plan.lines[1].problems[0].message


def test_line_with_several_errors_tells_them_all() -> None:
    assert set(problems(line(run="", last_names="", email="x"))) == {
        "run",
        "last_names",
        "email",
    }


@pytest.mark.parametrize(
    ("full", "order", "first", "last"),
    [
        ("Pérez Soto, Ana María", FIRST, "Ana María", "Pérez Soto"),
        ("Pérez Soto, Ana María", LAST, "Ana María", "Pérez Soto"),
        ("Ana Pérez", FIRST, "Ana", "Pérez"),
        ("Ana Pérez Soto", FIRST, "Ana", "Pérez Soto"),
        ("Ana María Pérez Soto", FIRST, "Ana María", "Pérez Soto"),
        ("Pérez Soto Ana María", LAST, "Ana María", "Pérez Soto"),
        ("Pérez Ana", LAST, "Ana", "Pérez"),
        ("María de los Ángeles Díaz Ruiz", FIRST, "María de los Ángeles", "Díaz Ruiz"),
        ("Juan de la Fuente Soto", FIRST, "Juan", "de la Fuente Soto"),
        ("Rosa San Martín Lillo", FIRST, "Rosa", "San Martín Lillo"),
        ("Ana", FIRST, "", "Ana"),
        ("", FIRST, "", ""),
    ],
)
def test_whole_name_is_taken_apart(
    full: str, order: NameOrder, first: str, last: str
) -> None:
    assert names.split(full, order) == (first, last)


def test_whole_name_without_a_comma_is_proposed_and_with_one_is_known() -> None:
    assert planned(whole("Ana Pérez Soto")).proposed
    assert not planned(whole("Pérez Soto, Ana")).proposed


@pytest.mark.parametrize(
    "full", ["Ana María Ñancupil Soto", "ÑANCUPIL SOTO ANA MARÍA", "Nancupil Soto, Ana"]
)
def test_whole_name_of_someone_known_keeps_the_parts_that_are_known(full: str) -> None:
    present = Present({ANA: PersonNow(1, "Ana", "Ñancupil Soto", "")})
    full = full.replace(" María", "").replace(" MARÍA", "")
    result = planned(whole(full), present)
    assert (result.first_names, result.last_names) == ("Ana", "Ñancupil Soto")
    assert (result.proposed, result.changes) == (False, ())


def test_whole_name_of_one_word_is_wrong_in_its_own_column() -> None:
    assert problems(whole("Ana")) == {"full": "Faltan los nombres."}


@given(
    st.lists(st.text("abcñÁ", min_size=1, max_size=5), min_size=2, max_size=7),
    st.sampled_from(NameOrder),
)
def test_whole_name_taken_apart_loses_no_word(words: list[str], order: Any) -> None:
    first, last = names.split(" ".join(words), order)
    assert sorted(f"{first} {last}".split()) == sorted(words)
    assert first
    assert last


def test_line_that_was_corrected_stands_as_typed() -> None:
    """What a person wrote is no lost accent."""
    one = line(first_names="Ana Maria", corrected=True)
    assert planned(one, enrolled()).changes == (
        CellChange("first_names", "Ana María", "Ana Maria"),
    )


def digest(*lines: Line, present: Present = NOBODY, order: NameOrder = FIRST) -> str:
    return make_plan(lines, present, order=order).digest


def test_digest_is_the_same_for_the_same_and_another_for_anything_else() -> None:
    present = enrolled()
    same = digest(line(), present=present)
    assert digest(line(), present=present) == same
    others = [
        digest(line(email="otra@correo.example"), present=present),
        digest(line(), line(3, EVA), present=present),
        digest(line(run=EVA), present=present),
        digest(line(), present=enrolled(exempt=True)),
        digest(line()),
    ]
    assert len({same, *others}) == 6


def test_plan_counts_what_it_would_do() -> None:
    plan: Plan = make_plan(
        [line(), line(3, JUAN), line(4, "x")], enrolled(), order=FIRST
    )
    assert plan.counts == {Outcome.EQUAL: 1, Outcome.NEW: 1, Outcome.WRONG: 1}
    assert plan.does == 1
    assert [one.number for one in plan.good] == [2, 3]
