"""A snapshot as a PDF."""

from typing import Final

import weasyprint
from django.template.loader import render_to_string

from certificates.snapshot import Snapshot

RENDERER: Final = f"WeasyPrint {weasyprint.__version__}"


def render(snapshot: Snapshot) -> bytes:
    """Return `snapshot` as PDF in the design of its template version."""
    html = render_to_string(
        f"certificates/document/{snapshot.template}/certificate.html",
        {"certificate": snapshot},
    )
    made: bytes = weasyprint.HTML(string=html).write_pdf()
    return made
