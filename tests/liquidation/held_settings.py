"""Development, but private files are kept by HeldStorage."""

from otec_portal.settings.dev import *  # noqa: F403
from otec_portal.settings.dev import DATA_DIR, STORAGES

STORAGES = STORAGES | {
    "private": {
        "BACKEND": "tests.liquidation.held_storage.HeldStorage",
        "OPTIONS": {"location": DATA_DIR / "private"},
    }
}
