"""How the field's values are written for people."""

from django import template

from otec_portal.core import rut

register = template.Library()
register.filter("rut", rut.display)
register.filter("rut_masked", rut.masked)


@register.filter
def hms(seconds: float | None) -> str:
    """Write a length of time in seconds as hh:mm:ss; a dash without one."""
    if seconds is None:
        return "—"
    minutes, rest = divmod(max(int(seconds), 0), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{rest:02}"
