"""How a packet leaves: attached or by link. Pure: no clock, no query.

Source: seed 000; domain.md, "Liquidation"; F12.
"""

from collections.abc import Iterable
from typing import Final

from liquidation.models import Way

_LINE: Final = 57  # bytes that one line of base64 holds
_ENCODED: Final = 78  # and what it takes in the mail: 76 signs, CR and LF
_WORDS_GROW: Final = 3  # as quoted-printable, where every sign is escaped
_HEADINGS: Final = 8 * 1024  # of the mail and of each of its parts, generously


def message_size(words: str, sizes: Iterable[int]) -> int:
    """Return how many bytes a mail has at most that says `words` twice (its HTML).

    `sizes` are the bytes of its files: base64 makes 1.37 times as much of them.

    >>> message_size("", [57_000]) - message_size("", [])
    78000
    """
    encoded = sum(-(-size // _LINE) * _ENCODED for size in sizes)
    # the HTML says the same with its tags and styles about it
    return _HEADINGS + encoded + _WORDS_GROW * (3 * len(words.encode()))


def way_for(words: str, sizes: Iterable[int], *, limit: int) -> Way:
    """Return how the portal sends it: whole, or by link above `limit` bytes (F12)."""
    return Way.ATTACHED if message_size(words, sizes) <= limit else Way.LINK
