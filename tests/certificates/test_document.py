"""A certificate on paper: what it says, and that it says so for ever."""

import hashlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from unittest import mock

import pikepdf
import pytest
import time_machine

from certificates import document
from certificates.snapshot import Certified, Named, Snapshot, read
from otec_portal.core import pdf
from tests.certificates.paper import ADJUSTED, BARE, FULL, snapshot
from tests.pdf_text import pages_of, right_edge, tags_of

ROOT = Path(__file__).parents[2]
# Version 1 has been printed: it never changes again (docs/adr/0023). Make another one.
VERSION_1 = {
    "bare": "ede91bb98d273c9690319d9e02eac9ea57450e4f792e1a97ec9303cd47de35d0",
    "full": "c85d5c2af0852a2c1e995edaba64cdb6de7dc8ce534f306a21d962bc6046607e",
    "certificate.css": (
        "2c7b241b225a0c7a504b85dbb33c8c6ca9a78b46df5e5fa7f81600932eebe612"
    ),
    "source-sans-3-latin-400-normal.woff2": (
        "0f73f35e08cde0a2f10c109c6e01d71459d97e4099ecd9a50f1b6c0209e4de2b"
    ),
    "source-sans-3-latin-600-normal.woff2": (
        "14527d193b0e30bc32ef931549a246cdfd286573bb12869b7e052b8101a39d38"
    ),
    "source-sans-3-latin-ext-400-normal.woff2": (
        "f5706bb057951632456ecbc496dfd01f0e1598718cb31c464c74a6b1fe79c837"
    ),
    "source-sans-3-latin-ext-600-normal.woff2": (
        "5727d1da676bb59d22a985ccb0506219e25e847738214fec4eb00c17bed81ffc"
    ),
}


A4, MARGIN = 210 / 25.4 * 96, 20 / 25.4 * 96  # CSS pixels, of millimetres
RIGHT_MARGIN = A4 - MARGIN + 1  # kerning is not counted


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@contextmanager
def printed(certificate: Snapshot) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(document.render(certificate.text))) as opened:
        yield opened


def text_of(certificate: Snapshot) -> str:
    with printed(certificate) as opened:
        return "\n".join(pages_of(opened))


def test_version_1_is_what_it_was_when_it_was_first_printed() -> None:
    folder = ROOT / "templates/certificates/document/1"
    found = {
        "bare": sha256(document.page(BARE).encode()),
        "full": sha256(document.page(FULL).encode()),
        "certificate.css": sha256((folder / "certificate.css").read_bytes()),
    }
    for name in VERSION_1.keys() - found.keys():
        found[name] = sha256((ROOT / "static/fonts" / name).read_bytes())
    assert found == VERSION_1


def test_paper_says_all_that_was_certified() -> None:
    """domain.md, "PDF"."""
    paper = text_of(FULL)
    for told in (
        "Certificado de asistencia",
        "actividad OTEC, CFT o entidad niveladora de estudios, imputada",
        "Franquicia Tributaria",
        "Actividad Parcial",
        "Capacitaciones Ñuble Ltda.",
        "76.543.210-3",
        "Aserradero Los Robles S.A.",
        "44.000.000-2",
        "OTIC del Maule",
        "43.000.000-4",
        "Operación de grúa horquilla",
        "6000001",
        "1238000001",
        "7,5",
        "01-06-2026",
        "02-06-2026",
        "10-06-2026",
        "09-06-2026",
        "F-1234",
        "La empresa entregó su orden de compra el día 45.",
        "45.000.001-9",
        "Belén Quilodrán Ñancupil 1",
        "14 %",
        "Rosa Firmante Autorizada",
        "12.345.678-5",
        "Emilia Emisora Pérez, RUT 47.000.000-7",
        "Certificado N° 12-2026",
        "Fecha de emisión del certificado: 15-06-2026",
        "Reemplaza al certificado N° 3-2026, anulado",
        "https://portal.example/v/ABCDEFGHJKLM/",
        "Código ABCD-EFGH-JKLM",
        "Página 1 de 2",
    ):
        assert told in paper


ASTERISK = "* Porcentaje con ajustes registrados por la OTEC, que conserva su motivo"


def test_adjusted_percentage_is_marked_and_the_mark_explained_once() -> None:
    """Issue 4: "shown as such wherever the percentage is shown"."""
    paper = text_of(ADJUSTED)
    assert "14 %\n" in paper
    assert "42 % *" in paper
    assert paper.count("*") == 2
    assert ASTERISK in " ".join(paper.split())


def test_snapshot_tells_adjustments_only_where_there_are_any() -> None:
    """So documents without keep their bytes, and those kept before can be read."""
    people = json.loads(ADJUSTED.text)["participants"]
    assert [one.get("adjusted") for one in people] == [None, True]
    assert read(ADJUSTED.text) == ADJUSTED
    assert not read(FULL.text).adjusted
    assert "adjusted" not in FULL.text
    assert "*" not in document.page(FULL)


def test_paper_says_that_it_is_not_sences() -> None:
    """D12."""
    paper = text_of(BARE)
    assert "generado por el Portal OTEC a partir de los datos ingresados" in paper
    assert "validados por la OTEC" in paper
    assert "No es un documento de SENCE" in paper


