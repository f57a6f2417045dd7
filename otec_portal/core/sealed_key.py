"""The field of a model that names a sealed file, by which such fields are found."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models


class SealedKeyField(models.CharField[str, str]):
    """The key of a file of core/sealed.py; "" while there is none.

    For the database, and so for migrations, a CharField.
    """

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


def fields_with_keys() -> Iterator[tuple[type[models.Model], str]]:
    """Yield each field of the portal that names sealed files, with its model."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, SealedKeyField):
                yield model, field.attname


def rows_with(key: str) -> Iterator[tuple["models.QuerySet[models.Model]", str]]:
    """Yield the rows that name the file `key`, by model, with the field they do it in.

    One file may be named by several: what is in a packet also goes with a mail.
    """
    for model, name in fields_with_keys():
        yield model._base_manager.filter(**{name: key}), name
