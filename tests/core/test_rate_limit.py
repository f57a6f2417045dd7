"""A small counter per minute, which fails open."""

import socket
from datetime import timedelta

import pytest
from django.core.cache.backends.base import BaseCache
from pytest_django import Settings

from otec_portal.core.rate_limit import over_limit
from otec_portal.settings.base import REDIS_OPTIONS
from tests.factories import NOW
from tests.sence_messages import post

SECOND = timedelta(seconds=1)


class DeadCache(BaseCache):
    """A cache server that is away."""

    def __init__(self, location: str, params: dict[str, object]) -> None:
        super().__init__(params)

    def add(self, *args: object, **kwargs: object) -> bool:
        raise ConnectionError("redis is away")


def test_limit_is_reached_by_one_more_than_it() -> None:
    counted = [over_limit("x", "1.1.1.1", limit=3, now=NOW) for _ in range(5)]
    assert counted == [False, False, False, True, True]


def test_limit_of_an_amount_is_reached_by_one_more_than_it() -> None:
    assert not over_limit("x", "k", limit=10, now=NOW, amount=7)
    assert not over_limit("x", "k", limit=10, now=NOW, amount=3)
    assert over_limit("x", "k", limit=10, now=NOW, amount=1)


def test_limit_of_one_key_does_not_touch_another() -> None:
    over_limit("x", "1.1.1.1", limit=1, now=NOW)
    assert over_limit("x", "1.1.1.1", limit=1, now=NOW)
    assert not over_limit("x", "2.2.2.2", limit=1, now=NOW)
    assert not over_limit("y", "1.1.1.1", limit=1, now=NOW)


def test_limit_begins_anew_with_the_next_minute() -> None:
    last = NOW + 59 * SECOND  # NOW is a full minute
    assert not over_limit("x", "k", limit=1, now=NOW)
    assert over_limit("x", "k", limit=1, now=last)
    assert not over_limit("x", "k", limit=1, now=last + SECOND)


def test_limit_without_its_cache_lets_through_and_says_so(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """Evidence comes before limits."""
    settings.CACHES = {"default": {"BACKEND": f"{__name__}.DeadCache"}}
    assert not over_limit("x", "k", limit=0, now=NOW)
    assert "rate limit not counted: ConnectionError" in caplog.text


@pytest.mark.django_db
def test_redis_that_hangs_is_given_up_at_once_and_the_callback_goes_through(
    settings: Settings,
) -> None:
    """Asked without retries: who waits is a participant."""
    with socket.create_server(("127.0.0.1", 0), backlog=20) as silent:
        address = f"redis://127.0.0.1:{silent.getsockname()[1]}"
        settings.CACHES = {
            "default": {
                "BACKEND": "otec_portal.core.redis_or_here.RedisOrHereCache",
                "LOCATION": address,
                "OPTIONS": REDIS_OPTIONS,
            }
        }
        answer = post("start_confirmed", b"IdSesionAlumno=unknown")
        assert answer.status_code == 404
        assert _waiting(silent) == 1  # not again for the second limit
    assert 0 < REDIS_OPTIONS["socket_timeout"] <= 0.5
    assert 0 < REDIS_OPTIONS["socket_connect_timeout"] <= 0.5


def _waiting(server: socket.socket) -> int:
    """How many connections came."""
    server.settimeout(0.2)
    came = 0
    while True:
        try:
            connection, _ = server.accept()
        except TimeoutError:
            return came
        connection.close()
        came += 1
