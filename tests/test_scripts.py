"""What bin/test says of the services that it finds, with no other program at hand."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
STUBS = """
PYTHON=echo
PDF_PACKAGES=()
ensure_python() { :; }
ensure_venv() { :; }
ensure_system() { :; }
is_root() { false; }
"""


def said_by_test(folder: Path, *programs: str, **environment: str) -> str:
    """Run bin/test where only `programs` are installed; its pytest is an echo."""
    bash = shutil.which("bash")
    assert bash
    (folder / "bin").mkdir()
    shutil.copy(ROOT / "bin/test", folder / "bin")
    (folder / "bin/lib.sh").write_text(STUBS)
    path = folder / "path"
    path.mkdir()
    for program in ("dirname", "echo", *programs):
        (path / program).symlink_to(shutil.which(program) or "/bin/true")
    done = subprocess.run(
        [bash, folder / "bin/test"],
        env={"PATH": str(path), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.mark.parametrize(
    ("programs", "environment", "lacks"),
    [
        ([], {}, True),
        (["redis-server"], {}, False),
        ([], {"REDIS_URL": "redis://127.0.0.1:6379/15"}, False),
    ],
)
def test_suite_without_redis_to_start_says_so(
    tmp_path: Path, programs: list[str], environment: dict[str, str], lacks: bool
) -> None:
    """A server that answers somewhere is of no use: the tests start their own."""
    said = said_by_test(tmp_path, *programs, **environment)
    assert ("!!! No Redis" in said) == lacks
