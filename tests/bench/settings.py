"""Production, with files of its own and the bare views beside the portal.

The environment comes from tests.bench.server: no TLS on loopback, nothing else looser.
"""

from otec_portal.settings.base import *  # noqa: F403
from otec_portal.settings.base import DATA_DIR, ROOT_DIR, TEMPLATES

TEMPLATES = [
    {
        **TEMPLATES[0],
        "DIRS": [ROOT_DIR / "templates", ROOT_DIR / "tests/bench/templates"],
    }
]
ROOT_URLCONF = "tests.bench.urls"
STATIC_ROOT = DATA_DIR / "static"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
