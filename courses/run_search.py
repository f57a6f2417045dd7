"""A RUN as it is typed to find somebody: whole, or its first digits."""

import re
from typing import Final

from django.db.models import Q

from otec_portal.core import rut

_RUN_LIKE: Final = re.compile(r"[\d.\s-]+[kK]?\s*")
_BODY_DIGITS: Final = 8  # of a RUN, before its check digit


class NotARun(ValueError):
    """A RUN was typed, and its check digit is wrong."""


def run_digits(typed: str) -> str | None:
    """Return the figures of `typed`, with a k, in one; None where it is no RUN."""
    if not _RUN_LIKE.fullmatch(typed) or not any(map(str.isdigit, typed)):
        return None
    return re.sub(r"[^\dk]", "", typed.lower())


def run_condition(typed: str, path: str = "") -> Q | None:
    """Return which participants have the RUN `typed`, whole or its first digits.

    `path` leads to them from the rows that are asked. None where it is no RUN but a
    name. With hyphen, k or nine digits it is whole, and raises NotARun where its check
    digit is wrong.
    """
    digits = run_digits(typed)
    if digits is None:
        return None
    whole = "-" in typed or "k" in digits or len(digits) > _BODY_DIGITS
    begins = Q(**{f"{path}run__startswith": digits})
    if rut.is_valid(typed):
        exactly = Q(**{f"{path}run": rut.normalise(typed)})
        return exactly if whole else exactly | begins
    if whole:
        raise NotARun(typed)
    return begins
