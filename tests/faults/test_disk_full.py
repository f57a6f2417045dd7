"""F7: a disk without room: nothing half, said in words, and done once there is room.

Documents and mail are rows; files are what the embedded portal writes: its database,
its queue, beat's schedule. So that is what is put on a full disk here.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.mailboxes import Mailboxes
from tests.faults.portal import ROOT, Portal

ROOM = 24  # MiB: the database and a little more
ANA = "ana@otec.example"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of ROOM, which only root may mount."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}m", "tmpfs", str(folder)]
    if (
        os.geteuid()
        or subprocess.run(mount, check=False, capture_output=True).returncode
    ):
        pytest.skip("needs to mount a small disk: run as root")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def embedded(small_disk: Path, mailboxes: Mailboxes) -> Iterator[Portal]:
    """A portal with everything on the small disk, and no server but the mail's."""
    own = {
        name: value
        for name, value in os.environ.items()
        if name not in {"REDIS_URL", "DATABASE_URL"}
    }
    environment = own | {
        "DJANGO_SETTINGS_MODULE": "otec_portal.settings.dev",
        "DATA_DIR": str(small_disk),
        "TMPDIR": str(small_disk),
        "EMAIL_URL": f"smtp://127.0.0.1:{mailboxes.port}",
        "SEND_MAIL_EVERY": "1",
        "PULSE_EVERY": "1",
        "PYTHONPATH": str(ROOT),
    }
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(migrate, cwd=ROOT, env=environment, check=True, capture_output=True)
    mailboxes.begin()
    portal = Portal(environment, mailboxes, small_disk.parent)
    portal.does("begin")
    yield portal
    portal.close()


@pytest.fixture
def fill(small_disk: Path) -> Callable[[], Path]:
    def fill_it() -> Path:
        """Leave no byte; return the file that takes the room."""
        path = small_disk / "filler"
        with path.open("wb", buffering=0) as file:
            for size in (1024 * 1024, 4096, 1):
                try:
                    while True:
                        file.write(b"x" * size)
                except OSError:
                    continue
        return path

    return fill_it


def test_deed_on_a_full_disk_is_not_done_by_half(
    embedded: Portal, fill: Callable[[], Path]
) -> None:
    """F7: "no se guardó"; what was there is intact, and it is done with room again."""
    assert embedded.does("queue", ANA) == 1
    before = embedded.does("mails")
    filler = fill()
    names = [f"p{number}@otec.example" for number in range(200)]
    refused = embedded.tries("queue", *names)
    assert "OperationalError" in refused["failed"]
    status, told = embedded.does("asked", "/health")
    assert (status, told["parts"]["storage"]) == (503, False)

    filler.unlink()
    kept = embedded.does("mails")
    assert before.items() <= kept.items()
    left = len(names) - (len(kept) - 1)
    assert embedded.does("queue", *names) == left
    assert len(embedded.does("mails")) == len(names) + 1


def test_person_whose_deed_finds_a_full_disk_is_told_that_it_was_not_saved(
    embedded: Portal, fill: Callable[[], Path]
) -> None:
    """F7: on the screen too, and without a fault of the page's own."""
    embedded.does("signs_in")
    filler = fill()
    status, words = embedded.does("renames", "x" * 150)
    assert status == 503
    assert "no se guardó" in words
    filler.unlink()
    status, _ = embedded.does("renames", "María Fernanda Huenchullán")
    assert status == 302
