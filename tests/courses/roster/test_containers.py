"""D4: bombs, broken and foreign files are refused in words; nothing brings us down."""

import random
import struct
import subprocess
import time
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.roster.read import Roster, read_roster
from otec_portal.core.tabular import unpacking
from otec_portal.core.tabular.containers import Kind, Unreadable, kind_of
from otec_portal.core.tabular.tables import USUAL
from tests.courses.roster.sources import (
    ANAS,
    HEADINGS,
    XLS,
    comma_separated,
    ods,
    package,
    sheet_of,
    xlsx,
)

BOOK = "xl/workbook.xml"


def refusal(data: bytes) -> str:
    """Return the code with which `data` is refused."""
    with pytest.raises(Unreadable) as refused:
        read_roster(data)
    assert refused.value.message.endswith(".")
    return refused.value.code


def no_unpacking(data: bytes) -> object:
    raise AssertionError("unpacked before it was refused")


@pytest.fixture
def before_unpacking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "unpack", no_unpacking)


def dense(megabytes: int) -> bytes:
    return b" " * (megabytes * 1024 * 1024)


@pytest.mark.usefixtures("before_unpacking")
@pytest.mark.parametrize(
    "parts",
    [
        pytest.param({BOOK: b"", "xl/worksheets/sheet1.xml": dense(2)}, id="dense"),
        pytest.param(
            {BOOK: b"", **{f"xl/{n}.xml": dense(1) for n in range(61)}}, id="big"
        ),
        pytest.param({BOOK: b"", **{f"{n}": b"" for n in range(500)}}, id="many"),
    ],
)
def test_bomb_is_refused_before_it_is_unpacked(parts: dict[str, bytes]) -> None:
    """D4: by the ZIP's directory alone."""
    assert refusal(package(dict(parts))) == "bomb"


@pytest.mark.usefixtures("before_unpacking")
def test_bomb_whose_parts_share_their_bytes_is_refused() -> None:
    """D4: one kernel of data under many names, without nesting."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_STORED) as zipped:
        zipped.writestr(BOOK, random.Random(1).randbytes(50_000))
        kernel = zipped.infolist()[0]
        for number in range(20):
            twin = zipped.infolist()[0].__class__(f"{number}.xml")
            for name in ("header_offset", "compress_size", "file_size", "CRC"):
                setattr(twin, name, getattr(kernel, name))
            zipped.filelist.append(twin)
            zipped.NameToInfo[twin.filename] = twin
    assert refusal(buffer.getvalue()) == "bomb"


def test_bomb_that_lies_about_its_size_ends_within_bounds() -> None:
    """D4: 300 MB said to be 1,000 bytes: bounded by the process that reads it."""
    cells = b'<row r="1"><c r="A1" t="str"><v>' + b"a" * 300_000_000 + b"</v></c></row>"
    data = bytearray(sheet_of("SPACE"))
    buffer = BytesIO()
    with (
        ZipFile(BytesIO(bytes(data))) as old,
        ZipFile(buffer, "w", ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            content = old.read(part).replace(b"SPACE", cells)
            new.writestr(part.filename, content)
        size = max(part.file_size for part in new.infolist())
    lying = buffer.getvalue().replace(struct.pack("<L", size), struct.pack("<L", 1_000))
    begun = time.monotonic()
    assert refusal(lying) in {"too_much", "broken", "no_headings"}
    assert time.monotonic() - begun < 25


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="1048576"><c r="A1"><v>1</v></c><c r="XFD1048576"><v>2</v></c></row>',
        '<row r="1"><c r="BJ1"><v>1</v></c></row>',
        '<row r="20001"><c r="A20001"><v>1</v></c></row>',
    ],
)
def test_sheet_that_reaches_too_far_is_refused(cells: str) -> None:
    """D4: two cells far apart are a bomb of 2 KB; the worker lives."""
    assert refusal(sheet_of(cells)) == "too_much"


def test_sheet_with_one_text_in_countless_cells_is_refused() -> None:
    """D4: what is small packed and unpacked can still be huge as cells."""
    cell = '<c t="s"><v>0</v></c>'
    rows = "".join(f"<row>{cell * 60}</row>" for _ in range(600))
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    shared = f'<sst xmlns="{main}"><si><t>{"ñ" * 30_000}</t></si></sst>'
    assert refusal(sheet_of(rows, sharedStrings=shared)) == "too_much"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty"),
        (b"\x00" * 100, "empty"),
        (b"a" * (USUAL.size + 1), "too_big"),
        (b"<html><table><tr><td>RUT</td></tr></table></html>", "web_page"),
        (b"\n<!DOCTYPE html>", "web_page"),
        (b'<?xml version="1.0"?><Workbook/>', "xml"),
        (b"%PDF-1.7", "not_a_spreadsheet"),
        (b"\x89PNG\r\n\x1a\n", "not_a_spreadsheet"),
        (b"MZ\x90\x00\x03", "not_a_spreadsheet"),
        (b"PK\x03\x04", "broken"),
        (b"PK\x05\x06" + b"\x00" * 18, "not_a_spreadsheet"),
        (xlsx(HEADINGS, ANAS)[:-200], "broken"),
        (XLS.read_bytes()[:600], "not_a_spreadsheet"),
        (XLS.read_bytes() + "_VBA_PROJECT".encode("utf-16-le"), "macros"),
        (XLS.read_bytes() + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (package({"word/document.xml": ""}), "not_a_spreadsheet"),
        (package({"xl/workbook.bin": ""}), "binary"),
        (package({BOOK: "", "xl/vbaProject.bin": ""}), "macros"),
        (package({"content.xml": "", "Basic/script-lc.xml": ""}), "macros"),
        (package({BOOK: "", "xl/embeddings/a.XLSX": ""}), "nested"),
        (package({BOOK: "nothing"}), "broken"),
        (b'RUT;Nombres\n"' + b"a" * 200_000, "broken"),
    ],
)
def test_file_that_is_no_roster_is_refused_in_words(data: bytes, code: str) -> None:
    """D1, D4: by content and not by name; the message says what to do."""
    assert refusal(data) == code


@pytest.mark.parametrize(
    "rows",
    [
        ["RUN;Nombres;Apellidos;Correo", '1-9;Ana;"Pérez;ana@x.example', "{more}"],
        ["RUN;Nombres;Apellidos;Cargo", '1-9;Ana;Pérez;"Jefa', "{more}"],
        ["RUN;Nombres;Apellidos;Cargo", "{more}", '1-9;Ana;Pérez;"Jefa'],
        ["RUN;Nombres;Cargo;Correo", '1-9;Ana Pérez;"Jefa;ana@x.example', "{more}"],
        [
            "RUN;Nombres;Correo",
            '1-9;Ana Pérez;"a@x.example',
            '5-1;Eva Soto;"e@x.example',
        ],
        [
            "RUN,Nombres,Correo",
            '1-9,Ana Pérez,"a@x.example',
            '5-1,Eva Soto,"e@x.example',
        ],
        ["RUN;Nombres;Correo", '1-9;"Ana" Pérez;a@x.example', "5-1;Eva Soto;"],
    ],
    ids=["used", "last", "last row", "unused", "two", "commas", "after the end"],
)
def test_csv_with_a_stray_quote_is_refused_and_swallows_nobody(rows: list[str]) -> None:
    """Who stands below it would seem to be gone, and could be removed for it."""
    more = "\n".join(f"{n}-0;Juan;Soto;" for n in range(3))
    data = "\n".join(rows).format(more=more).encode()
    with pytest.raises(Unreadable, match=r"línea [25]") as refused:
        read_roster(data)
    assert refused.value.code == "broken"


def test_csv_with_quotes_that_close_is_read_whatever_else_they_hold() -> None:
    """Only the delimiter of the file counts: to the others its quotes look stray."""
    data = (
        'RUN;Nombres;Apellidos;Cargo\n"1-9";"Ana ""Any""";"Pérez";"La, ""A""\nde; 2"\n'
        '5-1;Eva;Soto "La Chica";5" de 3\n'
    ).encode()
    assert [line.first_names for line in read_roster(data).lines] == [
        'Ana "Any"',
        "Eva",
    ]


