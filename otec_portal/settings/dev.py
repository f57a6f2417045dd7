"""A developer's machine and the demo: base without TLS, with the simulator allowed."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-development-and-never-for-a-real-portal")
os.environ.setdefault("PORTAL_BASE_URL", "http://127.0.0.1:8000")

from otec_portal.settings.base import *  # noqa: F403
from otec_portal.settings.base import DATA_DIR, STATIC_ROOT, STORAGES, env

DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["*"])
SENCE_STAND_IN_FOR_PRODUCTION = True
SENCE_SIMULATOR_ALLOWED = True
DEMO_ALLOWED = True
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", default=False)
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
if "EMAIL_URL" not in os.environ:
    # a file each, and no log: logs mask the links that mail is about
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(DATA_DIR / "mail")
STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
WHITENOISE_USE_FINDERS = True
STATIC_ROOT.mkdir(exist_ok=True)
WHITENOISE_AUTOREFRESH = DEBUG
