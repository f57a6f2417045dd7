"""Text as it is searched: without accents, case or doubled spaces."""

import unicodedata
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, Func
from django.db.models.sql.compiler import SQLCompiler

_ACCENTED = "áàâäãéèêëíìîïóòôöõúùûüñç"
_ACCENTED += _ACCENTED.upper()


def fold(text: str) -> str:
    """Return `text` so that what people take for the same word is the same.

    >>> fold("  Ñuñoa  PÉREZ ")
    'nunoa perez'
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(one for one in decomposed if not unicodedata.combining(one))
    return " ".join(letters.split())


class Folded(Func):
    """A column without accents or case, for tables small enough to be read through.

    It knows the letters of Spanish and its neighbours; `fold` knows them all.
    """

    arity = 1
    function = "LOWER"
    output_field = CharField()

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **more: Any
    ) -> Any:
        template = f"TRANSLATE(LOWER(%(expressions)s), '{_ACCENTED}', '{_PLAIN}')"
        return self.as_sql(compiler, connection, template=template, **more)

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **more: Any
    ) -> Any:
        connection.ensure_connection()
        connection.connection.create_function("fold", 1, fold, deterministic=True)
        return self.as_sql(compiler, connection, function="FOLD", **more)


_PLAIN = "".join(fold(letter) for letter in _ACCENTED)
