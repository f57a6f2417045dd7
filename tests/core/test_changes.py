"""What changed in a row, kept as JSON and read in words."""

import json
from datetime import date

import pytest

from courses.models import Company, Course, Line, TrainingAction
from otec_portal.core.changes import NOTHING, Change, differences, in_words


def test_differences_of_equal_rows_are_none() -> None:
    one = Course(name="Grúa")
    assert differences(one, Course(name="Grúa", public_id=one.public_id)) == {}


def test_differences_are_old_and_new_ready_for_json() -> None:
    before = TrainingAction(ends_on=date(2026, 12, 31), company=Company(pk=1, name="A"))
    after = TrainingAction(
        public_id=before.public_id, ends_on=date(2026, 12, 15), company=None
    )
    changes = differences(before, after)
    assert changes == {"ends_on": ["2026-12-31", "2026-12-15"], "company": ["A", ""]}
    assert json.loads(json.dumps(changes)) == changes


@pytest.mark.parametrize(
    ("field", "kept", "words"),
    [
        (
            "ends_on",
            ["2026-12-31", "2026-12-15"],
            Change("Fecha de término", "31-12-2026", "15-12-2026"),
        ),
        ("line", [3, 1], Change("Línea de capacitación", "Impulsa Personas", "x")),
        ("places", [None, 20], Change("Cupos", NOTHING, "20")),
        ("company", ["", "Sur SpA"], Change("Empresa", NOTHING, "Sur SpA")),
    ],
)
def test_change_in_words_is_as_written_in_chile(
    field: str, kept: list[object], words: Change
) -> None:
    (told,) = in_words(TrainingAction, {field: kept})
    if field == "line":
        words = Change(words.label, words.before, str(Line(1).label))
    assert told == words


def test_change_of_a_field_that_is_no_more_stands_by_its_stored_name() -> None:
    """The trail outlives the columns."""
    kept = {"left_since": ["a", ""], "enrolments": ["1", "2"]}
    assert in_words(TrainingAction, kept) == [
        Change("Left since", "a", NOTHING),
        Change("Enrolments", "1", "2"),
    ]


def test_change_of_what_is_searched_by_is_neither_kept_nor_told() -> None:
    """It says the same again, in letters that nobody typed."""
    before = TrainingAction(action_code="6700130", code_folded="6700130")
    after = TrainingAction(
        public_id=before.public_id, action_code="6700131", code_folded="6700131"
    )
    kept = differences(before, after)
    assert kept == {"action_code": ["6700130", "6700131"]}
    of_before = {**kept, "code_folded": ["6700130", "6700131"]}
    assert [one.label for one in in_words(TrainingAction, of_before)] == [
        "Código de la acción"
    ]
