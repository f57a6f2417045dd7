"""Settings that SENCE's contract depends on are refused at the start."""

import pytest
from django.core.checks import run_checks
from pytest_django import Settings

from courses.models.actions import LONGEST_SESSION_MINUTES


def found() -> list[str]:
    """What `check --deploy --fail-level WARNING` refuses, of our own."""
    ours = {str(one.id) for one in run_checks()}
    return sorted(one for one in ours if one.startswith("attendance."))


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("SENCE_BASE_URL", "https://sistemas.sence.cl", []),
        ("SENCE_BASE_URL", "http://localhost:9000", []),
        ("SENCE_BASE_URL", "sistemas.sence.cl", ["attendance.E002"]),
        ("SENCE_BASE_URL", "https://sistemas.sence.cl/rce", ["attendance.E002"]),
        ("SENCE_BASE_URL", "https://sistemas.sence.cl?a=1", ["attendance.E002"]),
        ("SENCE_BASE_URL", "ftp://sistemas.sence.cl", ["attendance.E002"]),
        ("SENCE_BASE_URL", "", ["attendance.E002"]),
        ("SENCE_SESSION_MAX", 60, []),
        ("SENCE_SESSION_MAX", 59, ["attendance.E003"]),
        ("SENCE_SESSION_MAX", 3 * 60 * 60 + 1, []),
        ("SENCE_SESSION_MAX", LONGEST_SESSION_MINUTES * 60, []),
        ("SENCE_SESSION_MAX", LONGEST_SESSION_MINUTES * 60 + 1, ["attendance.E003"]),
        ("SENCE_START_TIMEOUT", 180, []),
        ("SENCE_START_TIMEOUT", 179, ["attendance.W001"]),
        ("SENCE_START_TIMEOUT", 0, ["attendance.E004"]),
    ],
)
def test_setting_is_refused_beyond_its_bounds(
    name: str, value: object, expected: list[str], settings: Settings
) -> None:
    setattr(settings, name, value)
    assert found() == expected
