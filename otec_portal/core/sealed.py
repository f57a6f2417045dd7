"""Private files: sealed before they leave this process, in the storage `private`.

No address leads to them. A file is a row of sealed pieces, each of which says of which
file it is, its place and whether it is the last one: whatever is cut off, exchanged or
altered at rest is noticed when it is opened (docs/adr/0034).
"""

import io
import struct
import uuid
from collections.abc import Container, Iterator
from contextlib import suppress
from tempfile import TemporaryFile
from typing import IO, Any, Final, Protocol

from django.core.files import File
from django.core.files.storage import Storage, storages

from otec_portal.core.encryption import (
    UnreadableSecret,
    is_sealed_by_first_key,
    open_bytes,
    seal_bytes,
)
from otec_portal.core.errors import DomainError

PIECE: Final = 1024 * 1024  # bytes of the file in one sealed piece
_LONGEST: Final = PIECE + 1024  # what sealing adds is less
_LENGTH: Final = struct.Struct(">I")
_HEAD: Final = struct.Struct(">16sQ?")  # of which file, the how manyth, the last one


class NotKept(DomainError):
    """The file could not be written: nothing of it was kept."""

    code = "not_kept"


class DamagedFile(Exception):
    """What is stored is not what was sealed."""


def storage() -> Storage:
    """Return where private files lie: a disk, or what a setting names."""
    return storages["private"]


class Source(Protocol):
    """What is kept: read in pieces, from where it stands to its end."""

    def read(self, size: int, /) -> bytes: ...


def keep(source: Source, *, folder: str) -> str:
    """Seal what `source` still holds into a new file; return its key.

    Write the key to a row in the same deed: a file that no row names is swept away.
    Raises NotKept where there is no room, or no storage.
    """
    number = uuid.uuid4()
    key = f"{folder}/{number.hex}"
    try:
        with TemporaryFile() as sealed:
            for piece in _sealed(source, number):
                sealed.write(piece)
            sealed.seek(0)
            return storage().save(key, File(sealed, name=number.hex))
    except OSError:
        with suppress(OSError):
            storage().delete(key)
        raise NotKept(
            "No se guardó: el portal no pudo escribir el archivo. Inténtalo de nuevo "
            "en unos minutos; si se repite, avisa a quien administra el portal."
        ) from None


def opened(key: str) -> IO[bytes]:
    """Return the file `key` to read from its beginning on.

    Reading raises DamagedFile where it is not what was sealed, FileNotFoundError where
    it is gone.
    """
    return io.BufferedReader(_Opened(storage().open(key), key), buffer_size=PIECE)


def is_current(key: str) -> bool:
    """Whether the first of ENCRYPTION_KEYS sealed the file `key`, by its first piece.

    Raises DamagedFile, FileNotFoundError.
    """
    with storage().open(key) as file:
        return is_sealed_by_first_key(_next_piece(file, key))


def forget(key: str) -> None:
    """Delete the file `key`, if it is there."""
    storage().delete(key)


def forget_others(folder: str, *, but: Container[str] = ()) -> None:
    """Delete the files right in `folder`, whole or half written, `but` those keys."""
    try:
        _, names = storage().listdir(folder)
    except FileNotFoundError:
        return
    for key in (f"{folder}/{name}" for name in names):
        if key not in but:
            storage().delete(key)


def _sealed(source: Source, number: uuid.UUID) -> Iterator[bytes]:
    """Yield the pieces of a sealed file; the last may hold nothing."""
    place, ahead = 0, source.read(PIECE)
    while True:
        data, ahead = ahead, source.read(PIECE)
        piece = seal_bytes(_HEAD.pack(number.bytes, place, not ahead) + data)
        yield _LENGTH.pack(len(piece)) + piece
        if not ahead:
            return
        place += 1


def _next_piece(file: File[Any], name: str) -> bytes:
    """Return the next piece, sealed. Raises DamagedFile where there is none."""
    head = file.read(_LENGTH.size)
    length = _LENGTH.unpack(head)[0] if len(head) == _LENGTH.size else 0
    if not 0 < length <= _LONGEST:
        raise DamagedFile(f"{name}: cut off")
    piece: bytes = file.read(length)
    return piece


class _Opened(io.RawIOBase):
    """Unseals piece by piece."""

    def __init__(self, file: File[Any], key: str) -> None:
        self._file = file
        self._number = uuid.UUID(key.rsplit("/", 1)[-1])
        self._place = 0
        self._left = memoryview(b"")
        self._over = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left and not self._over:
            self._left = self._next()
        taken = min(len(buffer), len(self._left))
        buffer[:taken] = self._left[:taken]
        self._left = self._left[taken:]
        return taken

    def _next(self) -> memoryview:
        try:
            piece = open_bytes(_next_piece(self._file, f"{self._number}"))
        except UnreadableSecret:
            raise DamagedFile(f"{self._number}: piece {self._place}") from None
        number, place, last = _HEAD.unpack_from(piece)
        if (number, place) != (self._number.bytes, self._place):
            raise DamagedFile(f"{self._number}: another piece {self._place}")
        self._place += 1
        self._over = last
        return memoryview(piece)[_HEAD.size :]

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()
