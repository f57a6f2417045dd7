"""Text as it is searched: without accents, case or doubled spaces.

A FoldedField keeps that form beside the words themselves, for the database to find.
"""

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from typing import Any, TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)


def fold(text: str) -> str:
    """Return `text` so that what people take for the same word is the same.

    >>> fold("  Ñuñoa  PÉREZ ")
    'nunoa perez'
    """
    if text.isascii():
        return " ".join(text.lower().split())
    decomposed = text
    for _ in range(2):  # decomposing may bring forth a capital: ℡ is TEL
        decomposed = unicodedata.normalize("NFKD", decomposed.casefold())
    letters = "".join(one for one in decomposed if not unicodedata.combining(one))
    return " ".join(letters.split())


class FoldedField(models.TextField[str, str]):
    """The `sources` of its row, folded; every save and bulk_create writes it anew.

    Its model is Folding, its queryset a FoldingQuerySet: they see to the other ways
    by which sources change.
    """

    def __init__(self, *args: Any, sources: Sequence[str] = (), **kwargs: Any) -> None:
        self.sources = tuple(sources)
        kwargs |= {"editable": False, "blank": True, "default": ""}
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("editable", "blank", "default"):
            kwargs.pop(fixed, None)
        return name, path, args, {**kwargs, "sources": self.sources}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        words = fold(" ".join(getattr(model_instance, one) for one in self.sources))
        setattr(model_instance, self.attname, words)
        return words


def folded_fields(model: type[models.Model]) -> list[FoldedField]:
    """Return the columns of `model` that hold folded text."""
    return [one for one in model._meta.concrete_fields if isinstance(one, FoldedField)]


class Folding(models.Model):
    """A row with folded columns: saving a source saves them too."""

    class Meta:
        abstract = True

    def save(
        self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any
    ) -> None:
        if update_fields is not None:
            update_fields = _with_folded(type(self), set(update_fields))
        super().save(*args, update_fields=update_fields, **kwargs)

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        for folded in folded_fields(type(self)):
            folded.pre_save(self, add=False)
        super().clean_fields(exclude)


class FoldingQuerySet(models.QuerySet[Row]):
    """Rows whose folded columns can't be left behind."""

    def update(self, **changes: Any) -> int:
        """As Django's, with the folded columns of what changes.

        Raises TypeError where a folded column has another source, whose words only the
        rows know, or where what a source changes to is not text.
        """
        for folded in folded_fields(self.model):
            if set(folded.sources).isdisjoint(changes) or folded.name in changes:
                continue
            words = [changes.get(source) for source in folded.sources]
            if not all(isinstance(one, str) for one in words):
                raise TypeError(f"{folded.name} would be left behind")
            changes[folded.name] = fold(" ".join(map(str, words)))
        return super().update(**changes)

    def bulk_update(
        self, objs: Iterable[Row], fields: Iterable[str], batch_size: int | None = None
    ) -> int:
        """As Django's, with the folded columns of what changes."""
        rows, names = list(objs), _with_folded(self.model, set(fields))
        for folded in folded_fields(self.model):
            for row in rows:
                folded.pre_save(row, add=False)
        return super().bulk_update(rows, names, batch_size)


def _with_folded(model: type[models.Model], names: Collection[str]) -> set[str]:
    return {
        *names,
        *(
            folded.name
            for folded in folded_fields(model)
            if not set(folded.sources).isdisjoint(names)
        ),
    }
