"""From the bytes of an upload to tables, whatever kind of file it is."""

from otec_portal.core.tabular import texts, unpacking
from otec_portal.core.tabular.containers import SAVE_AS, Kind, Unreadable, kind_of
from otec_portal.core.tabular.tables import USUAL, Limits, Table


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
