"""Cover with the request, and index: the first pages of the merged PDF.

Our own design: it is the training body's request on the company's behalf, never passed
off as a paper of SENCE's.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from math import ceil
from typing import Final

import pikepdf
from django.template.loader import render_to_string

from liquidation.packet.manifest import Contents, Listed, Place
from otec_portal.core import pdf

LINK: Final = "documento:"  # what an address in the index begins with
_TRIES: Final = 4
# in points, of version 1: the guess only saves printing it twice
_PAGE: Final = 706.0  # room for rows
_LINE, _ROW, _ACTION, _INDEX = 14.5, 6.2, 32.0, 42.0
_CHARACTERS: Final = 52  # of a line of a name


@dataclass(frozen=True)
class Row:
    """A document of the index: its number, whose or what it is, its first page."""

    document: int
    name: str
    run: str
    page: int


@dataclass(frozen=True)
class Group:
    """Documents in a row that are the same of several people, or one of nobody's."""

    what: str
    rows: Sequence[Row]

    @property
    def people(self) -> bool:
        """Whether they are people's: then the rows have their names."""
        return any(one.run for one in self.rows)


def front_of(contents: Contents) -> bytes:
    """Return cover and index as PDF; its numbers are those of the merged PDF.

    How many pages it takes is known only when it is printed: if it was guessed wrong it
    is printed again.
    """
    pages = _guess(contents)
    for _ in range(_TRIES):
        printed = _print(contents, front=pages)
        with pikepdf.open(BytesIO(printed)) as opened:
            taken = len(opened.pages)
        if taken == pages:
            return printed
        pages = taken
    raise RuntimeError("cover and index find no number of pages")


def _guess(contents: Contents) -> int:
    """Return about how many pages cover and index take."""
    height = _INDEX
    for action in contents.actions:
        height += _ACTION
        for group in _groups(action, defaultdict(int)):
            if group.people:
                height += _LINE + _ROW + 4
            for row in group.rows:
                height += _LINE * ceil(len(row.name) / _CHARACTERS) + _ROW
    return 1 + ceil(height / _PAGE)


def page(contents: Contents, *, front: int) -> str:
    """Return cover and index as the HTML that is printed."""
    first = contents.first_pages(front)
    return render_to_string(
        f"{_folder(contents)}/front.html",
        {
            "contents": contents,
            "actions": [
                {"told": one, "groups": _groups(one, first)} for one in contents.actions
            ],
            "pages": front + contents.pages,
            "front": front,
            "link": LINK,
            "made_at": f"{contents.asked_on:%Y-%m-%d}T00:00:00Z",
        },
    )


def _groups(action: Listed, first: Mapping[int, int]) -> list[Group]:
    """Return its documents by what they are, each with its first page."""
    return [
        Group(what, [_row(one, first[one.document]) for one in places])
        for what, places in groupby(action.places, key=lambda one: one.what)
    ]


def _row(place: Place, page: int) -> Row:
    person = place.person
    name, run = (person.name, person.rut) if person else (place.what, "")
    return Row(place.document, name, run, page)


def _print(contents: Contents, *, front: int) -> bytes:
    return pdf.render(
        page(contents, front=front),
        css=render_to_string(f"{_folder(contents)}/front.css"),
    )


def _folder(contents: Contents) -> str:
    return f"liquidation/packet/{contents.template}"
