"""The HTML of a mail, made from its text: written once, the same in both parts.

The text's own form is what it is made from: an empty line ends a paragraph, lines
«1. …» are a list, an address alone in its paragraph is what the mail is about.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.template.loader import render_to_string

_ADDRESS: Final = re.compile(r"https?://[^\s<>\"«»]+[^\s<>\"«».,:;!?)]")
_NUMBERED: Final = re.compile(r"\d+\. +")


@dataclass(frozen=True)
class Part:
    """A piece of a line: an address to follow, or words."""

    text: str
    is_address: bool


@dataclass(frozen=True)
class Block:
    """A paragraph of lines, a numbered list of them, or one address by itself."""

    kind: str  # "paragraph", "list" or "address"
    lines: list[list[Part]]


def html_of(text: str, *, subject: str) -> str:
    """Return the HTML of a mail whose text is `text`; all of it is escaped."""
    return render_to_string(
        "emails/layout.html", {"subject": subject, "blocks": list(_blocks(text))}
    )


def _blocks(text: str) -> Iterator[Block]:
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        lines = paragraph.strip().splitlines()
        if lines and all(_NUMBERED.match(line) for line in lines):
            bare = [_NUMBERED.sub("", line, count=1) for line in lines]
            yield Block("list", [_parts(line) for line in bare])
        elif len(lines) == 1 and _ADDRESS.fullmatch(lines[0].strip()):
            yield Block("address", [_parts(lines[0].strip())])
        elif lines:
            yield Block("paragraph", [_parts(line) for line in lines])


def _parts(line: str) -> list[Part]:
    found, end = [], 0
    for one in _ADDRESS.finditer(line):
        found += [Part(line[end : one.start()], False), Part(one.group(), True)]
        end = one.end()
    return [part for part in [*found, Part(line[end:], False)] if part.text]
