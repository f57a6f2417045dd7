"""After a key was added in front of ENCRYPTION_KEYS: write every secret with it."""

from django.apps import apps
from django.core.management.base import BaseCommand

from otec_portal.core.encryption import EncryptedTextField
from otec_portal.core.sign_in import second_factor


class Command(BaseCommand):
    help = "Encrypt every stored secret again, with the first of ENCRYPTION_KEYS."

    def handle(self, **options: object) -> None:
        for model in apps.get_models():
            names = [
                field.attname
                for field in model._meta.concrete_fields
                if isinstance(field, EncryptedTextField)
            ]
            if names:
                rows = model._base_manager.only("pk", *names).order_by("pk")
                for row in rows.iterator():
                    _ = [getattr(row, name) for name in names]  # opened, or nothing
                    row.save(update_fields=names)
                self.stdout.write(f"{model._meta.label}: {rows.count()} rows")
        self.stdout.write(f"mfa.Authenticator: {second_factor.rewrap()} rows")
