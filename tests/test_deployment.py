"""C5: what a real portal would start with passes Django's checks for deployment."""

import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
REAL = {
    "DJANGO_SETTINGS_MODULE": "otec_portal.settings.base",
    "PORTAL_BASE_URL": "https://portal.example",
}


def check_deploy(folder: Path, **changed: str) -> "subprocess.CompletedProcess[str]":
    """Run the check as .ci/run does, with nothing of this process's settings."""
    environment = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": secrets.token_urlsafe(60),
        "DATA_DIR": str(folder),
        **REAL,
        **changed,
    }
    command = ["manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_check_deploy_with_production_settings_is_clean(tmp_path: Path) -> None:
    """C5."""
    result = check_deploy(tmp_path)
    assert result.returncode == 0, result.stderr
    assert "no issues" in result.stdout


def test_check_deploy_with_a_weak_key_fails(tmp_path: Path) -> None:
    """C5: the check above is able to fail."""
    assert check_deploy(tmp_path, SECRET_KEY="corta").returncode != 0


# versions below these have known holes that reach the portal
FLOORS = {"weasyprint": 69}


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
@pytest.mark.parametrize("name", FLOORS)
def test_version_that_is_pinned_has_no_hole_known_to_us(name: str, lock: str) -> None:
    """D9: what holds where pip-audit's database can't be had; .ci/run tries that."""
    pinned = re.search(rf"^{name}==(\d+)", (ROOT / lock).read_text(), re.MULTILINE)
    assert pinned is not None
    assert int(pinned[1]) >= FLOORS[name]


def test_ci_asks_for_known_holes() -> None:
    """D9"""
    assert 'check "known holes" known_holes' in (ROOT / ".ci/run").read_text()
