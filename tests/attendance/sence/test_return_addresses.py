"""B1: the addresses to which SENCE sends the browser back."""

from dataclasses import replace

import pytest
from django.core.checks import run_checks
from django.urls import reverse
from pytest_django import Settings

from attendance.sence import addresses
from attendance.sence.addresses import ReturnAddresses
from attendance.sence.outgoing import (
    Outgoing,
    problems,
)
from tests.factories import SECRET

RETURNS = ReturnAddresses("https://portal.example/a/", "https://portal.example/b/")


START = Outgoing(
    environment="production",
    otec_rut="76543210-3",
    token=SECRET,
    sence_code="1238001234",
    action_code="6001234",
    line=3,
    run="12345678-5",
    nonce="n" * 43,
    returns=RETURNS,
    https_only=True,
)


def codes_of(form: Outgoing) -> list[str]:
    return [problem.code for problem in problems(form)]


@pytest.mark.parametrize("length", [100, 101])
@pytest.mark.parametrize("which", ["success", "error"])
def test_return_address_of_100_characters_fits_and_of_101_not(
    length: int, which: str
) -> None:
    """B1"""
    url = "https://portal.example/".ljust(length, "x")
    form = replace(START, returns=replace(RETURNS, **{which: url}))
    assert codes_of(form) == ([] if length == 100 else ["return_address"])


@pytest.mark.parametrize("url", ["http://portal.example/", "//portal.example/", "/a/"])
def test_return_address_without_https_in_production_is_refused(url: str) -> None:
    """B1"""
    form = replace(START, returns=ReturnAddresses(url, url))
    assert codes_of(form) == ["return_address", "return_address"]


LONGEST_PATH = max(
    len(reverse(f"attendance:{name}"))
    for name in ("start_confirmed", "start_failed", "close_confirmed", "close_failed")
)


def test_portal_address_as_long_as_can_be_keeps_every_url_within_100(
    settings: Settings,
) -> None:
    """B1: with the longest host that the start-up check lets through."""
    host = "h" * (100 - LONGEST_PATH - len("https://") - len(".cl")) + ".cl"
    settings.PORTAL_BASE_URL = f"https://{host}"
    for returns in (addresses.start_returns(), addresses.close_returns()):
        assert len(returns.success) <= 100
        assert len(returns.error) <= 100
        assert codes_of(replace(START, returns=returns)) == []
    assert [one.id for one in run_checks() if one.id == "attendance.E001"] == []


def test_portal_address_one_character_longer_stops_the_start(
    settings: Settings,
) -> None:
    """B1: said when the portal starts, not when a participant is on the way."""
    host = "h" * (101 - LONGEST_PATH - len("https://") - len(".cl")) + ".cl"
    settings.PORTAL_BASE_URL = f"https://{host}"
    assert [one.id for one in run_checks() if one.id == "attendance.E001"]
