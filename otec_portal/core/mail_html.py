"""The HTML of a mail, made from its text: written once, the same in both parts.

The text's own form is what it is made from: an empty line ends a paragraph, lines
«1. …» are a list, an address alone in its paragraph is what the mail is about. A line
with «---» below it is a heading; «- …» with what is indented below it is one of a list,
which leads to the address of its last line; «Ver …: address» are words to follow.
"""

import re
from dataclasses import dataclass
from typing import Final

from django.template.loader import render_to_string

_ADDRESS: Final = re.compile(r"https?://[^\s<>\"«»]+[^\s<>\"«».,:;!?)]")
_WORDS: Final = re.compile(rf"([^:]{{1,80}}): ({_ADDRESS.pattern})")
_RULE: Final = re.compile(r"-{3,}")
_NUMBERED: Final = re.compile(r"\d+\. +")


@dataclass(frozen=True)
class Part:
    """A piece of a line: words, and where they lead, "" where nowhere."""

    text: str
    address: str = ""


@dataclass(frozen=True)
class Block:
    """A paragraph of lines, a list, a heading, or one address by itself.

    `items` are those of a list, each of its lines; of the others there is one.
    """

    kind: str  # "paragraph", "numbered", "bullets", "heading" or "address"
    items: list[list[list[Part]]]


def html_of(text: str, *, subject: str) -> str:
    """Return the HTML of a mail whose text is `text`; all of it is escaped."""
    paragraphs = re.split(r"\n\s*\n", text.strip())
    blocks: list[Block] = []
    for found in map(_block, paragraphs):
        last = blocks[-1] if blocks else None
        if last and last.kind == found.kind == "bullets":
            last.items.extend(found.items)
        elif found.items:
            blocks.append(found)
    return render_to_string(
        "emails/layout.html", {"subject": subject, "blocks": blocks}
    )


def _block(paragraph: str) -> Block:
    lines = [line.strip() for line in paragraph.strip().splitlines()]
    if not lines:
        return Block("paragraph", [])
    first, *rest = lines
    if len(rest) == 1 and _RULE.fullmatch(rest[0]):
        return Block("heading", [[[Part(first)]]])
    if all(_NUMBERED.match(line) for line in lines):
        bare = [_NUMBERED.sub("", line, count=1) for line in lines]
        return Block("numbered", [[_parts(line)] for line in bare])
    if first.startswith("- "):
        return Block("bullets", [_item(lines)])
    if not rest and _ADDRESS.fullmatch(first):
        return Block("address", [[_parts(first)]])
    return Block("paragraph", [[_parts(line) for line in lines]])


def _item(lines: list[str]) -> list[list[Part]]:
    """Return the lines of one of a list; the first leads to the address of the last."""
    first, *rest = [lines[0].removeprefix("- "), *lines[1:]]
    if rest and _ADDRESS.fullmatch(rest[-1]):
        return [[Part(first, rest[-1])], *[_parts(line) for line in rest[:-1]]]
    return [_parts(line) for line in [first, *rest]]


def _parts(line: str) -> list[Part]:
    if whole := _WORDS.fullmatch(line):
        return [Part(whole[1], whole[2])]
    found, end = [], 0
    for one in _ADDRESS.finditer(line):
        found += [Part(line[end : one.start()]), Part(one.group(), one.group())]
        end = one.end()
    return [part for part in [*found, Part(line[end:])] if part.text]
