"""The queue in a folder, for a portal without Redis."""

import threading
from pathlib import Path
from typing import Any

import pytest
from kombu import Connection
from kombu.transport import filesystem

from otec_portal.core import folder_queue

OPTIONS = ("data_folder_in", "data_folder_out", "control_folder")


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, str]:
    return {name: str(tmp_path / name.rsplit("_", 1)[0]) for name in OPTIONS}


@pytest.fixture
def connection(folders: dict[str, str]):
    for folder in folders.values():
        Path(folder).mkdir(exist_ok=True)
    options = {**folders, "data_folder_in": folders["data_folder_out"]}
    with Connection(f"{folder_queue.SCHEME}://", transport_options=options) as opened:
        yield opened


def test_message_put_comes_out_once(connection: Connection) -> None:
    with connection.SimpleQueue("trabajo") as queue:
        queue.put({"n": 1})
        message = queue.get(block=False)
        assert message.payload == {"n": 1}
        message.ack()
        with pytest.raises(queue.Empty):
            queue.get(block=False)


def test_message_half_written_is_not_read(
    connection: Connection, folders: dict[str, str]
) -> None:
    """F1: what a killed process was writing brings no worker down."""
    with connection.SimpleQueue("trabajo") as queue:
        half = Path(folders["data_folder_out"]) / ".1_x.trabajo.msg"
        half.write_text('{"bo')
        with pytest.raises(queue.Empty):
            queue.get(block=False)


def test_table_of_queues_that_is_just_being_written_is_read_again(
    connection: Connection, folders: dict[str, str]
) -> None:
    """Worker and scheduler start at the same time and share this file."""
    channel: Any = connection.channel()
    table = Path(folders["control_folder"]) / "trabajo.exchange"
    table.touch()
    with pytest.raises(ValueError, match="Expecting value"):
        filesystem.Channel.get_table(channel, "trabajo")
    written = threading.Timer(0.1, table.write_text, ['[["", "", "trabajo"]]'])
    written.start()
    assert [entry[2] for entry in channel.get_table("trabajo")] == ["trabajo"]
    written.join()


def test_worker_starts_with_empty_folders(settings, tmp_path: Path) -> None:
    queue, control = tmp_path / "queue", tmp_path / "control"
    for folder in (queue, control):
        folder.mkdir()
        (folder / "left-behind").write_text("{")
    settings.CELERY_BROKER_URL = f"{folder_queue.SCHEME}://"
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(queue),
        "control_folder": str(control),
    }
    folder_queue.start_with_empty_folders()
    assert list(queue.iterdir()) == list(control.iterdir()) == []


def test_worker_with_redis_has_no_folders_to_empty(settings) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:6379/0"
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 2}
    folder_queue.start_with_empty_folders()
