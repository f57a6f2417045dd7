"""Whose address a request bears: what a client writes itself is not believed."""

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from otec_portal.core.client_address import client_address, network_of


def ask(forwarded: str | None, settings: Settings, trusted: int) -> str:
    settings.TRUSTED_PROXIES = trusted
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.9", headers=headers)
    return client_address(request)


@pytest.mark.parametrize(
    ("forwarded", "trusted", "address"),
    [
        (None, 0, "10.0.0.9"),
        ("6.6.6.6", 0, "10.0.0.9"),  # nobody in front of us wrote it
        (None, 1, "10.0.0.9"),
        ("200.1.1.1", 1, "200.1.1.1"),
        ("6.6.6.6, 200.1.1.1", 1, "200.1.1.1"),
        ("6.6.6.6, 200.1.1.1, 10.0.0.1", 2, "200.1.1.1"),
        ("6.6.6.6,200.1.1.1 ,10.0.0.1", 2, "200.1.1.1"),
        ("200.1.1.1", 2, "10.0.0.9"),  # past one of our proxies: not to be believed
        ("", 1, "10.0.0.9"),
        (" , ", 1, "10.0.0.9"),
        ("2800:150:12:34::1", 1, "2800:150:12:34::1"),
    ],
)
def test_client_address_counts_trusted_proxies_from_the_right(
    settings: Settings, forwarded: str | None, trusted: int, address: str
) -> None:
    assert ask(forwarded, settings, trusted) == address


def test_client_address_made_up_at_length_fits_its_column(settings: Settings) -> None:
    assert ask("9" * 5_000, settings, 1) == "9" * 45


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("no address", "no address"),
        ("", ""),
    ],
)
def test_network_of_ipv6_is_its_64_bits_and_of_ipv4_the_address(
    address: str, network: str
) -> None:
    assert network_of(address) == network
