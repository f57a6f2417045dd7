"""How the field's values are written for people."""

import re
from collections.abc import Sequence
from typing import Final

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from otec_portal.core import rut
from otec_portal.core.models import Membership
from otec_portal.core.permissions import Permission, allowed
from otec_portal.core.pesos import in_pesos

register = template.Library()
_DATE: Final = re.compile(r"(\d\d-\d\d-\d{4})")

register.filter("rut", rut.display)
register.filter("pesos", in_pesos)
register.filter("rut_masked", rut.masked)


@register.filter
def may(membership: Membership | None, permission: str) -> bool:
    """Say whether who acts under `membership` may do what `permission` names."""
    return allowed(membership, Permission(permission))


@register.filter
def some(names: Sequence[str], most: int) -> str:
    """Write the first `most` of `names`, and how many more there are."""
    first, more = list(names[:most]), len(names) - most
    if more > 0:
        return f"{', '.join(first)} y {more} más"
    return " y ".join(filter(None, [", ".join(first[:-1]), *first[-1:]]))


@register.filter
def whole_dates(text: str) -> SafeString:
    """Keep each date in `text` on one line: browsers break lines at its hyphens."""
    parts = _DATE.split(text)
    return format_html_join(
        "",
        "{}",
        (
            (format_html('<span class="nowrap">{}</span>', one) if at % 2 else one,)
            for at, one in enumerate(parts)
        ),
    )


@register.filter
def full_stop(text: object) -> str:
    """End a sentence with `text`: "Ltda." has its full stop already.

    >>> full_stop("OTEC Sur Ltda."), full_stop("OTEC Sur")
    ('OTEC Sur Ltda.', 'OTEC Sur.')
    """
    return f"{str(text).removesuffix('.')}."


@register.filter
def signed_hms(seconds: int) -> str:
    """Write time that is added or taken away, with its sign: +00:10:00, −00:10:00."""
    return f"{'−' if seconds < 0 else '+'}{hms(abs(seconds))}"


@register.filter
def hms(seconds: float | None) -> str:
    """Write a length of time in seconds as hh:mm:ss; a dash without one."""
    if seconds is None:
        return "—"
    minutes, rest = divmod(max(int(seconds), 0), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{rest:02}"


@register.simple_tag
def crumbs(*parts: str) -> list[dict[str, str]]:
    """Return a trail for components/breadcrumbs.html: labels with their addresses.

    What has no label is left out; the last one is this page, and has no address.
    """
    pairs = [pair for pair in zip(parts[::2], parts[1::2], strict=True) if pair[0]]
    last = len(pairs) - 1
    return [
        {"label": label, "url": "" if place == last else url}
        for place, (label, url) in enumerate(pairs)
    ]
