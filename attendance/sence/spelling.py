"""A secret, however it is spelled: as it is, percent-encoded, or encoded again."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

BLANKED: Final = "(borrado)"  # in what is kept
HIDDEN: Final = "(no se muestra)"  # in what is shown


def spelled(secret: str, *, any_case: bool = False) -> re.Pattern[bytes]:
    """Return what finds `secret`, which is not empty, in a body.

    With `any_case` its letters may be of either case, as those of a GUID.
    """
    return re.compile(b"".join(_character(one, any_case) for one in secret.encode()))


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