def test_paper_is_silent_about_what_there_is_not() -> None:
    paper = text_of(BARE)
    for untold in ("empresa", "OTIC", "SENCE\n", "real", "Justificación", "Reemplaza"):
        assert untold not in paper


def test_paper_for_keeping_is_tagged_and_complete() -> None:
    """PDF/A-3a as far as it can be asked here; no validator of it is at hand."""
    with printed(FULL) as opened:
        root = opened.Root
        assert opened.pdf_version == "1.7"
        assert str(root.Lang) == "es-CL"
        assert root.MarkInfo.Marked
        assert root.ViewerPreferences.DisplayDocTitle
        assert str(root.OutputIntents[0].S) == "/GTS_PDFA1"
        assert "/DestOutputProfile" in root.OutputIntents[0]
        with opened.open_metadata() as metadata:
            assert metadata.pdfa_status == "3A"
            assert metadata["dc:title"] == "Certificado de asistencia N° 12-2026"
            assert metadata["xmp:CreateDate"] == "2026-06-15T15:00:00Z"
        assert str(opened.docinfo.Title) == "Certificado de asistencia N° 12-2026"
        assert all("/FontFile2" in one for one in fonts(opened))
        tags = tags_of(opened)
        assert tags[0] == "Document"
        assert tags.count("H1") == 1
        assert tags.count("Table") == 3
        assert {"H2", "THead", "TH", "TD", "Figure", "Link"} <= set(tags)


def fonts(opened: pikepdf.Pdf) -> list[pikepdf.Object]:
    found = opened.pages[0].Resources.Font.values()
    return [one.DescendantFonts[0].FontDescriptor for one in found]


def test_qr_code_has_its_words() -> None:
    with printed(BARE) as opened:
        figures = [
            one
            for one in opened.objects
            if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Figure"
        ]
        assert [str(one.Alt) for one in figures] == ["Código QR de verificación"]


def test_snapshot_is_inside_as_it_was_kept() -> None:
    """Byte for byte, though a later portal may know more fields."""
    kept = json.dumps({**json.loads(FULL.text)}, indent=4)
    with pikepdf.open(io.BytesIO(document.render(kept))) as opened:
        (inside,) = opened.attachments.values()
        assert inside.get_file().read_bytes() == kept.encode()
        assert inside.filename == "certificado-12-2026.json"
        assert str(inside.obj.AFRelationship) == "/Source"
        assert {one.objgen for one in opened.Root.AF} == {inside.obj.objgen}


def test_three_hundred_participants_are_all_there_under_a_header_on_every_page() -> (
    None
):
    with printed(snapshot(300)) as opened:
        pages = pages_of(opened)
    assert len(pages) == 10
    for number, page in enumerate(pages, start=1):
        assert f"Página {number} de 10" in page
        assert "Certificado N° 12-2026 · Código ABCD-EFGH-JKLM" in page
        assert "Porcentaje de" in page
    paper = "\n".join(pages)
    assert all(f"Belén Quilodrán Ñancupil {one}\n" in paper for one in range(300))


@pytest.mark.parametrize("people", [1, 300])
def test_same_snapshot_is_the_same_file_whenever_it_is_made(people: int) -> None:
    kept = snapshot(people).text
    with time_machine.travel(date(2027, 1, 1)):
        first = document.render(kept)
    with time_machine.travel(date(2041, 7, 1)):
        assert document.render(kept) == first


ANOTHER_PROCESS = """
import django, hashlib
django.setup()
from certificates import document
from tests.certificates.paper import FULL
print(hashlib.sha256(document.render(FULL.text)).hexdigest())
"""


def test_same_snapshot_is_the_same_file_in_another_process() -> None:
    own = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "otec_portal.settings.test",
        "PYTHONHASHSEED": "11",
        "TZ": "UTC",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-c", ANOTHER_PROCESS]
    there = subprocess.run(
        command, cwd=ROOT, env=own, capture_output=True, text=True, check=True
    )
    assert there.stdout.strip() == sha256(document.render(FULL.text))


def test_course_named_like_a_tag_is_printed_and_nothing_is_fetched() -> None:
    """D8: but for the fonts, which were read before."""
    document.render(BARE.text)
    hostile = replace(
        BARE,
        course="<img src=http://169.254.169.254/>",
        programme="<link rel=stylesheet href=file:///etc/passwd>",
        justification='</td><style>@import "http://169.254.169.254/"</style>',
        number='"><script>',
        training_body=Named('"><img src="file:///etc/passwd">', "<b>"),
        participants=[Certified("<i>", "{{ certificate.code }}{% now 'Y' %}", 100)],
    )
    with mock.patch.object(pdf._OwnFiles, "fetch", side_effect=AssertionError) as fetch:
        paper = text_of(hostile)
    assert not fetch.called
    assert "<img src=http://169.254.169.254/>" in paper
    assert "{{ certificate.code }}{% now 'Y' %}" in paper


def test_endless_words_stay_inside_their_cells() -> None:
    endless = "Wolfeschlegelstein" * 11
    long = snapshot(
        1,
        course=endless[:200],
        training_body=Named(endless, "1" * 60),
        company=Named(endless, "no-es-un-rut"),
        billing_reference="9" * 40,
        justification="Se atrasó la orden de compra. " * 33,
        participants=[Certified("1" * 60, endless, 100)],
    )
    with printed(long) as opened:
        assert max(map(right_edge, opened.pages)) <= RIGHT_MARGIN
