"""SENCE's exports are read from any kind of file; what is wrong is told by line."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from attendance.reconciliation.headings import meaning_of
from attendance.reconciliation.read import MOST_MARKS, read_export
from attendance.reconciliation.rows import DetailRow, Export, ExportKind
from attendance.reconciliation.times import (
    are_fractions,
    end_after,
    instants,
    read_count,
    read_date,
    read_per_cent,
    read_time,
)
from otec_portal.core.rut import with_check_digit
from otec_portal.core.tabular.containers import Unreadable
from tests.attendance.reconciliation.files import (
    COLUMNS,
    DECLARATIONS,
    PERCENTAGES,
    SOURCE,
    WITH_RUN,
    page,
)
from tests.courses.roster.sources import ANA, JUAN, comma_separated, ods, xlsx

at = datetime.fromisoformat
SPLIT = [line.split(";") for line in SOURCE]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(comma_separated(COLUMNS, *SPLIT), id="csv"),
        pytest.param(comma_separated(COLUMNS, *SPLIT, encoding="latin-1"), id="latin"),
        pytest.param(comma_separated(COLUMNS, *SPLIT, delimiter=","), id="commas"),
        pytest.param(xlsx(COLUMNS, *SPLIT), id="xlsx"),
        pytest.param(ods(COLUMNS, *SPLIT), id="ods"),
        pytest.param(page(COLUMNS, *SPLIT), id="page-latin"),
        pytest.param(page(COLUMNS, *SPLIT, encoding="utf-8"), id="page-utf8"),
    ],
)
def test_detail_of_the_source_in_any_file_is_the_same(data: bytes) -> None:
    export = read_export(data)
    assert export.kind == ExportKind.DETAIL
    assert not export.has_runs
    assert export.problems == []
    assert [(row.starts, row.ends) for row in details(export)] == [
        (at("2016-11-15 18:36:05"), at("2016-11-15 18:36:46")),
        (at("2016-11-15 09:58:27"), at("2016-11-15 12:18:32")),
        (at("2016-11-16 11:05:31"), at("2016-11-16 11:05:40")),
    ]


def details(export: Export) -> list[DetailRow]:
    return [row for row in export.rows if isinstance(row, DetailRow)]


def test_columns_in_another_order_with_others_among_them_are_found() -> None:
    heads = ("HORA  FIN", "Observación", "hora inicio", "R.U.T.", "FECHA")
    row = ("10:30:00", "x", "10:00:00", ANA, "15/06/2026")
    export = read_export(comma_separated(("Reporte", "", "", "", ""), heads, row))
    found = details(export)[0]
    assert (found.number, found.run) == (3, ANA)
    assert found.starts == at("2026-06-15 10:00:00")
    assert export.unused == ["Observación"]
    assert export.has_runs


def test_percentages_and_declarations_are_typed() -> None:
    percentages = read_export(page(PERCENTAGES, (ANA, "Ana Ñ", "29 %")))
    assert percentages.kind == ExportKind.PERCENTAGES
    assert [(row.run, row.per_cent) for row in percentages.rows] == [(ANA, 29)]  # type: ignore[union-attr]
    dj = read_export(
        comma_separated(
            DECLARATIONS, (ANA, "Ana Ñ", "12", "Emitida"), encoding="latin-1"
        )
    )
    assert dj.kind == ExportKind.DECLARATIONS
    row = dj.rows[0]
    assert (row.run, row.name, row.sessions, row.state) == (ANA, "Ana Ñ", 12, "Emitida")  # type: ignore[union-attr]


def test_spreadsheet_fractions_are_percentages() -> None:
    """A cell shown as 100 % is kept as 1: it must not become one per cent."""
    export = read_export(xlsx(PERCENTAGES, (ANA, "Ana", 0.29), (JUAN, "Juan", 1)))
    assert [row.per_cent for row in export.rows] == [29, 100]  # type: ignore[union-attr]
    assert export.as_fractions


@pytest.mark.parametrize(
    ("make", "cells", "per_cent"),
    [
        (comma_separated, ("1", "0"), [1, 0]),
        (comma_separated, ("0,5", "0"), [0, 0]),
        (page, ("1", "0.29"), [1, 0]),
        (xlsx, (1, 0), [1, 0]),
        (xlsx, (0.5, 64), [0, 64]),
    ],
)
def test_few_per_cent_are_not_taken_for_everything(
    make: Callable[..., bytes], cells: tuple[object, ...], per_cent: list[int]
) -> None:
    """Early in a course 1 % and 0 % are ordinary."""
    rows = zip((ANA, JUAN), ("Ana", "Juan"), cells, strict=True)
    export = read_export(make(PERCENTAGES, *rows))
    assert [row.per_cent for row in export.rows] == per_cent  # type: ignore[union-attr]
    assert not export.as_fractions


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("1-1", "", "15-06-2026", "10:00:00", "11:00:00"), "«1-1» no es válido"),
        ((ANA, "", "hoy", "10:00:00", "11:00:00"), "«hoy» no se entiende"),
        ((ANA, "", "", "10:00:00", "11:00:00"), "está en blanco"),
        ((ANA, "", "31-12-9999", "22:00", "23:00"), "«31-12-9999» no se entiende"),
        ((ANA, "", "31-12-9999", "10:00", "09:00"), "«31-12-9999» no se entiende"),
        ((ANA, "", "01-01-0001", "10:00", "11:00"), "«01-01-0001» no se entiende"),
        ((ANA, "", "15-06-2026", "10:00", "31-12-9999 11:00"), "«31-12-9999 11:00»"),
        ((ANA, "", "15-06-2026", "25:00:00", "11:00:00"), "«25:00:00»"),
        ((ANA, "", "15-06-2026", "10:00:00", "tarde"), "«tarde»"),
        ((ANA, "", "06-09-2026", "00:30:00", "01:30:00"), "no existió"),
        (
            (ANA, "", "", "16-06-2026 10:00:00", "15-06-2026 11:00:00"),
            "antes de empezar",
        ),
    ],
)
def test_wrong_line_is_told_with_its_number(row: tuple[str, ...], said: str) -> None:
    heads = ("RUT", "Nombre", "Fecha", "Hora Inicio", "Hora Fin")
    good = (JUAN, "", "15-06-2026", "10:00:00", "11:00:00")
    export = read_export(comma_separated(heads, row, good))
    assert len(export.rows) == 1
    assert [problem.number for problem in export.problems] == [2]
    assert said in export.problems[0].message
    assert export.problems[0].run == (ANA if row[0] == ANA else "")


def test_person_twice_with_other_figures_is_told_and_the_same_counts_once() -> None:
    rows = [(ANA, "Ana", n, "Emitida") for n in ("3", "3", "4")]
    export = read_export(comma_separated(DECLARATIONS, *rows))
    assert len(export.rows) == 1
    assert [problem.number for problem in export.problems] == [4]


def test_who_never_came_in_has_no_mark_and_no_problem() -> None:
    came = (ANA, "Ana", "15-06-2026", "", "", "", "", "10:00:00", "11:00:00", "")
    never = (JUAN, "Juan", "-", "", "", "", "", "-", "-", "")
    export = read_export(comma_separated(WITH_RUN, never, came, came))
    assert [row.run for row in export.rows] == [ANA]
    assert export.problems == []
    assert export.silent == {JUAN}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (comma_separated(("RUT", "Nombre"), (ANA, "Ana")), "no_headings"),
        (comma_separated(COLUMNS), "no_lines"),
        (b"<html><p>hola</p></html>", "no_headings"),
        (b"PK\x03\x04", "broken"),
        (
            comma_separated(DECLARATIONS) + b'1-9;Ana;3;"Emitida\n5-1;Eva;2;x\n',
            "broken",
        ),
        (b"%PDF-1.7", "not_a_spreadsheet"),
    ],
)
def test_what_is_no_export_is_refused_in_words(data: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_export(data)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("marks", "refused"), [(MOST_MARKS, False), (MOST_MARKS + 1, True)]
)
def test_marks_of_one_person_have_a_limit(marks: int, refused: bool) -> None:
    rows = [
        ("15-06-2026", f"{n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}", "23:59:59")
        for n in range(marks)
    ]
    data = comma_separated(("Fecha", "Hora Inicio", "Hora Fin"), *rows)
    if refused:
        with pytest.raises(Unreadable) as told:
            read_export(data)
        assert told.value.code == "too_many_lines"
    else:
        assert len(read_export(data).rows) == marks


RUNS = st.integers(1_000_000, 99_999_999).map(with_check_digit)
DAYS = st.dates().map(lambda day: f"{day:%d-%m-}{day.year:04}")
TIMES = st.times().map(lambda clock: f"{clock:%H:%M:%S}")
SPOILT = st.sampled_from(["", "-", "hoy", "07h00", "24:00:00", "1-1", "29-02-2026"])
MOMENTS = st.one_of(TIMES, st.builds("{} {}".format, DAYS, TIMES), SPOILT)
MARKS = st.tuples(st.one_of(RUNS, SPOILT), st.one_of(DAYS, SPOILT), MOMENTS, MOMENTS)


@settings(max_examples=200, deadline=None)
@given(st.lists(MARKS, max_size=4))
@example([(ANA, "31-12-9999", "22:00:00", "23:00:00")])
@example([(ANA, "31-12-9999", "10:00:00", "09:00:00")])
def test_lines_that_look_like_marks_are_read_or_told(
    lines: list[tuple[str, ...]],
) -> None:
    data = comma_separated(("RUT", "Fecha", "Hora Inicio", "Hora Fin"), *lines)
    with suppress(Unreadable):
        export = read_export(data)
        assert export.rows or export.problems
        for row in details(export):
            assert row.ends is None or row.starts <= row.ends
            assert all(
                one.year in range(2000, 2101) for one in (row.starts, row.ends) if one
            )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.one_of(
        st.binary(max_size=300),
        st.text(max_size=300).map(lambda text: f"<table>{text}".encode()),
        st.lists(st.lists(st.text(max_size=12), max_size=10), max_size=5).map(
            lambda rows: comma_separated(WITH_RUN, *rows)
        ),
    )
)
def test_whatever_the_bytes_are_it_is_an_export_or_refused(data: bytes) -> None:
    with suppress(Unreadable):
        export = read_export(data)
        assert export.rows or export.problems


def test_page_of_countless_rows_is_refused() -> None:
    with pytest.raises(Unreadable) as refused:
        read_export(b"<table>" + b"<tr><td>1" * 100_001)
    assert refused.value.code == "too_much"


@pytest.mark.parametrize("heading", ["N° sesiones", "Nº SESIONES", "n. sesiones"])
def test_headings_are_told_whatever_their_signs(heading: str) -> None:
    assert meaning_of(heading) == "N° sesiones"


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("15-11-2016", date(2016, 11, 15)),
        ("5/1/2026", date(2026, 1, 5)),
        ("2016-11-15 00:00:00", date(2016, 11, 15)),
        ("31-02-2026", None),
        ("15-11-16", None),
        ("31-12-1999", None),
        ("01-01-2000", date(2000, 1, 1)),
        ("31-12-2099", date(2099, 12, 31)),
        ("01-01-2100", None),
    ],
)
def test_date_is_read_day_first_or_not_at_all(cell: str, day: date | None) -> None:
    assert read_date(cell) == day


@pytest.mark.parametrize(
    ("cell", "clock"),
    [
        ("9:48:02", time(9, 48, 2)),
        ("09:48", time(9, 48)),
        ("1899-12-31 09:48:02", time(9, 48, 2)),
        ("9999-12-31 09:48:02", None),
        ("12:00:00 a. m.", time(0)),
        ("12:00 PM", time(12)),
        ("06:36:05 pm", time(18, 36, 5)),
        ("13:00 pm", None),
        ("24:00:00", None),
        ("0.5", None),
    ],
)
def test_time_is_read_or_not_at_all(cell: str, clock: time | None) -> None:
    assert read_time(cell) == clock


def test_end_before_its_start_is_of_the_next_day() -> None:
    start = at("2026-06-15 23:50:00")
    assert end_after(start, time(0, 10)) == at("2026-06-16 00:10:00")
    assert end_after(start, time(23, 50)) == start
    assert end_after(start, time(11, 50)) == at("2026-06-16 11:50:00")
    assert end_after(start, time(11, 50, 1)) is None


def test_end_an_hour_before_its_start_is_a_wrong_line() -> None:
    """Not a mark of 23 hours over midnight."""
    times = ("", "", "", "11:00:00", "10:00:00", "")
    row = ("11111111-1", "Ana Soto", "25-10-2026", "", *times)
    export = read_export(comma_separated(WITH_RUN, row))
    assert export.rows == []
    [wrong] = export.problems
    assert wrong.message.startswith("La marca termina antes de empezar.")


def test_instants_of_a_repeated_hour_are_two_and_of_a_skipped_one_none() -> None:
    twice = instants(at("2026-04-04 23:30:00"))
    assert twice[1] - twice[0] == 3600
    assert instants(at("2026-09-06 00:30:00")) == ()
    assert len(instants(at("2026-06-15 10:00:00"))) == 1


@pytest.mark.parametrize(
    ("cell", "number"),
    [("12", 12), ("12.0", 12), ("1,5", None), ("-1", None), ("5%", None)],
)
def test_count_is_whole_or_none(cell: str, number: int | None) -> None:
    assert read_count(cell) == number


@pytest.mark.parametrize(
    ("cell", "per_cent"),
    [
        ("29 %", 29),
        ("29,9%", 29),
        ("100", 100),
        ("100,1", None),
        ("101", None),
        ("x", None),
    ],
)
def test_per_cent_is_rounded_down_and_never_over_100(
    cell: str, per_cent: int | None
) -> None:
    assert read_per_cent(cell) == per_cent


@pytest.mark.parametrize(
    ("cells", "fractions"),
    [
        (["0.29", "1"], True),
        (["0.29", "64"], False),
        (["0", "0"], False),
        (["1", "0"], False),
        (["1 %", "0"], False),
        (["1.5"], False),
    ],
)
def test_fractions_are_told_by_their_column(cells: list[str], fractions: bool) -> None:
    assert are_fractions(cells) is fractions
