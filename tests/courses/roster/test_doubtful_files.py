"""Files that could be read as something they do not say: it is told instead."""

from typing import Any

import pytest

from courses.models import NameOrder
from courses.roster import rules
from courses.roster.lines import Line
from courses.roster.plan import Outcome, Plan, Present
from courses.roster.preview import DIGITLESS, make_plan
from courses.roster.read import read_roster
from otec_portal.core.rut import display, is_valid, with_check_digit
from tests.courses.roster.sources import ANA, comma_separated

NAMES = ("Nombres", "Apellidos")
# bare numbers of people; the first one also passes for somebody else with a digit
TRAP = next(n for n in range(12_345_678, 13_000_000) if is_valid(str(n)))
PLAIN = [n for n in range(15_000_000, 15_000_100) if not is_valid(str(n))]


def lines(heading: str, *runs: object, digits: list[str] | None = None) -> list[Line]:
    headings = [heading, *NAMES, *(["DV"] if digits else [])]
    rows: list[Any] = [
        [run, "Ana", "Soto", *([digits[number]] if digits else [])]
        for number, run in enumerate(runs)
    ]
    return read_roster(comma_separated(headings, *rows)).lines


def plan(found: list[Line]) -> Plan:
    return make_plan(found, Present(), order=NameOrder.FIRST_NAMES_FIRST)


def told(found: list[Line]) -> list[list[str]]:
    return [[one.message for one in line.problems] for line in plan(found).lines]


def test_run_without_its_digit_does_not_become_another_persons() -> None:
    """One number in eleven passes for a RUN of seven figures and a digit."""
    found = lines("RUT", TRAP, PLAIN[0])
    assert [one.run for one in found] == [f"{TRAP}-?", f"{PLAIN[0]}-?"]
    assert told(found) == [[DIGITLESS], [DIGITLESS]]


@pytest.mark.parametrize("heading", ["RUT sin DV", "RUN (sin dígito)"])
def test_run_below_a_heading_without_digit_is_never_taken_apart(heading: str) -> None:
    assert told(lines(heading, TRAP)) == [[DIGITLESS]]


def test_run_with_its_digit_in_a_column_is_whole_even_below_such_a_heading() -> None:
    whole = with_check_digit(TRAP)
    (line,) = lines("RUT sin DV", TRAP, digits=[whole[-1]])
    assert line.run == whole


def test_run_of_seven_figures_with_its_digit_is_read_among_others_that_pass() -> None:
    old = with_check_digit(6_000_000).replace("-", "")
    found = lines("RUT", old, ANA.replace("-", ""), PLAIN[0])
    runs = [with_check_digit(6_000_000), ANA, str(PLAIN[0])]
    assert [one.run for one in found] == runs


def test_run_with_a_hyphen_is_read_among_others_without_their_digit() -> None:
    found = lines("RUT", display(ANA), TRAP, PLAIN[0])
    assert [one.lacks_digit for one in found] == [False, True, True]


def test_names_in_a_file_with_a_broken_byte_keep_their_accents() -> None:
    """One bad byte must not turn every accent of the file into two letters."""
    good = comma_separated(("RUT", *NAMES), (display(ANA), "María José", "Ñancupil"))
    bad = display(with_check_digit(15_000_000)).encode() + b";Ana;P\x81rez\n"
    first, second = plan(read_roster(good + bad).lines).lines
    assert (first.full_name, first.outcome) == ("María José Ñancupil", Outcome.NEW)
    assert second.outcome == Outcome.WRONG
    assert "no se pudieron leer" in second.problems[0].message


def test_name_with_a_letter_that_was_lost_is_refused_wherever_it_comes_from() -> None:
    errors = rules.person_errors(
        run=ANA, first_names="Ana", last_names="P\N{REPLACEMENT CHARACTER}rez", email=""
    )
    assert list(errors) == ["last_names"]
