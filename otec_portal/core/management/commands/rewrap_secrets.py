"""After a key was added in front of ENCRYPTION_KEYS: write all secrets with it."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Model

from otec_portal.core.encryption import EncryptedTextField, UnreadableSecret
from otec_portal.core.resealing import reseal_all
from otec_portal.core.sign_in import second_factor


class Command(BaseCommand):
    help = (
        "Encrypt every stored secret and private file again, with the first of "
        "ENCRYPTION_KEYS."
    )

    def handle(self, **options: object) -> None:
        """Write all that can be read; what no key opens stays as it is, and is told."""
        lost: list[str] = []
        for model, names in _models_with_secrets():
            written, unread = _rewrap(model, names)
            self.stdout.write(f"{model._meta.label}: {written} rows")
            lost += [f"{model._meta.label} {pk}" for pk in unread]
        written, unread = second_factor.rewrap()
        self.stdout.write(f"mfa.Authenticator: {written} rows")
        lost += [f"mfa.Authenticator {pk}" for pk in unread]
        files = reseal_all()
        self.stdout.write(f"private files: {files.written} sealed anew")
        lost += files.lost
        if lost:
            raise CommandError(
                "These could not be opened, or not written; keep the old keys in "
                f"ENCRYPTION_KEYS until they are mended or gone: {', '.join(lost)}"
            )


def _models_with_secrets() -> Iterator[tuple[type[Model], list[str]]]:
    for model in apps.get_models():
        names = [
            field.attname
            for field in model._meta.concrete_fields
            if isinstance(field, EncryptedTextField)
        ]
        if names:
            yield model, names


def _rewrap(model: type[Model], names: list[str]) -> tuple[int, list[Any]]:
    """Return how many rows of `model` were written, and the keys of the unreadable."""
    written, unread = 0, []
    rows = model._base_manager.only("pk", *names).order_by("pk")
    for row in rows.iterator():
        try:
            _ = [getattr(row, name) for name in names]  # opened, or nothing
        except UnreadableSecret:
            unread.append(row.pk)
        else:
            row.save(update_fields=names)
            written += 1
    return written, unread
