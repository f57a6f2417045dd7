"""Secrets at rest: encrypted with the first of ENCRYPTION_KEYS, read with any.

A ciphertext that no key opens is an error, never a value (docs/adr/0003).
"""

import base64
import os
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models
from django.db.models.query_utils import DeferredAttribute

_NONCE: Final = 12  # bytes


class UnreadableSecret(Exception):
    """No key of ENCRYPTION_KEYS opens this ciphertext."""


@lru_cache(maxsize=8)
def _ring(secrets: tuple[str, ...]) -> MultiFernet:
    keys = [_derive(secret, info=b"otec-portal at rest") for secret in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])


@lru_cache(maxsize=8)
def _seals(secrets: tuple[str, ...]) -> list[AESGCM]:
    info = b"otec-portal files at rest"
    return [AESGCM(_derive(secret, info=info)) for secret in secrets]


def _derive(secret: str, *, info: bytes) -> bytes:
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=info)
    return kdf.derive(secret.encode())


def _keys() -> tuple[str, ...]:
    """The keys in force. Raises UnreadableSecret without any."""
    if not (keys := tuple(settings.ENCRYPTION_KEYS)):
        raise UnreadableSecret("ENCRYPTION_KEYS holds no key")
    return keys


def _current() -> MultiFernet:
    return _ring(_keys())


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
    """Return `data` sealed by AES-GCM: files are many megabytes, Fernet is for text."""
    nonce = os.urandom(_NONCE)
    return nonce + _seals(_keys())[0].encrypt(nonce, data, None)


def open_bytes(sealed: bytes) -> bytes:
    """Return what was sealed. Raises UnreadableSecret."""
    if (data := _unsealed(sealed, _seals(_keys()))) is None:
        raise UnreadableSecret("no key of ENCRYPTION_KEYS opens this file")
    return data


def is_sealed_by_first_key(sealed: bytes) -> bool:
    """Whether the key that seals today sealed this."""
    return _unsealed(sealed, _seals(_keys())[:1]) is not None


def _unsealed(sealed: bytes, seals: list[AESGCM]) -> bytes | None:
    nonce, data = sealed[:_NONCE], sealed[_NONCE:]
    if len(nonce) == _NONCE:
        for seal in seals:
            with suppress(InvalidTag):
                return seal.decrypt(nonce, data, None)
    return None


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
