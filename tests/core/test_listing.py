"""Lists: pages, columns that sort, addresses that say all of it."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.db.models import Case, When
from django.http import QueryDict

from courses.models import Company, Course, TrainingAction
from otec_portal.core.folding import fold
from otec_portal.core.listing import Bound, Column, Listing, may_be_empty
from tests.factories.courses import CompanyFactory, CourseFactory

COLUMNS = [Column("Nombre", "nombre", ("name",)), Column("RUT")]


def listing(asked: str = "", *, size: int = 10) -> Listing[Company]:
    return Listing(
        Company.objects.all(),
        columns=COLUMNS,
        asked=QueryDict(asked),
        sort="nombre",
        size=size,
    )


def names(of: Listing[Any]) -> list[str]:
    return [row.name for row in of.page]


@pytest.fixture(autouse=True)
def _three_companies(our_body: object) -> None:
    for name in ("Beta", "Alfa", "Gama"):
        CompanyFactory(training_body=our_body, name=name)


def test_list_unasked_comes_in_its_own_order() -> None:
    assert names(listing()) == ["Alfa", "Beta", "Gama"]


def test_list_asked_the_other_way_round_comes_so() -> None:
    assert names(listing("orden=-nombre")) == ["Gama", "Beta", "Alfa"]


@pytest.mark.parametrize("asked", ["orden=rut", "orden=--nombre", "orden=password"])
def test_list_asked_for_an_order_that_is_none_comes_in_its_own(asked: str) -> None:
    assert names(listing(asked)) == ["Alfa", "Beta", "Gama"]


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ("", 1),
        ("pagina=x", 1),
        ("pagina=-1", 1),
        ("pagina=0", 1),
        ("pagina=3", 3),
        ("pagina=9", 3),
        (f"pagina={'9' * 5000}", 1),
    ],
)
def test_page_that_is_none_leads_to_the_nearest(asked: str, number: int) -> None:
    assert listing(asked, size=1).page.number == number


def test_size_is_one_of_those_offered() -> None:
    assert listing("registros=25").size == 25
    assert listing("registros=1000000").size == 10


def test_head_of_the_sorted_column_turns_it_round() -> None:
    name, rut = listing("pagina=2&programa=3").heads
    assert (name.direction, name.url) == ("ascending", "?programa=3&orden=-nombre")
    assert (rut.direction, rut.url) == ("", "")


def test_addresses_of_pages_keep_what_was_asked() -> None:
    shown = listing("q=a&q=b&registros=10&pagina=1", size=1)
    assert shown.last_url == "?q=a&q=b&registros=10&pagina=1"
    assert shown.carried == [("q", "a"), ("q", "b")]


def test_rows_that_are_equal_stand_on_one_page_only(our_body: object) -> None:
    for _ in range(20):
        CompanyFactory(training_body=our_body, name="Igual")
    pages = [listing(f"pagina={n}", size=5) for n in range(1, 6)]
    keys = [row.pk for page in pages for row in page.page]
    assert len(keys) == len(set(keys)) == 23


@pytest.mark.parametrize(("most", "cut"), [(3, False), (2, True)])
def test_list_of_more_than_it_may_show_is_cut(most: int, cut: bool) -> None:
    """At the very bound it is not."""
    costly = [Column("Nombre", "nombre", ("name",), costly=True), Column("RUT")]
    shown = Listing(
        Company.objects.order_by("pk"),
        columns=costly,
        asked=QueryDict("orden=-nombre&pagina=9"),
        size=2,
        bound=Bound(most),
    )
    assert (shown.cut, shown.page.paginator.count) == (cut, most)
    assert names(shown) == (["Beta", "Alfa"] if cut else ["Alfa"])
    assert bool(shown.heads[0].url) != cut


@pytest.mark.parametrize(
    ("asked", "expected"),
    [("orden=lugar", ["Beta", "Alfa"]), ("orden=-lugar", ["Alfa", "Beta"])],
)
def test_column_that_may_be_empty_has_what_is_empty_last(
    asked: str, expected: list[str]
) -> None:
    places = Case(When(name="Beta", then=1), When(name="Alfa", then=2))
    column = Column("Lugar", "lugar", ("place",))
    shown = Listing(
        Company.objects.annotate(place=places),
        columns=[column],
        asked=QueryDict(asked),
    )
    assert names(shown) == [*expected, "Gama"]


@pytest.mark.parametrize(
    ("typed", "folded"),
    [("Ñuñoa", "nunoa"), ("PÉREZ", "perez"), ("  dos   palabras ", "dos palabras")],
)
def test_fold_ignores_accents_case_and_spaces(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@dataclass(frozen=True)
class Line:
    """Of no table."""

    name: str
    length: int | None


LINES = [Line("b", 2), Line("a", None), Line("c", 1), Line("a", 2)]
LINE_COLUMNS = [Column("Nombre", "nombre", ("name",)), Column("L", "l", ("length",))]


@pytest.mark.parametrize(
    ("asked", "names"),
    [("orden=nombre", "aabc"), ("orden=-nombre", "cbaa"), ("orden=otro", "baca")],
)
def test_list_of_no_table_sorts_too(asked: str, names: str) -> None:
    shown: Listing[Any] = Listing(LINES, asked=QueryDict(asked), columns=LINE_COLUMNS)
    assert "".join(one.name for one in shown.page) == names


@pytest.mark.parametrize(
    ("asked", "lengths"),
    [("orden=l", [1, 2, 2, None]), ("orden=-l", [2, 2, 1, None])],
)
def test_list_of_no_table_has_what_is_empty_last(
    asked: str, lengths: list[int | None]
) -> None:
    shown: Listing[Any] = Listing(LINES, asked=QueryDict(asked), columns=LINE_COLUMNS)
    assert [one.length for one in shown.page] == lengths


@pytest.mark.parametrize(
    ("asked", "hours"),
    [("orden=horas", [20, 40, None]), ("orden=-horas", [40, 20, None])],
)
def test_list_has_what_is_empty_last(
    asked: str, hours: list[int | None], our_body: object
) -> None:
    for one in (None, 40, 20):
        CourseFactory(training_body=our_body, hours=one)
    shown: Listing[Course] = Listing(
        Course.objects.all(),
        asked=QueryDict(asked),
        columns=[Column("Horas", "horas", ("hours",))],
    )
    assert [course.hours for course in shown.page] == hours


@pytest.mark.parametrize(
    ("path", "empty"),
    [
        ("starts_on", False),
        ("pk", False),
        ("course__name", False),
        ("course__hours", True),
        ("company__name", True),
        ("an_annotation", True),
    ],
)
def test_order_has_nulls_apart_only_where_there_may_be_some(
    path: str, empty: bool
) -> None:
    """Else the index on the column would not serve the list that is longest."""
    assert may_be_empty(TrainingAction, path) == empty
