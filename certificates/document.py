"""A kept snapshot as a PDF: the same bytes today and in years (docs/adr/0023)."""

from datetime import UTC
from typing import Final

from django.template.loader import render_to_string

from certificates.snapshot import Snapshot, read
from certificates.verification import grouped
from otec_portal.core import pdf
from otec_portal.core.qr import qr_code

RENDERER: Final = pdf.RENDERER


def render(kept: str) -> bytes:
    """Return the snapshot that was kept as `kept` as PDF, with itself attached.

    It is printed in the design of its own template version, whatever came later.
    """
    certificate = read(kept)
    return pdf.render(
        page(certificate),
        css=render_to_string(f"{_folder(certificate)}/certificate.css"),
        attached=[
            pdf.Attached(
                name=f"certificado-{certificate.number}.json",
                content=kept.encode(),
                description="Contenido certificado",
                at=certificate.issued_at,
            )
        ],
    )


def page(certificate: Snapshot) -> str:
    """Return `certificate` as the HTML that is printed."""
    return render_to_string(
        f"{_folder(certificate)}/certificate.html",
        {
            "certificate": certificate,
            "issued_at": f"{certificate.issued_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "code": grouped(certificate.code),
            "hours": certificate.hours.replace(".", ","),
            "qr": qr_code(certificate.address, title="Código QR de verificación"),
        },
    )


def _folder(certificate: Snapshot) -> str:
    return f"certificates/document/{certificate.template}"
