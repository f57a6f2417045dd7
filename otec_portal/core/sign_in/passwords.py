"""Passwords that people in Chile choose first; Django's own list is an English one."""

import re
from pathlib import Path
from typing import Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError

from otec_portal.core.folding import fold

_FILE: Final = Path(__file__).with_name("common_words.txt")
_WORDS: Final = frozenset(_FILE.read_text(encoding="utf-8").split())
_LONGEST: Final = max(map(len, _WORDS))
_LETTERS: Final = re.compile("[a-z]+")
FEW: Final = 3  # so many different common words are guessed; more make a sentence
HINT: Final = "Con palabras tan usadas se adivina, aunque lleve números. Elige otra."


def is_common(password: str) -> bool:
    """Say whether `password` is nothing but a FEW common words, digits and signs.

    >>> is_common("Contraseña123"), is_common("2026-santiago"), is_common("ave-trigo")
    (True, True, False)
    """
    seen: set[str] = set()
    for run in _LETTERS.findall(fold(password)):
        words = _split(run)
        if words is None:
            return False
        seen |= words
    return 0 < len(seen) <= FEW


def _split(run: str) -> frozenset[str] | None:
    """Return the common words of which `run` is made up, None if of others too."""
    made_of: list[frozenset[str] | None] = [frozenset()]
    for end in range(1, len(run) + 1):
        ways = [
            made_of[start] | {run[start:end]}  # type: ignore[operator]
            for start in range(max(0, end - _LONGEST), end)
            if made_of[start] is not None and run[start:end] in _WORDS
        ]
        made_of.append(min(ways, key=len, default=None))
    return made_of[-1]


class CommonInSpanishValidator:
    """Refuses what is_common."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raise ValidationError, in Spanish."""
        if is_common(password):
            raise ValidationError(HINT, code="password_too_common")

    def get_help_text(self) -> str:
        return "No sirven palabras muy usadas, aunque lleven números."
