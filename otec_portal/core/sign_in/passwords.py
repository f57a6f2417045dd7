"""Passwords that people in Chile choose first; Django's own list is an English one.

Common words, one's own data, and what fingers type by themselves.
"""

import re
from copy import copy
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.password_validation import UserAttributeSimilarityValidator
from django.core.exceptions import ValidationError

from otec_portal.core.folding import fold

_FILE: Final = Path(__file__).with_name("common_words.txt")
_WORDS: Final = frozenset(_FILE.read_text(encoding="utf-8").split())
_LETTERS: Final = re.compile("[a-z]+")
FEW: Final = 3  # so many different common words are guessed; more make a sentence
HINT: Final = "Con palabras tan usadas se adivina, aunque lleve números. Elige otra."
OWN: Final = "La contraseña se parece demasiado a tu nombre, tu RUT o tu correo."
TRIVIAL: Final = "Repite letras o sigue el orden del teclado: se adivina. Elige otra."
OWN_DATA: Final = ("rut", "full_name", "email")
SHORTEST: Final = 12
_OWN_WORD: Final = 3  # letters that a word of one's own has at least
_IN_ORDER: Final = (
    *("abcdefghijklmnopqrstuvwxyz", "01234567890"),
    *("qwertyuiop", "asdfghjkln", "zxcvbnm"),
    *("1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm"),  # down the keyboard
)
_FREE: Final = SHORTEST // 2  # characters that follow no order
_DIFFERENT: Final = 5


def is_common(password: str, *, own: frozenset[str] = frozenset()) -> bool:
    """Say whether `password` is nothing but a FEW common words, digits and signs.

    Words of one's `own` beside them add nothing.

    >>> is_common("Contraseña123"), is_common("2026-santiago"), is_common("ave-trigo")
    (True, True, False)
    """
    seen: set[str] = set()
    for run in _LETTERS.findall(fold(password)):
        words = _split(run, own)
        if words is None:
            return False
        seen |= words
    return bool(seen) and len(seen - own) <= FEW


def is_trivial(password: str) -> bool:
    """Say whether `password` repeats itself, or follows the alphabet or the keyboard.

    >>> is_trivial("qwertyuiop12"), is_trivial("ave-trigo-81")
    (True, False)
    """
    typed = fold(password)
    unit = (typed + typed).find(typed, 1)  # after which it begins again
    if len(set(typed)) < _DIFFERENT or unit < min(len(typed), SHORTEST):
        return True
    return len(typed) - _in_order(typed) < _FREE


def _in_order(typed: str) -> int:
    """Return how many characters of `typed` go on as those before them, by threes."""
    steps = [_step(*pair) for pair in pairwise(typed)]
    going = [False] * len(typed)
    for place, (one, other) in enumerate(pairwise(steps)):
        if one & other:
            going[place : place + 3] = [True] * 3
    return sum(going)


def _step(one: str, other: str) -> frozenset[str]:
    """Return by which orders `other` comes next after `one`: itself, or a row."""
    rows = (*_IN_ORDER, *(row[::-1] for row in _IN_ORDER))
    orders = {row for row in rows if one + other in row}
    return frozenset(orders | ({"same"} if one == other else set()))


def _own_words(user: AbstractBaseUser | None) -> frozenset[str]:
    """Return the words of the data of `user`, as they are compared."""
    data = " ".join(str(getattr(user, name, "")) for name in OWN_DATA)
    words = _LETTERS.findall(fold(data))
    return frozenset(word for word in words if len(word) >= _OWN_WORD)


def _folded(user: AbstractBaseUser) -> Any:
    """Return `user`, not to be saved, with their data as they are compared."""
    copied = copy(user)
    for name in OWN_DATA:
        setattr(copied, name, fold(str(getattr(user, name, ""))))
    return copied


def _split(run: str, own: frozenset[str]) -> frozenset[str] | None:
    """Return the common or `own` words that make up `run`, None if others do too."""
    known = _WORDS | own
    longest = max(map(len, known))
    made_of: list[frozenset[str] | None] = [frozenset()]
    for end in range(1, len(run) + 1):
        ways = [
            made_of[start] | {run[start:end]}  # type: ignore[operator]
            for start in range(max(0, end - longest), end)
            if made_of[start] is not None and run[start:end] in known
        ]
        made_of.append(min(ways, key=len, default=None))
    return made_of[-1]


class CommonInSpanishValidator:
    """Refuses what is_common."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raise ValidationError, in Spanish.

        That a short one is trivial is not its fault: another validator tells it.
        """
        if is_common(password):
            raise ValidationError(HINT, code="password_too_common")
        if len(password) >= SHORTEST and is_trivial(password):
            raise ValidationError(TRIVIAL, code="password_too_common")

    def get_help_text(self) -> str:
        return "No sirven palabras muy usadas, aunque lleven números."


class OwnDataValidator:
    """Refuses one's own name, RUT and e-mail, with or without accents and numbers."""

    def __init__(self) -> None:
        self.similarity = UserAttributeSimilarityValidator(user_attributes=OWN_DATA)

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raise ValidationError, in Spanish."""
        if user is None:
            return
        if is_common(password, own=_own_words(user)) and not is_common(password):
            raise ValidationError(OWN, code="password_too_similar")
        try:
            self.similarity.validate(fold(password), _folded(user))
        except ValidationError:
            raise ValidationError(OWN, code="password_too_similar") from None

    def get_help_text(self) -> str:
        return "Que no se parezca a tu nombre, tu RUT ni tu correo."
