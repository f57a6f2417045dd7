"""The words of an uploaded PDF, so far as it has any: a scan has none.

They are read in a process of its own (text_child.py), with bounds on its memory, its
time, and on how much of the document is read.
"""

from pathlib import Path
from typing import Final

from otec_portal.core.uploads import Document, FileKind, ask_child

PAGES: Final = 5  # the first ones say what a document is
LETTERS: Final = 20_000
_CHILD: Final = Path(__file__).with_name("text_child.py")


def text_of(document: Document) -> str:
    """Return what the first pages of `document` say; "" where nothing can be read."""
    if document.kind != FileKind.PDF:
        return ""
    limits = {"pages": PAGES, "letters": LETTERS}
    answer = ask_child(_CHILD, document.content, limits) or {}
    # PostgreSQL keeps no NUL, and no half of a pair of surrogates
    text = str(answer.get("text", "")).replace("\0", "")
    return text.encode(errors="ignore").decode()
