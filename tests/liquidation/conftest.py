"""What the tests of liquidation share: private files in a folder of their own."""

from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture
def private(tmp_path: Path, settings: Settings) -> Path:
    """The folder of private files, empty."""
    backend = "django.core.files.storage.FileSystemStorage"
    storage = {"BACKEND": backend, "OPTIONS": {"location": tmp_path / "private"}}
    settings.STORAGES = settings.STORAGES | {"private": storage}
    return tmp_path / "private"
