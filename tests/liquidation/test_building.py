"""The packet is built: once for the same contents, whole or not at all."""

from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from pytest_django import Settings

from liquidation.models import BuildState, PacketState
from otec_portal.core.models import TrainingBody
from tests.liquidation.building import (
    built,
    stored,
    whole_packet,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    backend = "django.core.files.storage.FileSystemStorage"
    private = {"BACKEND": backend, "OPTIONS": {"location": tmp_path / "private"}}
    settings.STORAGES = settings.STORAGES | {"private": private}
    return tmp_path / "private"


def _files(folder: Path) -> list[Path]:
    return [one for one in (folder / "packets").rglob("*") if one.is_file()]


def test_packet_that_is_complete_becomes_a_pdf_and_a_zip(
    our_body: TrainingBody, folder: Path
) -> None:
    held = whole_packet(our_body)
    build = built(held.packet)
    assert build.state == BuildState.BUILT, build.failure
    assert (build.done, build.total) == (5, 5)
    held.packet.refresh_from_db()
    assert held.packet.state == PacketState.READY
    for key, digest, size in (
        (build.pdf_key, build.pdf_sha256, build.pdf_size),
        (build.zip_key, build.zip_sha256, build.zip_size),
    ):
        content = stored(key)
        assert (sha256(content).hexdigest(), len(content)) == (digest, size)
    assert len(_files(folder)) == 2


def test_files_of_a_packet_can_not_be_read_on_the_disk(
    our_body: TrainingBody, folder: Path
) -> None:
    built(whole_packet(our_body).packet)
    assert not any(
        word in path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
        for word in (b"%PDF", b"PK\x03\x04", b"Helvetica")
    )
