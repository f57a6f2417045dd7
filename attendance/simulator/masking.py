"""Keeps the token out of everything the simulator stores or shows.

A token passes through the participant's browser once, in the form; of it only the
last four characters may stay (protocol.md, "What is sent").
"""

from collections.abc import Mapping
from typing import Final

from attendance.sence.wire import CLOSE_FIELDS, Field

MASK: Final = "••••"
_SHORTEST_TO_SHOW: Final = 12
_SHORTEST_TO_SEARCH: Final = 8
_LONGEST_KEPT: Final = 2_000
_NAMES_KEPT: Final = 20


def mask(token: str) -> str:
    """Return `token` with all but its last four characters blanked out."""
    return MASK + token[-4:] if len(token) >= _SHORTEST_TO_SHOW else MASK


def keepable(form: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Return the manual's fields of `form` without the token, and unknown names.

    The token is blanked out wherever it stands, even inside another field. Of a
    field the manual doesn't know only the name is kept: a misspelt `token` too
    carries one.
    """
    token = form.get(Field.TOKEN, "")

    def clean(text: str) -> str:
        if len(token) >= _SHORTEST_TO_SEARCH:
            text = text.replace(token, mask(token))
        return text[:_LONGEST_KEPT]

    known = {name: clean(form[name]) for name in CLOSE_FIELDS if name in form}
    if Field.TOKEN in known:
        known[Field.TOKEN] = mask(token) if token.strip() else ""
    unknown = [clean(name) for name in form if name not in set(CLOSE_FIELDS)]
    return {str(name): value for name, value in known.items()}, unknown[:_NAMES_KEPT]
