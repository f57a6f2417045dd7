"""C5: what a real portal would start with passes Django's checks for deployment."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

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
