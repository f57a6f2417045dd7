"""Reads one spreadsheet in a process of its own, which unpacking.py starts and bounds.

Takes the file on standard input and the limits as its argument; writes JSON. It imports
nothing of ours: what goes wrong here, be it a crash, goes wrong for this file alone.
"""

import json
import resource
import sys
from io import BytesIO
from typing import Any

from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum

WHOLE = 1e15  # from here on a float no longer tells whole numbers apart


class TooMuch(Exception):
    """More rows, columns or text than is let through."""


def bound(limits: dict[str, int]) -> None:
    """Let the kernel end this process where it takes more than its share."""
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["seconds"], limits["seconds"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def sheets(data: bytes, limits: dict[str, int]) -> list[dict[str, Any]]:
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


def main() -> None:
    limits = json.loads(sys.argv[1])
    bound(limits)
    data = sys.stdin.buffer.read()
    answer: dict[str, Any]
    try:
        answer = {"sheets": sheets(data, limits)}
    except PasswordError:
        answer = {"error": "encrypted"}
    except (TooMuch, MemoryError):
        answer = {"error": "too_much"}
    except BaseException:  # noqa: BLE001 - a fault in Rust comes as one of these
        answer = {"error": "broken"}
    sys.stdout.buffer.write(json.dumps(answer).encode())


if __name__ == "__main__":
    main()
