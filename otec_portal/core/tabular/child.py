"""Reads one file in a process of its own, which unpacking.py starts and bounds.

Takes the file on standard input and the limits as its argument; writes JSON. It imports
nothing of ours: what goes wrong here, be it a crash, goes wrong for this file alone.
"""

import json
import resource
import sys
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum

WHOLE = 1e15  # from here on a float no longer tells whole numbers apart


class TooMuch(Exception):
    """More rows, columns or text than is let through."""


def bound(limits: dict[str, Any]) -> None:
    """Let the kernel end this process where it takes more than its share."""
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["seconds"], limits["seconds"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def sheets(data: bytes, limits: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the sheets with their rows of text, from the sheet's first row on."""
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    found, left = [], limits["characters"]
    pages = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    for page in pages[: limits["sheets"]]:
        sheet = book.get_sheet_by_name(page.name)
        last_row, last_column = sheet.end or (0, 0)
        if last_row >= limits["height"] or last_column >= limits["width"]:
            raise TooMuch
        values = sheet.to_python(skip_empty_area=False)
        rows = [[text(value)[: limits["cell"]] for value in row] for row in values]
        left -= sum(len(cell) for row in rows for cell in row)
        if left < 0:
            raise TooMuch
        found.append({"name": page.name, "rows": rows})
    return found


def text(value: object) -> str:
    """Return a cell as a person would have typed it."""
    if isinstance(value, bool):
        return "Sí" if value else "No"
    if isinstance(value, float) and value.is_integer() and abs(value) < WHOLE:
        return str(int(value))
    return str(value)


class Page(HTMLParser):
    """Gathers the rows of every table; what stands in a table within one is its own."""

    def __init__(self, limits: dict[str, Any]) -> None:
        super().__init__()
        self.limits = limits
        self.found: list[list[list[str]]] = []
        self.open: list[list[list[str]]] = []  # tables, the innermost last
        self.cells: list[list[str] | None] = []  # of each of them, the one being read
        self.height = self.characters = self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.open.append([])
            self.cells.append(None)
            self.found.append(self.open[-1])
            if len(self.found) > self.limits["height"]:
                raise TooMuch
        elif tag in {"script", "style"}:
            self.hidden += 1
        elif self.open and tag == "tr":
            self.end_cell()
            self.open[-1].append([])
            self.height += 1
            if self.height > self.limits["height"]:
                raise TooMuch
        elif self.open and tag in {"td", "th"}:
            self.end_cell()
            self.cells[-1] = []
        elif tag == "br":
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style"}:
            self.hidden = max(0, self.hidden - 1)
        elif self.open and tag in {"td", "th", "tr", "table"}:
            self.end_cell()
            if tag == "table":
                self.open.pop()
                self.cells.pop()

    def handle_data(self, data: str) -> None:
        if not self.hidden and self.cells and (cell := self.cells[-1]) is not None:
            cell.append(data)

    def end_cell(self) -> None:
        """Put what was read into the row; a cell outside a row begins one."""
        cell, self.cells[-1] = self.cells[-1], None
        if cell is None:
            return
        rows = self.open[-1]
        if not rows:
            rows.append([])
        if len(rows[-1]) == self.limits["width"]:
            raise TooMuch
        text = " ".join("".join(cell).split())[: self.limits["cell"]]
        self.characters += len(text)
        if self.characters > self.limits["characters"]:
            raise TooMuch
        rows[-1].append(text)


def tables(data: bytes, limits: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the tables of a web page with their rows of text."""
    page = Page(limits)
    page.feed(data.decode())
    page.close()
    while page.open:  # cut short
        page.handle_endtag("table")
    return [{"name": "", "rows": rows} for rows in page.found if rows]


READERS = {"spreadsheet": sheets, "web_page": tables}


def main() -> None:
    limits = json.loads(sys.argv[1])
    bound(limits)
    data = sys.stdin.buffer.read()
    answer: dict[str, Any]
    try:
        answer = {"sheets": READERS[limits["kind"]](data, limits)}
    except PasswordError:
        answer = {"error": "encrypted"}
    except (TooMuch, MemoryError):
        answer = {"error": "too_much"}
    except BaseException:  # noqa: BLE001 - a fault in Rust comes as one of these
        answer = {"error": "broken"}
    sys.stdout.buffer.write(json.dumps(answer).encode())


if __name__ == "__main__":
    main()
