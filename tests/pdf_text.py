"""What a PDF of ours says: its text page by page, its tags."""

import re
from collections.abc import Iterator
from typing import Any

import pikepdf

_CODE_BYTES = 2
_PAIR = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>")


def pages_of(pdf: pikepdf.Pdf) -> list[str]:
    """Return the text of each page; a line for each stretch of text that was drawn."""
    letters = {}
    for name, font in pdf.pages[0].Resources.Font.items():
        pairs = _PAIR.findall(font.ToUnicode.read_bytes())
        letters[name] = {
            int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be")
            for code, text in pairs
        }
    return ["\n".join(_lines(page, letters)) for page in pdf.pages]


def _lines(page: Any, letters: dict[str, dict[int, str]]) -> Iterator[str]:
    font = ""
    for instruction in pikepdf.parse_content_stream(page):
        match str(instruction.operator), list(instruction.operands):
            case "Tf", [name, _]:
                font = str(name)
            case "TJ", [parts]:
                codes = [one for part in parts for one in _codes(part)]
                yield "".join(letters[font].get(one, "") for one in codes)


def right_edge(page: pikepdf.Page) -> float:
    """Return where the text of `page` ends at the right, in CSS pixels."""
    widths = {name: _widths(font) for name, font in page.Resources.Font.items()}
    edge = start = size = 0.0
    font = ""
    for instruction in pikepdf.parse_content_stream(page):
        match str(instruction.operator), list(instruction.operands):
            case "Tm", [*_, x, _]:
                start = float(x)
            case "Tf", [name, points]:
                font, size = str(name), float(points)
            case "TJ", [parts]:
                codes = [one for part in parts for one in _codes(part)]
                long = sum(widths[font].get(one, 0) for one in codes)
                edge = max(edge, start + long * size / 1000)
    return edge


def _codes(part: Any) -> list[int]:
    if not isinstance(part, pikepdf.String):
        return []
    shown = bytes(part)
    return [
        int.from_bytes(shown[at : at + _CODE_BYTES])
        for at in range(0, len(shown), _CODE_BYTES)
    ]


def _widths(font: Any) -> dict[int, float]:
    """Return the width of each letter's code, in thousandths of the type's size."""
    row = list(font.DescendantFonts[0].W)
    return {
        int(first) + step: float(width)
        for first, listed in zip(row[::2], row[1::2], strict=True)
        for step, width in enumerate(listed)
    }


def tags_of(pdf: pikepdf.Pdf) -> list[str]:
    """Return the kinds of all tags, in the order in which they are read."""
    return list(_tags(pdf.Root.StructTreeRoot.K))


def _tags(node: Any) -> Iterator[str]:
    if isinstance(node, pikepdf.Array):
        for one in node:
            yield from _tags(one)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        yield str(node.S).removeprefix("/")
        yield from _tags(node.get("/K"))
