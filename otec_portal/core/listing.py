"""Lists in pages whose columns sort; the address of a page says all of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import F, Model, OrderBy, QuerySet
from django.http import QueryDict
from django.utils.functional import cached_property

SORT, PAGE, SIZE = "orden", "pagina", "registros"
SIZES = (10, 25, 50, 100)  # "Registros por página"

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Column:
    """A column of a list; without `fields` it does not sort.

    By one that is `costly` the database would have to sort every row: a list that is
    cut short does not sort by it.
    """

    label: str
    name: str = ""  # in the address
    fields: tuple[str, ...] = ()
    numeric: bool = False
    costly: bool = False
    empty_last: bool = False  # whichever way a table of the database is sorted


@dataclass(frozen=True)
class Head:
    """What the head of one column shows."""

    label: str
    numeric: bool
    url: str  # the list sorted by this column, or the other way round
    direction: str  # "ascending", "descending" or "" (not sorted by it)


class _Counted(Paginator[Any]):
    """Pages of rows whose number is known."""

    def __init__(self, rows: Any, size: int, *, count: int) -> None:
        super().__init__(rows, size)
        self._known = count

    @cached_property
    def count(self) -> int:
        return self._known


@dataclass(frozen=True)
class Bound(Generic[Row]):
    """How many rows a list shows and counts at `most`.

    `many` are the same rows, asked for in words that suit a database with more of them;
    `some` are a part of them that is quick to count, for where they alone are more.
    """

    most: int
    many: QuerySet[Row] | None = None
    some: QuerySet[Any] | None = None

    def count(self, rows: QuerySet[Row] | Sequence[Any]) -> int:
        """Return how many `rows` there are; of more than `most`, one more than that."""
        more = self.most + 1
        if self.some is not None and _count(self.some, upto=more) == more:
            return more
        return _count(rows, upto=more)


def _page_number(asked: str) -> int:
    """Return the page that is meant: what is no number, or below one, is the first."""
    try:
        return max(int(asked), 1)
    except ValueError:
        return 1


class Listing(Generic[Row]):
    """One page of `rows`, as the query string `asked` wants it.

    `sort` names the column by which rows come unasked, with "-" in front for the
    other way round; without it they keep their order. With `in_order` the caller has
    sorted them already. What can't be understood in `asked` is as if it were not there.
    Of more rows than its `bound` the first are shown and counted: then it is `cut`.
    """

    def __init__(
        self,
        rows: QuerySet[Row] | Sequence[Any],
        *,
        asked: QueryDict,
        columns: Sequence[Column] = (),
        sort: str = "",
        size: int = SIZES[0],
        in_order: bool = False,
        bound: Bound[Row] | None = None,
    ) -> None:
        self.asked = asked
        self.columns = columns
        count = bound.count(rows) if bound else _count(rows, upto=None)
        self.cut = bound is not None and count > bound.most
        if bound and self.cut:
            count = bound.most
            rows = rows if bound.many is None else bound.many
        self._sortable = {
            column.name: column
            for column in columns
            if column.fields and not (column.costly and self.cut)
        }
        wanted = asked.get(SORT, "")
        self.sort = wanted if wanted.removeprefix("-") in self._sortable else sort
        given = asked.get(SIZE, "")
        self.size = next((one for one in SIZES if str(one) == given), size)
        as_given = in_order or not self.sort
        self.rows: Any = rows if as_given else self._sorted(rows)  # of all pages
        shown = _Counted(self.rows, self.size, count=count)
        self.page: Page[Row] = shown.get_page(_page_number(asked.get(PAGE, "")))

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many rows a page may have."""
        return tuple(sorted({*SIZES, self.size}))

    @property
    def heads(self) -> list[Head]:
        """The heads of the columns, with the addresses that sort by them."""
        return [self._head(column) for column in self.columns]

    @property
    def first_url(self) -> str:
        return self._address(PAGE, 1)

    @property
    def previous_url(self) -> str:
        return self._address(PAGE, self.page.number - 1)

    @property
    def next_url(self) -> str:
        return self._address(PAGE, self.page.number + 1)

    @property
    def last_url(self) -> str:
        return self._address(PAGE, self.page.paginator.num_pages)

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What a form that leads to another page has to send along."""
        return [
            (name, value)
            for name, values in self.asked.lists()
            for value in values
            if name not in {PAGE, SIZE}
        ]

    def _sorted(self, rows: QuerySet[Row] | Sequence[Any]) -> Any:
        """By the database, or here: a sequence keeps its order among equals."""
        if isinstance(rows, QuerySet):
            return rows.order_by(*self._order())
        fields = self._sortable[self.sort.removeprefix("-")].fields
        backwards = self.sort.startswith("-")
        known: list[Any] = []
        empty: list[Any] = []
        for row in rows:
            blank = attrgetter(fields[0])(row) is None
            (empty if blank else known).append(row)
        known.sort(key=attrgetter(*fields), reverse=backwards)
        return [*known, *empty]  # what has nothing there comes last, both ways

    def _order(self) -> list[str | OrderBy]:
        """The fields of the sorted column, then the key: no row on two pages."""
        backwards = "-" if self.sort.startswith("-") else ""
        column = self._sortable[self.sort.removeprefix("-")]
        plain = [f"{backwards}{field}" for field in (*column.fields, "pk")]
        if not column.empty_last:
            return [*plain]
        first = F(column.fields[0])
        known = first.desc if backwards else first.asc
        return [known(nulls_last=True), *plain[1:]]

    def _head(self, column: Column) -> Head:
        if column.name not in self._sortable:
            return Head(column.label, column.numeric, url="", direction="")
        direction, following = {
            column.name: ("ascending", f"-{column.name}"),
            f"-{column.name}": ("descending", column.name),
        }.get(self.sort, ("", column.name))
        url = self._address(SORT, following)
        return Head(column.label, column.numeric, url=url, direction=direction)

    def _address(self, name: str, value: object) -> str:
        kept = [
            (other, one)
            for other, values in self.asked.lists()
            for one in values
            if other not in {name, PAGE}
        ]
        return f"?{urlencode([*kept, (name, value)])}"


def _count(rows: QuerySet[Row] | Sequence[Any], *, upto: int | None) -> int:
    """Return how many `rows` there are; the database looks at no more than `upto`."""
    if isinstance(rows, QuerySet):
        return rows.count() if upto is None else rows.order_by()[:upto].count()
    return len(rows) if upto is None else min(len(rows), upto)
