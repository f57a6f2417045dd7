"""QR codes, drawn into the page itself."""

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_code(text: str, *, title: str | None = None) -> SafeString:
    """Return `text` as a QR code in SVG: dark on white in every theme.

    About 15 % of it may be stained or folded (error correction M). `title` is what a
    screen reader says of it.
    """
    code = segno.make(text, error="m", micro=False)
    svg = code.svg_inline(
        omitsize=True, border=3, light="#fff", svgclass="qr", title=title
    )
    return mark_safe(svg)  # noqa: S308 - segno's drawing: the text is not in it
