"""Secrets at rest: encrypted with the first of ENCRYPTION_KEYS, read with any.

A ciphertext that no key opens is an error, never a value (docs/adr/0003).
"""

import base64
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models
from django.db.models.query_utils import DeferredAttribute


class UnreadableSecret(Exception):
    """No key of ENCRYPTION_KEYS opens this ciphertext."""


@lru_cache(maxsize=8)
def _ring(secrets: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_derive(secret)) for secret in secrets])


def _derive(secret: str) -> bytes:
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"otec-portal at rest")
    return base64.urlsafe_b64encode(kdf.derive(secret.encode()))


def _current() -> MultiFernet:
    """The keys in force. Raises UnreadableSecret without any."""
    if not (keys := tuple(settings.ENCRYPTION_KEYS)):
        raise UnreadableSecret("ENCRYPTION_KEYS holds no key")
    return _ring(keys)


def encrypt(text: str) -> str:
    """Return the ciphertext of `text`, ASCII."""
    return _current().encrypt(text.encode()).decode()


def decrypt(ciphertext: str) -> str:
    """Return the text of `ciphertext`. Raises UnreadableSecret."""
    try:
        return _current().decrypt(ciphertext.encode()).decode()
    except InvalidToken:
        raise UnreadableSecret("no key of ENCRYPTION_KEYS opens this value") from None


def seal_bytes(data: bytes) -> bytes:
    """Return `data` sealed, bytes as short as they come."""
    return base64.urlsafe_b64decode(_current().encrypt(data))


def open_bytes(sealed: bytes) -> bytes:
    """Return what was sealed. Raises UnreadableSecret."""
    try:
        return _current().decrypt(base64.urlsafe_b64encode(sealed))
    except InvalidToken:
        raise UnreadableSecret("no key of ENCRYPTION_KEYS opens this file") from None


@dataclass(frozen=True)
class Ciphertext:
    """What stands in the column, until somebody asks for the text."""

    value: str = field(repr=False)


class _DecryptedOnUse(DeferredAttribute):
    """Opens the secret when it is asked for, not when its row is read."""

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if isinstance(value, Ciphertext):
            value = instance.__dict__[self.field.attname] = decrypt(value.value)
        return value

    def __set__(self, instance: Any, value: object) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.TextField[str, str]):
    """Text that is ciphertext in the database and can't be searched there.

    One value that no key opens must not take away the lists in which its row stands:
    UnreadableSecret is raised where the text is used.
    """

    descriptor_class = _DecryptedOnUse

    def from_db_value(self, value: str | None, *_: object) -> Ciphertext | str | None:
        return Ciphertext(value) if value else value

    def get_prep_value(self, value: object) -> object:
        if isinstance(value, Ciphertext):
            value = decrypt(value.value)
        return encrypt(str(value)) if value else value

    def get_db_prep_value(
        self, value: object, connection: object, prepared: bool = False
    ) -> object:
        return value if prepared else self.get_prep_value(value)
