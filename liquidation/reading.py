"""What a file's name and its text say of themselves: words, RUNs, numbers, codes.

Pure; what that means in a packet is said in matching.py.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import PurePath
from typing import Any, Final

from otec_portal.core.folding import fold
from otec_portal.core.rut import normalise

MOST: Final = 200  # RUNs, numbers and codes of each sort that are kept
TITLE: Final = 1500  # letters of a text in which it says what it is


class Claim(StrEnum):
    """What a document calls itself."""

    DECLARATION = "declaration"
    IDENTITY_CARD = "identity_card"
    STAMPED_INVOICE = "stamped_invoice"
    TRANSFER = "transfer"
    DEPOSIT = "deposit"
    PAYMENT = "payment"
    INVOICE = "invoice"


# where two begin at the same letter, the first one holds
_WORDS: Final = {
    Claim.DECLARATION: r"declaracion(?:es)? juradas?|ddjj|dj",
    Claim.IDENTITY_CARD: r"cedulas?(?: nacional)?(?: de identidad)?|carnets?|carnes?",
    Claim.STAMPED_INVOICE: r"factura (?:pagada|cancelada|timbrada)|timbre de pago",
    Claim.TRANSFER: r"(?:comprobante (?:de )?)?transferencias?(?: electronicas?)?",
    Claim.DEPOSIT: r"(?:comprobante (?:de )?)?depositos?",
    Claim.PAYMENT: r"comprobante (?:de )?pago",
    Claim.INVOICE: r"facturas?(?: electronicas?)?",
}
_RUN: Final = re.compile(r"(?<!\d)\d{1,2}(?:[.,]?\d{3}){2} ?[-–_]? ?[\dk](?![\da-z])")
_NUMBER: Final = re.compile(r"(?<![\d./–-])([1-9]\d{0,9}) ?[–-] ?(20\d\d)(?![\d-])")
_CODE: Final = re.compile(r"(?<![a-z0-9])[a-z0-9]+(?:[/-][a-z0-9]+)*(?![a-z0-9])")
_CODE_DIGITS: Final = 4


@dataclass(frozen=True)
class Said:
    """What one of them, the name or the text, says; `word` is by which it claims."""

    claim: str = ""
    word: str = ""
    runs: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """What a file says of itself, by its name and in its text."""

    name: Said = Said()
    text: Said = Said()

    def as_json(self) -> dict[str, Any]:
        """Return it as a JSONField keeps it."""
        return asdict(self)


def read(name: str, text: str) -> Found:
    """Return what the file called `name` with `text` says of itself."""
    plain = fold(PurePath(name).stem)
    inside = fold(text)
    return Found(
        _said(plain, title=re.sub(r"[_.–-]+", " ", plain)),
        _said(inside, title=inside[:TITLE]),
    )


def from_json(kept: Mapping[str, Any]) -> Found:
    """Return what `as_json` gave; what isn't there, says nothing."""
    return Found(*(_from_json(kept.get(one) or {}) for one in ("name", "text")))


def _from_json(kept: Mapping[str, Any]) -> Said:
    lists = {one: tuple(kept.get(one, ())) for one in ("runs", "numbers", "codes")}
    return Said(kept.get("claim", ""), kept.get("word", ""), **lists)


def _said(plain: str, *, title: str) -> Said:
    claim, word = _claim(title)
    numbers = (f"{folio}-{year}" for folio, year in _NUMBER.findall(plain))
    return Said(claim, word, _each(_runs(plain)), _each(numbers), _each(_codes(plain)))


def _claim(title: str) -> tuple[str, str]:
    """Return what stands first, as the heading of a document does."""
    hits = [
        (hit.start(), order, claim, hit.group())
        for order, (claim, words) in enumerate(_WORDS.items())
        if (hit := re.search(rf"(?<![a-z0-9])(?:{words})(?![a-z])", title))
    ]
    if not hits:
        return "", ""
    _, _, claim, word = min(hits)
    return claim.value, word


def _runs(plain: str) -> Iterable[str]:
    for hit in _RUN.findall(plain):
        try:
            yield normalise(hit)
        except ValueError:
            continue


def _codes(plain: str) -> Iterable[str]:
    """Yield what may be an action's code, with its hyphens and without."""
    for hit in _CODE.findall(plain):
        for one in (hit, *re.split("[/-]", hit)):
            if sum(letter.isdigit() for letter in one) >= _CODE_DIGITS:
                yield one


def _each(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))[:MOST]
