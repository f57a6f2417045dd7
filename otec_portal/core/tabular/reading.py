"""From the bytes of an upload to tables, whatever kind of file it is."""

from collections.abc import Callable
from typing import TypeVar

from otec_portal.core.tabular import texts, unpacking
from otec_portal.core.tabular.containers import SAVE_AS, Kind, Unreadable, kind_of
from otec_portal.core.tabular.tables import USUAL, Limits, Table

Layout = TypeVar("Layout")


def tables_of(
    data: bytes, limits: Limits = USUAL, *, web_pages: bool = False
) -> list[Table]:
    """Return the tables in `data`; those of pages saved from a browser if asked for.

    A CSV comes once for each delimiter it may have. Raises Unreadable.
    """
    kind = kind_of(data, limits)
    if kind == Kind.TEXT:
        return texts.tables_of(data, limits)
    if kind != Kind.WEB_PAGE:
        return unpacking.unpack(data, limits)
    if not web_pages:
        raise Unreadable(
            f"El archivo es una página web con nombre de planilla. {SAVE_AS}",
            code="web_page",
        )
    return unpacking.tables_of_page(texts.decode(data), limits)


def recognised(
    tables: list[Table], find_layout: Callable[[list[list[str]]], Layout | None]
) -> list[tuple[Table, Layout]]:
    """Return those of `tables` whose rows have a layout, each with it.

    Raises Unreadable where one of them has a quote that swallows the rows below it:
    whoever stands there would seem not to be in the file.
    """
    found = [
        (table, layout)
        for table in tables
        if (layout := find_layout(table.rows)) is not None
    ]
    for table, _ in found:
        if table.broken_line:
            raise Unreadable(
                f"En la línea {table.broken_line} del CSV hay comillas mal cerradas, y "
                "no se sabe dónde terminan. Corrígelas y sube el archivo otra vez.",
                code="broken",
            )
    return found
