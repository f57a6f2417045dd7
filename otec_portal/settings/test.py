"""The test run: base with short limits and services of its own."""

import os
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "only-for-tests")
os.environ.setdefault("PORTAL_BASE_URL", "https://portal.example")
os.environ.setdefault("DATA_DIR", str(Path(__file__).parents[2] / "var" / "test"))

from otec_portal.settings.base import *  # noqa: F403
from otec_portal.settings.base import STORAGES, TEMPLATES


class UndefinedVariable(str):
    """Stands for a template variable that nobody passed, and ends the test."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return False

    def __contains__(self, item: object) -> bool:
        return item == "%s"

    def __mod__(self, name: object) -> str:
        raise AssertionError(f"Undefined variable in a template: {name}")


TEMPLATES = [
    {**engine, "OPTIONS": {**options, "string_if_invalid": UndefinedVariable("%s")}}
    for engine in TEMPLATES
    if isinstance(options := engine["OPTIONS"], dict)
]
ALLOWED_HOSTS = ["*"]
SENCE_SIMULATOR_ALLOWED = True
DEMO_ALLOWED = True
SECURE_SSL_REDIRECT = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CELERY_BROKER_URL = "memory://"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
