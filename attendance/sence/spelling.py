"""A secret, however it is spelled: as it is, percent-encoded, or encoded again."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

BLANKED: Final = "(borrado)"  # in what is kept
HIDDEN: Final = "(no se muestra)"  # in what is shown
# what parts codes or is dropped from them; bounded, so that no body tires the search
_BETWEEN: Final = rb"(?:[;,+\x00-\x20\x7f]|%(?:25)?(?:3[Bb]|2[BbCc0]|0.|1.|7[Ff])){0,3}"


def spelled(secret: str, *, any_case: bool = False) -> re.Pattern[bytes]:
    """Return what finds `secret`, which is not empty, in a body.

    Also cut into pieces, by what separates codes or is not printed. With `any_case` its
    letters may be of either case, as those of a GUID.
    """
    characters = [_character(one, any_case) for one in secret.encode()]
    return re.compile(_BETWEEN.join(characters))


@lru_cache(maxsize=512)  # none of it tells a secret
def _character(char: int, any_case: bool, depth: int = 2) -> bytes:
    """Return what one byte may be: itself, or %XX, itself encoded `depth` - 1 times.

    At most nine bytes, as %25%32%44 for a hyphen.
    """
    one = bytes([char])
    each = sorted({one, one.lower(), one.upper()} if any_case else {one})
    forms = [re.escape(form) for form in each]
    if depth:
        forms += [
            b"".join(_character(part, True, depth - 1) for part in b"%%%02x" % form[0])
            for form in each
        ]
    return b"(?:%b)" % b"|".join(forms)


def without(body: bytes, secrets: Iterable[str], *, by: str = BLANKED) -> bytes:
    """Return `body` with each of the tokens `secrets`, in either case, put `by`."""
    for secret in {*secrets} - {""}:
        body = spelled(secret, any_case=True).sub(by.encode(), body)
    return body


def hidden(text: str, secret: str, *, by: str) -> str:
    """Return `text` with `secret` put `by`."""
    return spelled(secret).sub(by.encode(), text.encode()).decode() if secret else text


def tells_of(text: str, secrets: Iterable[str], *, piece: int) -> bool:
    """Say whether `text` holds BLANKED, or `piece` characters in a row of a secret.

    In either case, as those of a GUID; of a shorter secret all of them.
    """
    if BLANKED in text:
        return True
    folded = text.lower()
    return any(
        secret[at : at + piece] in folded
        for secret in (one.lower() for one in {*secrets} - {""})
        for at in range(max(1, len(secret) - piece + 1))
    )
