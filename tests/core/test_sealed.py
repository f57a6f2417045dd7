"""Private files: sealed at rest, whole or not at all, opened by their key alone."""

import errno
import io
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.files.storage import FileSystemStorage
from pytest_django import Settings

from otec_portal.core import sealed
from otec_portal.core.sealed import PIECE, DamagedFile, NotKept

CANARY = b"12.345.678-5 canary of an identity card "


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    backend = "django.core.files.storage.FileSystemStorage"
    private = {"BACKEND": backend, "OPTIONS": {"location": tmp_path / "private"}}
    settings.STORAGES = settings.STORAGES | {"private": private}
    return tmp_path / "private"


def _kept(content: bytes) -> str:
    return sealed.keep(io.BytesIO(content), folder="papers")


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 17])
def test_file_comes_back_as_it_was_whatever_its_size(size: int) -> None:
    content = (CANARY * (size // len(CANARY) + 1))[:size]
    with sealed.opened(_kept(content)) as file:
        assert file.read() == content


def test_nothing_of_it_can_be_read_on_the_disk(folder: Path) -> None:
    key = _kept(CANARY * 100)
    stored = (folder / key).read_bytes()
    assert CANARY.strip() not in stored
    assert len(stored) < len(CANARY) * 100 + 1024


@pytest.mark.parametrize("cut", [1, PIECE // 2, PIECE + 500])
def test_file_that_was_cut_off_is_not_taken_for_whole(folder: Path, cut: int) -> None:
    key = _kept(b"x" * 2 * PIECE)
    path = folder / key
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(DamagedFile), sealed.opened(key) as file:
        file.read()


def test_last_piece_that_was_left_out_is_noticed(folder: Path) -> None:
    """Cut exactly between two pieces: each of those left is sound."""
    key = _kept(b"x" * 2 * PIECE)
    path = folder / key
    stored = path.read_bytes()
    length = int.from_bytes(stored[:4], "big")
    path.write_bytes(stored[: 4 + length])
    with pytest.raises(DamagedFile), sealed.opened(key) as file:
        file.read()


def test_one_file_in_the_place_of_another_is_noticed(folder: Path) -> None:
    mine, other = _kept(b"mine"), _kept(b"other")
    (folder / mine).write_bytes((folder / other).read_bytes())
    with pytest.raises(DamagedFile), sealed.opened(mine) as file:
        file.read()


def test_byte_that_was_altered_is_noticed(folder: Path) -> None:
    key = _kept(CANARY)
    stored = bytearray((folder / key).read_bytes())
    stored[len(stored) // 2] ^= 1
    (folder / key).write_bytes(stored)
    with pytest.raises(DamagedFile), sealed.opened(key) as file:
        file.read()


def test_key_that_was_rotated_opens_what_the_old_one_sealed(
    settings: Settings,
) -> None:
    """C12: the old one stays in the ring until all is sealed anew."""
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.ENCRYPTION_KEYS = [old]
    key = _kept(CANARY)
    settings.ENCRYPTION_KEYS = [new, old]
    with sealed.opened(key) as file:
        assert file.read() == CANARY
    settings.ENCRYPTION_KEYS = [new]
    with pytest.raises(DamagedFile), sealed.opened(key) as file:
        file.read()


def test_forgotten_file_is_gone_and_forgetting_it_again_is_no_fault() -> None:
    key = _kept(CANARY)
    sealed.forget(key)
    sealed.forget(key)
    with pytest.raises(FileNotFoundError):
        sealed.opened(key)


def test_disk_without_room_is_told_and_nothing_half_stays(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F7: what a full disk answers, in the middle of the file."""

    def full(self: FileSystemStorage, name: str, content: Any) -> str:
        Path(self.path(name)).parent.mkdir(parents=True, exist_ok=True)
        Path(self.path(name)).write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "_save", full)
    with pytest.raises(NotKept) as refused:
        _kept(CANARY)
    assert refused.value.message.startswith("No se guardó")
    assert not [one for one in folder.rglob("*") if one.is_file()]
