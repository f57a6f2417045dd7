"""What bin/demo keeps on disk, function by function."""

import re
import subprocess
from pathlib import Path

from django.conf import settings


def run(name: str, call: str, folder: Path) -> None:
    """Run one function of bin/demo in `folder`, with what it needs around it."""
    script = (settings.ROOT_DIR / "bin/demo").read_text()
    body = re.search(rf"^{name}\(\) [{{(].*?^[)}}]$", script, re.DOTALL | re.MULTILINE)
    assert body
    subprocess.run(
        ["bash", "-ec", f"declare -A name log\n{body.group()}\n{call}"],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "PYTHON": "echo {}"},
        check=True,
        capture_output=True,
    )


def test_demo_data_is_read_by_its_owner_alone(tmp_path: Path) -> None:
    """It holds passwords and personal links; an old file may be open to all."""
    (tmp_path / "var").mkdir()
    for name in ("demo.json", "demo.json.new"):
        (tmp_path / "var" / name).touch(0o644)
    run("load_data", "load_data", tmp_path)
    kept = tmp_path / "var/demo.json"
    assert kept.read_text().startswith("{}")
    assert kept.stat().st_mode & 0o777 == 0o600


def test_demo_started_again_keeps_its_logs(tmp_path: Path) -> None:
    """The mail of the first start is in them."""
    (tmp_path / "var/log").mkdir(parents=True)
    for text in ("first", "second"):
        run("start", f"start worker worker echo {text}; wait", tmp_path)
    assert (tmp_path / "var/log/worker.log").read_text() == "first\nsecond\n"


def test_demo_in_a_folder_where_one_runs_is_refused(tmp_path: Path) -> None:
    """Two would share the database and the queue, whatever their ports are."""
    refused = "fail() { exit 9; }; claim_data"
    again = "if (exec 9>&-; claim_data); then exit 1; fi"
    run("claim_data", f"{refused}; {again}", tmp_path)
    run("claim_data", refused, tmp_path)  # the first is over
