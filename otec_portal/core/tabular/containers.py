"""What kind of file came, by its bytes; bombs are stopped before unpacking (D4)."""

import struct
from enum import StrEnum
from io import BytesIO
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Final
from zipfile import BadZipFile, ZipFile, ZipInfo

from otec_portal.core.errors import DomainError
from otec_portal.core.tabular.tables import USUAL, Limits

MAX_ENTRIES: Final = 500  # parts of a spreadsheet that is a ZIP
MAX_UNPACKED: Final = 60 * 1024 * 1024  # bytes, all parts together
MAX_RATIO: Final = 150  # unpacked ÷ packed, of a part that counts
_COUNTS_FROM: Final = 1024 * 1024  # bytes unpacked
_LOCAL_HEADER: Final = 30  # bytes before a part's name (APPNOTE 4.3.7)
_ENCRYPTED: Final = 0x1  # of a part's flags (APPNOTE 4.4.4)
_COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # of .xls (MS-CFB 2.2)
_NESTED: Final = {
    *(".zip", ".gz", ".bz2", ".xz", ".7z", ".rar", ".jar"),
    *(".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".docx", ".doc"),
}
_WEB_PAGE: Final = (
    *(b"<html", b"<!doctype html", b"<table", b"<meta", b"<head", b"<body"),
    *(b"<div", b"<style", b"<!--"),
)
SAVE_AS: Final = "Ábrelo en Excel y guárdalo como «Libro de Excel (.xlsx)»."


class Unreadable(DomainError):
    """Nothing can be read from this file; the message says what to do."""

    code = "unreadable"


class Kind(StrEnum):
    """What can be read."""

    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"
    TEXT = "text"
    WEB_PAGE = "web_page"


def kind_of(data: bytes, limits: Limits = USUAL) -> Kind:
    """Return what `data` is, whatever its name says. Raises Unreadable."""
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise Unreadable("El archivo está vacío.", code="empty")
    if len(data) > limits.size:
        raise Unreadable(
            f"El archivo pesa más de {limits.megabytes} MB.", code="too_big"
        )
    if data.startswith(b"PK"):
        return _kind_of_zip(data)
    if data.startswith(_COMPOUND):
        return _kind_of_compound(data)
    return _kind_of_text(data)


def _kind_of_text(data: bytes) -> Kind:
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(_WEB_PAGE) or (
        start.startswith(b"<?xml") and b"<html" in start
    ):
        return Kind.WEB_PAGE
    if start.startswith((b"<?xml", b"<workbook")):
        raise Unreadable(
            f"El archivo es XML, que el portal no lee. {SAVE_AS}", code="xml"
        )
    if start.startswith((b"%pdf", b"{\\rtf", b"\x89png", b"\xff\xd8\xff", b"gif8")):
        raise not_a_spreadsheet()
    return Kind.TEXT


def _kind_of_compound(data: bytes) -> Kind:
    """An .xls; its streams are told by their names, which stand in UTF-16."""
    if _names(data, "EncryptedPackage", "EncryptionInfo"):
        raise _protected()
    if _names(data, "_VBA_PROJECT"):
        raise _with_macros()
    if not _names(data, "Workbook", "Book"):
        raise not_a_spreadsheet()
    return Kind.XLS


def _names(data: bytes, *streams: str) -> bool:
    return any(name.encode("utf-16-le") in data for name in streams)


def _kind_of_zip(data: bytes) -> Kind:
    try:
        with ZipFile(BytesIO(data)) as package:
            parts = package.infolist()
    except (
        *(BadZipFile, ValueError, OSError, EOFError),
        *(NotImplementedError, RuntimeError, struct.error),
    ):
        raise Unreadable(
            "El archivo está dañado o incompleto. Guárdalo de nuevo y súbelo otra vez.",
            code="broken",
        ) from None
    _refuse_bomb(parts, size=len(data))
    names = {part.filename for part in parts}
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise _protected()
    if any(PurePosixPath(name).suffix.lower() in _NESTED for name in names):
        raise Unreadable(
            "La planilla trae otros archivos adentro. Quítalos y súbela otra vez.",
            code="nested",
        )
    return _kind_by_parts(names)


def _kind_by_parts(names: set[str]) -> Kind:
    if any(
        name.lower().endswith("vbaproject.bin") or name.startswith("Basic/")
        for name in names
    ):
        raise _with_macros()
    if "xl/workbook.xml" in names:
        return Kind.XLSX
    if "content.xml" in names:
        return Kind.ODS
    if "xl/workbook.bin" in names:
        raise Unreadable(
            f"El portal no lee libros binarios (.xlsb). {SAVE_AS}", code="binary"
        )
    raise not_a_spreadsheet()


def _refuse_bomb(parts: list[ZipInfo], *, size: int) -> None:
    """By the ZIP's directory alone: nothing is unpacked here."""
    unpacked = sum(part.file_size for part in parts)
    dense = any(
        part.file_size > _COUNTS_FROM
        and part.file_size > MAX_RATIO * max(part.compress_size, 1)
        for part in parts
    )
    if (
        len(parts) > MAX_ENTRIES
        or unpacked > MAX_UNPACKED
        or dense
        or _overlap(parts, size=size)
    ):
        raise Unreadable(
            "La planilla ocupa demasiado al abrirla. Copia solo la tabla en un libro "
            "nuevo y sube ese.",
            code="bomb",
        )


def _overlap(parts: list[ZipInfo], *, size: int) -> bool:
    """Say whether parts share bytes, as those of a bomb without nesting do."""
    spans = sorted(
        (
            part.header_offset,
            part.header_offset + _LOCAL_HEADER + part.compress_size,
        )
        for part in parts
    )
    return any(start < 0 or end > size for start, end in spans) or any(
        end > following for (_, end), (following, _) in pairwise(spans)
    )


def not_a_spreadsheet() -> Unreadable:
    """Return the refusal of what is another kind of file."""
    return Unreadable(
        "El archivo no es una planilla ni un CSV. Sube un Excel (.xlsx, .xls, .ods) "
        "o un CSV.",
        code="not_a_spreadsheet",
    )


def _protected() -> Unreadable:
    return Unreadable(
        "La planilla está protegida con contraseña. Quítale la contraseña y súbela "
        "otra vez.",
        code="encrypted",
    )


def _with_macros() -> Unreadable:
    return Unreadable(
        f"La planilla trae macros, que el portal no acepta. {SAVE_AS}", code="macros"
    )
