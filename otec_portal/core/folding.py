"""Text as it is searched: without accents, case or doubled spaces."""

import unicodedata


def fold(text: str) -> str:
    """Return `text` so that what people take for the same word is the same.

    >>> fold("  Ñuñoa  PÉREZ ")
    'nunoa perez'
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(one for one in decomposed if not unicodedata.combining(one))
    return " ".join(letters.split())
