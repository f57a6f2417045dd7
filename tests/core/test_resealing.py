"""C12: private files after a key rotation, sealed anew or as they were."""

import errno
import io
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import models
from pytest_django import Settings

from liquidation.models import PacketBuild, Paper
from otec_portal.core import resealing, sealed
from otec_portal.core.append_only import AppendOnlyModel
from otec_portal.core.sealed import PIECE, NotKept
from otec_portal.core.sealed_key import SealedKeyField, fields_with_keys
from tests.crawl.worlds import OWN_APPS
from tests.factories.packets import PacketBuildFactory, PaperFactory

CONTENT = b"12.345.678-5 canary " * (PIECE // 10)
# what is called a key and names no file
OTHER_KEYS = {("OutgoingEmail", "dedup_key"), ("SignInAttempt", "key")}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    backend = "django.core.files.storage.FileSystemStorage"
    private = {"BACKEND": backend, "OPTIONS": {"location": tmp_path / "private"}}
    settings.STORAGES = settings.STORAGES | {"private": private}
    settings.ENCRYPTION_KEYS = ["old"]
    return tmp_path / "private"


def kept(content: bytes = CONTENT, *, folder: str = "papers") -> str:
    return sealed.keep(io.BytesIO(content), folder=folder)


def read(key: str) -> bytes:
    with sealed.opened(key) as file:
        return file.read()


def files_in(folder: Path) -> set[str]:
    return {str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file()}


def a_build() -> PacketBuild:
    made: PacketBuild = PacketBuildFactory(
        built=True,
        zip_key=kept(b"zip", folder="packets/1"),
        pdf_key=kept(b"pdf", folder="packets/1"),
    )
    return made


def test_every_field_that_names_a_sealed_file_says_so() -> None:
    """One that didn't would lose its files with the old key."""
    named = {
        (model.__name__, field.name)
        for model in apps.get_models()
        if model._meta.app_label in OWN_APPS
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField)
        and (field.name == "key" or field.name.endswith("_key"))
        and not isinstance(field, SealedKeyField)
    }
    assert named == OTHER_KEYS
    found = {(model.__name__, name) for model, name in fields_with_keys()}
    builds = {("PacketBuild", "zip_key"), ("PacketBuild", "pdf_key")}
    assert found >= {("Paper", "key"), *builds}


def test_no_evidence_names_a_sealed_file() -> None:
    """Its row could not name the new one."""
    assert not [
        model for model, _ in fields_with_keys() if issubclass(model, AppendOnlyModel)
    ]


@pytest.mark.django_db
def test_files_after_key_rotation_are_readable_then_sealed_anew(
    settings: Settings, folder: Path
) -> None:
    """C12: rotate, read with both, rewrap, read with the new key alone."""
    paper, build = PaperFactory(key=kept()), a_build()
    before = files_in(folder)
    settings.ENCRYPTION_KEYS = ["new", "old"]
    assert read(paper.key) == CONTENT
    told = StringIO()
    call_command("rewrap_secrets", stdout=told)
    assert "private files: 3 sealed anew" in told.getvalue()

    settings.ENCRYPTION_KEYS = ["new"]
    paper.refresh_from_db()
    build.refresh_from_db()
    assert read(paper.key) == CONTENT
    assert (read(build.zip_key), read(build.pdf_key)) == (b"zip", b"pdf")
    after = files_in(folder)
    assert after == {paper.key, build.zip_key, build.pdf_key}  # the old ones are gone
    assert not after & before
    assert build.zip_key.startswith("packets/1/")


@pytest.mark.django_db
def test_file_that_the_current_key_sealed_stays_the_same(
    settings: Settings, folder: Path
) -> None:
    """What was stopped half way goes on where it was; a second run does nothing."""
    first = PaperFactory(key=kept())
    settings.ENCRYPTION_KEYS = ["new", "old"]
    second = PaperFactory(key=kept())
    assert resealing.reseal_all().written == 1
    before = files_in(folder)
    assert resealing.reseal_all().written == 0
    assert files_in(folder) == before
    assert second.key in before
    assert first.key not in before


@pytest.mark.django_db
def test_file_that_several_rows_name_stays_one(
    settings: Settings, folder: Path
) -> None:
    """What is in a packet also goes with a mail: each row names the new file."""
    paper, build = PaperFactory(key=kept()), a_build()
    PacketBuild.objects.filter(pk=build.pk).update(zip_key=paper.key)
    sealed.forget(build.zip_key)
    settings.ENCRYPTION_KEYS = ["new", "old"]
    assert resealing.reseal_all() == resealing.Resealed(written=2)
    paper.refresh_from_db()
    build.refresh_from_db()
    assert build.zip_key == paper.key
    assert files_in(folder) == {paper.key, build.pdf_key}


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["lost key", "cut off", "empty", "gone"])
def test_file_that_can_not_be_read_stays_as_it_is_and_is_told(
    what: str, settings: Settings, folder: Path
) -> None:
    """C12: the others are sealed anew; the command ends with a list."""
    settings.ENCRYPTION_KEYS = ["lost" if what == "lost key" else "old"]
    bad = PaperFactory(key=kept())
    path = folder / bad.key
    settings.ENCRYPTION_KEYS = ["old"]
    good = PaperFactory(key=kept())
    stored = path.read_bytes()
    if what == "gone":
        path.unlink()
    elif what != "lost key":
        path.write_bytes(stored := stored[: -5 if what == "cut off" else 0])
    settings.ENCRYPTION_KEYS = ["new", "old"]
    with pytest.raises(CommandError) as refused:
        call_command("rewrap_secrets", stdout=StringIO())
    assert str(refused.value).endswith(f": {bad.key}")
    good.refresh_from_db()
    assert Paper.objects.filter(pk=bad.pk, key=bad.key).exists()
    assert what == "gone" or path.read_bytes() == stored
    assert read(good.key) == CONTENT
    assert len(files_in(folder)) == (1 if what == "gone" else 2)


@pytest.mark.django_db
def test_disk_without_room_leaves_the_file_and_its_row_alone(
    settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F7."""
    paper = PaperFactory(key=kept())
    settings.ENCRYPTION_KEYS = ["new", "old"]

    def full(*_: Any) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("django.core.files.storage.FileSystemStorage._save", full)
        with pytest.raises(NotKept):
            resealing.reseal(paper.key)
        assert resealing.reseal_all().lost == [paper.key]
    assert files_in(folder) == {paper.key}
    assert Paper.objects.get().key == paper.key
    assert read(paper.key) == CONTENT


@pytest.mark.django_db
def test_rows_that_can_not_be_written_leave_no_second_file(
    settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = PaperFactory(key=kept())
    settings.ENCRYPTION_KEYS = ["new", "old"]
    monkeypatch.setattr(resealing, "_rename", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        resealing.reseal(paper.key)
    assert files_in(folder) == {paper.key}


@pytest.mark.django_db
def test_file_that_no_row_names_any_more_is_not_written_again(
    settings: Settings, folder: Path
) -> None:
    """Its row went meanwhile; the file is left to who sweeps."""
    key = kept()
    settings.ENCRYPTION_KEYS = ["new", "old"]
    assert not resealing.reseal(key)
    assert files_in(folder) == {key}
