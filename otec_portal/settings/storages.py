"""Where private files lie: uploads of packets, and the packets built of them."""

from pathlib import Path
from typing import Any


def private_storage(data_dir: Path) -> dict[str, Any]:
    """Return the settings of the storage `private`: a folder that nobody serves."""
    return {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": data_dir / "private",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    }
