"""A RUN as it is typed to find somebody: whole, or its first digits."""

import re
from typing import Final

from django.db.models import Q

from otec_portal.core import rut

_RUN_LIKE: Final = re.compile(r"-*[0-9][0-9-]*k?")  # between figures: core/rut.py
_BODY_DIGITS: Final = 8  # of a RUN, before its check digit


class NotARun(ValueError):
    """A RUN was typed, and its check digit is wrong."""


def run_digits(typed: str) -> str | None:
    """Return the figures of `typed`, with a k, in one; None where it is no RUN."""
    bare = rut.bare(typed).lower()
    return bare.replace("-", "") if _RUN_LIKE.fullmatch(bare) else None


def run_condition(typed: str, path: str = "") -> Q | None:
    """Return which participants have the RUN `typed`, whole or its first digits.

    `path` leads to them from the rows that are asked. None where it is no RUN but a
    name. With hyphen, k or nine digits it is whole, and raises NotARun where its check
    digit is wrong.
    """
    digits = run_digits(typed)
    if digits is None:
        return None
    whole = "-" in rut.bare(typed) or "k" in digits or len(digits) > _BODY_DIGITS
    begins = Q(**{f"{path}run__startswith": digits})
    if rut.is_valid(typed):
        exactly = Q(**{f"{path}run": rut.normalise(typed)})
        return exactly if whole else exactly | begins
    if whole:
        raise NotARun(typed)
    return begins
