"""RUT and RUN as SENCE checks them: `xxxxxxxx-x`, modulo 11 (seeds/003, 3.2).

Written again here on purpose: the simulator must not agree with the portal by
sharing its code.
"""

import re
from itertools import cycle
from typing import Final

FORMAT: Final = re.compile(r"[0-9]{7,8}-[0-9kK]")
_WEIGHTS: Final = (2, 3, 4, 5, 6, 7)


def check_digit(number: str) -> str:
    """Return the check digit, `0` to `9` or `k`, of the digits in `number`."""
    total = sum(
        int(digit) * weight
        for digit, weight in zip(reversed(number), cycle(_WEIGHTS), strict=False)
    )
    rest = 11 - total % 11
    return {10: "k", 11: "0"}.get(rest, str(rest))


def is_valid(text: str) -> bool:
    """Say whether `text` is a RUT exactly as the manual wants it on the wire."""
    if not FORMAT.fullmatch(text):
        return False
    number, _, digit = text.partition("-")
    return digit.lower() == check_digit(number)


def simplify(text: str) -> str:
    """Return what a person typed as a RUT in the wire's form, right or wrong.

    >>> simplify(" 12.345.678-K ")
    '12345678-k'
    """
    compact = re.sub(r"[\s.\-]", "", text).lower()
    return f"{compact[:-1]}-{compact[-1:]}"
