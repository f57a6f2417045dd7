"""What whoever holds a certificate may learn, and by which code. No query.

Source: domain.md, "Certificate of attendance" (states) and "Annulment".
"""

import re
import secrets
from enum import StrEnum
from typing import Final

from certificates.models import IN_FORCE, CertificateState

# without letters and digits that are mistaken for each other on paper
ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH: Final = 12  # characters: 60 bits, which nobody guesses
GROUP: Final = 4  # characters are written together
# what people type for the only characters of the alphabet that look so
LOOK_ALIKES: Final = str.maketrans("O0I1", "QQLL")

_ADDRESS: Final = re.compile(r"/v/([^/?#]*)", re.IGNORECASE)


class Standing(StrEnum):
    """What a certificate is worth today."""

    IN_FORCE = "in_force"
    ANNULLED = "annulled"  # and nothing has taken its place yet
    REPLACED = "replaced"  # annulled, and another one stands in its place


def standing_of(state: CertificateState, *, replaced: bool) -> Standing:
    """Return what a certificate is worth whose action's certification is in `state`.

    `replaced`: another one was emitted for the same action. Until then it stays in
    force while its annulment is asked for, and for good once that was refused.
    """
    if replaced:
        return Standing.REPLACED
    return Standing.IN_FORCE if state in IN_FORCE else Standing.ANNULLED


def new_code() -> str:
    """Return a code for one more certificate."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def code_of(typed: str) -> str:
    """Return the code that somebody meant who copied it from paper.

    Or copied its address from there: the code is what follows /v/. Small letters,
    spaces and hyphens don't matter; O and 0, I and 1, which no code has, are taken for
    what they were mistaken for.
    """
    address = _ADDRESS.search(typed)
    meant = address[1] if address else typed
    kept = [one for one in meant.upper() if one.isascii() and one.isalnum()]
    return "".join(kept).translate(LOOK_ALIKES)


def grouped(code: str) -> str:
    """Return `code` as it is written for people: ABCD-EFGH-JKLM."""
    starts = range(0, len(code), GROUP)
    return "-".join(code[start : start + GROUP] for start in starts)