def test_protected_parts_are_refused_as_such() -> None:
    data = bytearray(package({BOOK: "x"}))
    for header, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(header) + flags] |= 1
    assert refusal(bytes(data)) == "encrypted"


def test_kind_is_told_by_the_bytes() -> None:
    assert kind_of(xlsx(HEADINGS)) == Kind.XLSX
    assert kind_of(ods(HEADINGS)) == Kind.ODS
    assert kind_of(XLS.read_bytes()) == Kind.XLS
    assert kind_of(comma_separated(HEADINGS)) == Kind.TEXT


def test_child_sees_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    given_to: dict[str, Any] = {}
    run = subprocess.run

    def watched(*args: Any, **more: Any) -> Any:
        given_to.update(more)
        return run(*args, **more)

    monkeypatch.setattr(subprocess, "run", watched)
    read_roster(xlsx(HEADINGS, ANAS))
    assert given_to["env"] == {}


def test_child_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "_PATIENCE", 0.001)
    assert refusal(xlsx(HEADINGS, ANAS)) == "too_much"


def outcome(data: bytes) -> None:
    """Whatever comes of it, it is a roster or a refusal in words."""
    try:
        roster = read_roster(data)
    except Unreadable:
        return
    assert isinstance(roster, Roster)
    assert roster.lines


@given(st.binary(max_size=3_000))
@settings(max_examples=300)
def test_bytes_whatever_they_are_never_break_the_reading(data: bytes) -> None:
    """D4: a property of all bytes; most are no spreadsheet."""
    outcome(data)


@given(st.text(max_size=500), st.sampled_from(["utf-8", "utf-16", "cp1252"]))
@settings(max_examples=200)
def test_text_under_good_headings_never_breaks_the_reading(
    text: str, encoding: str
) -> None:
    outcome(f"RUT;Nombres;Apellidos;Correo\n{text}".encode(encoding, "replace"))


@given(st.data())
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@pytest.mark.parametrize("whole", [xlsx(HEADINGS, ANAS), ods(HEADINGS, ANAS)])
def test_spreadsheet_with_any_bytes_changed_never_breaks_the_reading(
    whole: bytes, data: st.DataObject
) -> None:
    """D4: real files with some bytes overwritten, some cut off."""
    changed = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(whole) - 1))
        changed[at] = data.draw(st.integers(0, 255))
    outcome(bytes(changed[: data.draw(st.integers(len(whole) // 2, len(whole)))]))


def test_old_excel_with_any_bytes_changed_never_breaks_the_reading() -> None:
    """D4: the same with the binary format, which has no checksums."""
    whole, dice = XLS.read_bytes(), random.Random(20_261_121)
    for _ in range(60):
        changed = bytearray(whole)
        for _ in range(dice.randint(1, 12)):
            changed[dice.randrange(8, len(changed))] = dice.randrange(256)
        outcome(bytes(changed))
