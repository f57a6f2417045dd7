"""What no portal could work with is refused at the start, by the variable's name."""

import re
import runpy
from pathlib import Path

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

PRODUCTION = settings.ROOT_DIR / "otec_portal/settings/base.py"
SOUND = {
    "SECRET_KEY": "aB3-dE6_gH9" * 6,
    "PORTAL_BASE_URL": "https://portal.example",
}
# a list per variable of the README; an empty one says why in its comment
BAD: dict[str, list[str]] = {
    "SECRET_KEY": ["", " "],
    "SECRET_KEY_FALLBACKS": [" ", "one, ,two"],
    "PORTAL_BASE_URL": [
        "",
        "portal.example",
        "ftp://portal.example",
        "http://portal.example",
        "https://portal.example/otec",
        "https://portal.example?a=1",
        "https://portal.example#x",
        "https://u:p@portal.example",
        "https://portal.example:x",
        "https://por tal.example",
        "https://[",
        f"https://{'a' * 90}.example",
    ],
    "DATABASE_URL": ["", "mysql://host/portal"],
    "REDIS_URL": ["localhost", "http://localhost"],
    "EMAIL_URL": ["", "localhost:25"],
    "DEFAULT_FROM_EMAIL": ["", "Portal", "Portal <portal>"],
    "OPERATIONS_EMAIL": ["guardia", "Guardia <guardia@portal.example>"],
    "GCA_URL": ["", "lce.sence.cl", "javascript:alert(1)", "http://lce.sence.cl/ x"],
    "SENCE_BASE_URL": [
        "",
        "sistemas.sence.cl",
        "https://sistemas.sence.cl/rce",
        "https://sistemas.sence.cl?a=1",
        "https://sistemas.sence.cl#x",
        "https://u:p@sistemas.sence.cl",
    ],
    "SENCE_FORM_ACTION": ["sence.cl; script-src *", "*", "https://"],
    "SENCE_START_TIMEOUT": ["", "x", "0", "-1", "1"],
    "SENCE_SESSION_MAX": ["", "x", "0", "59", "999999"],
    "RECONCILIATION_TOLERANCE": ["", "-1"],
    "ENCRYPTION_KEYS": ["", " ", ",", "one, "],
    "ALLOWED_HOSTS": ["", "https://portal.example", "another.example"],
    "SECOND_FACTOR_REQUIRED": ["", "perhaps", "false"],
    "TRUSTED_PROXIES": ["", "x", "-1"],
    "DATA_DIR": [],  # any path will do, or the system says why not
    "SETTLE_EVERY": ["", "0", "-1"],
    "BUILD_EVERY": ["0"],
    "PRINT_EVERY": ["0"],
    "SEND_MAIL_EVERY": ["0"],
    "PULSE_EVERY": ["0"],
    "REMIND_EVERY": ["0"],
    "MAIL_LIMIT": ["", "20 MB", "0"],
    "PACKET_LINK_DAYS": ["", "0", "366"],
    "EMAIL_TIMEOUT": ["0", "x", "31"],
    "SECURE_SSL_REDIRECT": ["", "perhaps", "false"],
    "SECURE_HSTS_SECONDS": ["", "-1", "0"],
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": ["", "perhaps", "false"],
    "SECURE_HSTS_PRELOAD": ["", "perhaps", "false"],
    "LOG_LEVEL": ["", "LOUD"],
    "DEBUG": [],  # production does not read it
}
# those that only `check --deploy` finds are Django's own words
SAID_BY_DJANGO = {
    "SECURE_SSL_REDIRECT",
    "SECURE_HSTS_SECONDS",
    "SECURE_HSTS_INCLUDE_SUBDOMAINS",
    "SECURE_HSTS_PRELOAD",
}


def told(folder: Path, patch: pytest.MonkeyPatch, **changed: str) -> list[str]:
    """Return what a start with production's settings, so `changed`, is told."""
    for name in BAD:
        patch.delenv(name, raising=False)
    for name, value in {**SOUND, "DATA_DIR": str(folder), **changed}.items():
        patch.setenv(name, value)
    try:
        read = runpy.run_path(str(PRODUCTION))
    except (ImproperlyConfigured, ValueError) as refused:
        return [str(refused)]
    own = {name for name in read if name.isupper() and hasattr(settings, name)}
    own -= {"DATABASES", "CACHES", "LOGGING"}
    with override_settings(**{name: read[name] for name in own}):
        try:
            found = run_checks(include_deployment_checks=True)
        except ImproperlyConfigured as refused:
            return [str(refused)]
    return [str(one) for one in found]


def test_every_variable_of_the_readme_has_its_bad_values() -> None:
    readme = (settings.ROOT_DIR / "README.md").read_text()
    assert set(BAD) == set(re.findall(r"^\| `([A-Z_]+)` \|", readme, re.MULTILINE))


def test_sound_settings_are_told_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C5: each test below is able to pass."""
    assert told(tmp_path, monkeypatch) == []


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name in BAD for value in BAD[name]]
)
def test_bad_value_is_refused_by_the_name_of_its_variable(
    name: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = told(tmp_path, monkeypatch, **{name: value})
    assert any(name in one for one in found), found
