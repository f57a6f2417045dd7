"""Settings that can't be understood are refused by name, without their value."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from otec_portal.settings.environment import Environment

NAME = "A_SETTING_OF_THIS_TEST"


@pytest.mark.parametrize(
    ("kind", "value", "wanted"),
    [
        ("int", "abc", "a whole number"),
        ("int", "", "a whole number"),
        ("bool", "maybe", "true or false"),
        ("bool", "", "true or false"),
        ("db", "", "postgres://"),
        ("db", "secreto", "postgres://"),
        ("db", "postgre://secreto/x", "postgres://"),
        ("db", "postgres://host:secreto/x", "postgres://"),
        ("email_url", "", "smtp://"),
        ("email_url", "secreto", "smtp://"),
        ("email_url", "secreto://x", "smtp://"),
        ("email_url", "smtp://host:secreto", "smtp://"),
    ],
)
def test_setting_that_can_not_be_understood_is_refused_by_name(
    kind: str, value: str, wanted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(NAME, value)
    with pytest.raises(ImproperlyConfigured) as refused:
        getattr(Environment(), kind)(NAME)
    assert str(refused.value).startswith(f"{NAME}: it wants {wanted}")
    assert "secreto" not in str(refused.value)


@pytest.mark.parametrize(
    ("kind", "value", "read"),
    [("int", "7", 7), ("bool", "on", True), ("bool", "False", False)],
)
def test_setting_that_is_understood_is_read(
    kind: str, value: str, read: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(NAME, value)
    assert getattr(Environment(), kind)(NAME) == read


def test_setting_that_is_absent_has_its_default() -> None:
    assert Environment().int(NAME, default=3) == 3
    assert Environment().bool(NAME, default=True) is True
    with pytest.raises(ImproperlyConfigured, match=NAME):
        Environment().int(NAME)


def test_portal_with_a_setting_in_disorder_says_which_in_one_line() -> None:
    """Nobody reads on from a traceback."""
    result = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=settings.ROOT_DIR,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "otec_portal.settings.test",
            "SENCE_SESSION_MAX": "abc",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode != 0
    assert result.stderr == (
        "manage.py: SENCE_SESSION_MAX: it wants a whole number, as 900\n"
    )
