"""The ZIP of a packet: its documents as PDF, and the manifest for people and programs.

The same contents make the same bytes: nothing of the clock or the machine goes in.
"""

import json
import shutil
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Any, Final

from liquidation.packet.manifest import Contents, Document, Place
from liquidation.packet.names import PDF
from otec_portal.core.rut import display

JSON_NAME: Final = "manifiesto.json"
TEXT_NAME: Final = "manifiesto.txt"
_UNIX: Final = 3
_MODE: Final = 0o100644 << 16
_PIECE: Final = 1024 * 1024  # bytes


@dataclass(frozen=True)
class Packed:
    """A document as it goes into the ZIP; a picture has become a PDF."""

    document: Document
    source: IO[bytes]
    sha256: str
    size: int


@dataclass(frozen=True)
class MergedFile:
    """What the manifest says of the merged PDF."""

    sha256: str
    size: int
    pages: int
    front: int


def pack(
    out: IO[bytes], contents: Contents, packed: Sequence[Packed], merged: MergedFile
) -> None:
    """Write the ZIP to `out`."""
    day = contents.asked_on
    when = (day.year, day.month, day.day, 0, 0, 0)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, text in (
            (JSON_NAME, as_json(contents, packed, merged)),
            (TEXT_NAME, as_words(contents, packed, merged)),
        ):
            archive.writestr(_entry(name, when), text.encode())
        for one in packed:
            entry = _entry(one.document.file, when)
            entry.file_size = one.size
            one.source.seek(0)
            with archive.open(entry, "w") as file:
                shutil.copyfileobj(one.source, file, _PIECE)


def _entry(name: str, when: tuple[int, int, int, int, int, int]) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, when)
    entry.create_system = _UNIX
    entry.external_attr = _MODE
    return entry


def as_json(contents: Contents, packed: Sequence[Packed], merged: MergedFile) -> str:
    """Return the manifest for programs; dates as 2026-12-31, RUT as 12345678-5."""
    first = contents.first_pages(merged.front)
    told: dict[str, Any] = {
        "formato": contents.template,
        "solicitud": "Liquidación de acciones de capacitación",
        "fecha": contents.asked_on.isoformat(),
        "preparada_por": contents.asked_by,
        "otec": {"razon_social": contents.training_body.name}
        | {"rut": contents.training_body.rut},
        "empresa": {"razon_social": contents.company.name, "rut": contents.company.rut},
        "region": contents.region,
        "casilla": contents.mailbox,
        "acciones": [
            {
                "codigo": one.code,
                "curso": one.course,
                "codigo_sence": one.sence_code,
                "inicio": one.starts_on.isoformat(),
                "termino": one.ends_on.isoformat(),
                "participantes": one.participants,
                "documentos": [_of_place(place, first) for place in one.places],
            }
            for one in contents.actions
        ],
        "archivos": [_of_file(one, first) for one in packed],
        "pdf": {"archivo": PDF, "sha256": merged.sha256, "bytes": merged.size}
        | {"paginas": merged.pages},
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _of_place(place: Place, first: dict[int, int]) -> dict[str, object]:
    person = place.person
    return {
        "documento": place.what,
        "participante": person.name if person else None,
        "run": person.rut if person else None,
        "archivo": place.document,
        "pagina": first[place.document],
    }


def _of_file(one: Packed, first: dict[int, int]) -> dict[str, object]:
    return {
        "numero": one.document.number,
        "archivo": one.document.file,
        "sha256": one.sha256,
        "bytes": one.size,
        "paginas": one.document.pages,
        "pagina": first[one.document.number],
        "nombre_original": one.document.name,
        "sha256_original": one.document.sha256,
    }


def as_words(contents: Contents, packed: Sequence[Packed], merged: MergedFile) -> str:
    """Return the manifest for people; `sha256sum -c` reads its last lines as well."""
    body, company = contents.training_body, contents.company
    lines = [
        "Solicitud de liquidación de acciones de capacitación",
        f"Fecha: {contents.asked_on:%d-%m-%Y}",
        f"Empresa: {company.name}, RUT {display(company.rut)}",
        f"OTEC: {body.name}, RUT {display(body.rut)}",
        f"Dirección Regional de {contents.region}: {contents.mailbox}",
        "",
    ]
    first = contents.first_pages(merged.front)
    for action in contents.actions:
        lines += [
            f"Acción {action.code}: {action.course}",
            f"  {action.starts_on:%d-%m-%Y} al {action.ends_on:%d-%m-%Y}",
            *(
                f"  {place.what}{_whose(place)}: archivo {place.document:03}, "
                f"página {first[place.document]} de {PDF}"
                for place in action.places
            ),
            "",
        ]
    lines += ["SHA-256 de cada archivo, y del PDF único que acompaña a este ZIP:", ""]
    lines += [f"{one.sha256}  {one.document.file}" for one in packed]
    lines.append(f"{merged.sha256}  {PDF}")
    return "\n".join(lines) + "\n"


def _whose(place: Place) -> str:
    if place.person is None:
        return ""
    return f", {place.person.name}, RUN {display(place.person.rut)}"
