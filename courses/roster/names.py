"""Names of people: taken apart where one column holds them, and compared."""

from typing import Final

from courses.models import NameOrder
from otec_portal.core.folding import fold

_PARTICLES: Final = {"de", "del", "la", "las", "los", "y", "san", "santa", "von", "van"}
_BOTH_SURNAMES_FROM: Final = 3  # words


def split(full: str, order: NameOrder) -> tuple[str, str]:
    """Return (first names, last names); one of them is "" where there is one word.

    A comma says where the last names end. Without one it is a guess: two last names
    from three words on, and particles go with the word that follows.

    >>> split("Pérez de la Fuente, Ana María", NameOrder.FIRST_NAMES_FIRST)
    ('Ana María', 'Pérez de la Fuente')
    >>> split("Ana María Pérez de la Fuente", NameOrder.FIRST_NAMES_FIRST)
    ('Ana María', 'Pérez de la Fuente')
    """
    if "," in full:
        last, _, first = full.partition(",")
        return first.strip(), last.strip()
    words = _words(full)
    surnames = 2 if len(words) >= _BOTH_SURNAMES_FROM else 1
    if order == NameOrder.LAST_NAMES_FIRST:
        return " ".join(words[surnames:]), " ".join(words[:surnames])
    return " ".join(words[:-surnames]), " ".join(words[-surnames:])


def _words(full: str) -> list[str]:
    """Return the words, each with the particles before it."""
    words: list[str] = []
    pending: list[str] = []
    for word in full.split():
        pending.append(word)
        if fold(word) not in _PARTICLES:
            words.append(" ".join(pending))
            pending = []
    if pending:
        words.append(" ".join(pending))
    return words


def same(said: str, *, known: str) -> bool:
    """Say whether `said` adds nothing to `known`.

    Capitals don't count, nor accents that `said` lacks: a list in capitals takes
    nobody's accents away, and one that has them brings them.

    >>> same("PEREZ", known="Pérez"), same("Pérez", known="Perez")
    (True, False)
    """
    if said == known:
        return True
    bare = " ".join(said.casefold().split())
    return bare in {known.casefold(), fold(known)} and fold(said) == fold(known)


def same_whole(full: str, *, first_names: str, last_names: str) -> bool:
    """Say whether a whole name adds nothing to a known one, in whichever order."""
    said = full.replace(",", " ")
    return same(said, known=f"{first_names} {last_names}") or same(
        said, known=f"{last_names} {first_names}"
    )
