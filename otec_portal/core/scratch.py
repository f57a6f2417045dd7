"""Room for what is too big for memory: a file without a name, unreadable on its disk.

Its key is known to this process alone and is gone with it. What is written twice in one
place shows where it differs: only a ZIP's own headers are.
"""

import io
import os
from tempfile import TemporaryFile
from typing import Any, Final

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

BUFFER: Final = 64 * 1024  # bytes
_BLOCK: Final = 16
_KEY: Final = 32


class Scratch(io.RawIOBase):
    """A file to write, and to read from anywhere. Raises OSError without room."""

    def __init__(self) -> None:
        self._file = TemporaryFile(buffering=0)  # noqa: SIM115 - closed by close()
        self._key = os.urandom(_KEY)
        self._place = 0
        self.size = 0

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self.size}
        self._place = base[whence] + offset
        return self._place

    def write(self, data: Any) -> int:
        hidden = memoryview(self._stream(self._place).update(bytes(data)))
        written = 0
        while written < len(hidden):
            place = self._place + written
            written += os.pwrite(self._file.fileno(), hidden[written:], place)
        self._place += written
        self.size = max(self.size, self._place)
        return written

    def readinto(self, buffer: Any) -> int:
        read = self.read_at(self._place, len(buffer))
        buffer[: len(read)] = read
        self._place += len(read)
        return len(read)

    def read_at(self, place: int, size: int) -> bytes:
        """Return up to `size` bytes from `place` on."""
        hidden = os.pread(self._file.fileno(), size, place)
        return self._stream(place).update(hidden)

    def add(self, data: bytes) -> io.BufferedReader:
        """Write `data` at the end; return it as a file of its own."""
        start = self.seek(0, os.SEEK_END)
        self.write(data)
        return io.BufferedReader(_Part(self, start, len(data)), buffer_size=BUFFER)

    def close(self) -> None:
        self._file.close()
        super().close()

    def _stream(self, place: int) -> CipherContext:
        block, within = divmod(place, _BLOCK)
        mode = CTR(block.to_bytes(_BLOCK))
        stream = Cipher(AES(self._key), mode).encryptor()
        stream.update(bytes(within))
        return stream


class _Part(io.RawIOBase):
    """Some bytes in a row of a Scratch."""

    def __init__(self, whole: Scratch, start: int, size: int) -> None:
        self._whole, self._start, self._size = whole, start, size
        self._place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._size}
        self._place = base[whence] + offset
        return self._place

    def readinto(self, buffer: Any) -> int:
        size = max(0, min(len(buffer), self._size - self._place))
        read = self._whole.read_at(self._start + self._place, size)
        buffer[: len(read)] = read
        self._place += len(read)
        return len(read)
