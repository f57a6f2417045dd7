"""Secrets at rest: encrypted with the first of ENCRYPTION_KEYS, read with any.

A ciphertext that no key opens is an error, never a value (docs/adr/0003).
"""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models


class UnreadableSecret(Exception):
    """No key of ENCRYPTION_KEYS opens this ciphertext."""


@lru_cache(maxsize=8)
def _ring(secrets: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_derive(secret)) for secret in secrets])


def _derive(secret: str) -> bytes:
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"otec-portal at rest")
    return base64.urlsafe_b64encode(kdf.derive(secret.encode()))


def _current() -> MultiFernet:
    return _ring(tuple(settings.ENCRYPTION_KEYS))


def encrypt(text: str) -> str:
    """Return the ciphertext of `text`, ASCII."""
    return _current().encrypt(text.encode()).decode()


def decrypt(ciphertext: str) -> str:
    """Return the text of `ciphertext`. Raises UnreadableSecret."""
    try:
        return _current().decrypt(ciphertext.encode()).decode()
    except InvalidToken:
        raise UnreadableSecret("no key of ENCRYPTION_KEYS opens this value") from None


class EncryptedTextField(models.TextField[str, str]):
    """Text that is ciphertext in the database and can't be searched there."""

    def from_db_value(self, value: str | None, *_: object) -> str | None:
        return decrypt(value) if value else value

    def get_prep_value(self, value: object) -> object:
        return encrypt(str(value)) if value else value

    def get_db_prep_value(
        self, value: object, connection: object, prepared: bool = False
    ) -> object:
        return value if prepared else self.get_prep_value(value)
