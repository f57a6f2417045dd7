"""How the field's values are written for people."""

from collections.abc import Sequence

from django import template

from otec_portal.core import rut

register = template.Library()
register.filter("rut", rut.display)
register.filter("rut_masked", rut.masked)


@register.filter
def some(names: Sequence[str], most: int) -> str:
    """Write the first `most` of `names`, and how many more there are."""
    first, more = list(names[:most]), len(names) - most
    if more > 0:
        return f"{', '.join(first)} y {more} más"
    return " y ".join(filter(None, [", ".join(first[:-1]), *first[-1:]]))


@register.filter
def hms(seconds: float | None) -> str:
    """Write a length of time in seconds as hh:mm:ss; a dash without one."""
    if seconds is None:
        return "—"
    minutes, rest = divmod(max(int(seconds), 0), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{rest:02}"
