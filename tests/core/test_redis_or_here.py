"""While Redis is away limits hold in each process, and people still sign in."""

from collections.abc import Iterator
from time import monotonic

import pytest
from django.core.cache import cache, caches
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from otec_portal.core.models import OutgoingEmail
from otec_portal.core.rate_limit import over_limit
from otec_portal.settings.base import ACCOUNT_RATE_LIMITS, REDIS_OPTIONS
from tests.factories import NOW
from tests.factories.core import UserFactory

PASSWORD = "una-clave-larga-9"


def cache_at(address: str) -> dict[str, object]:
    return {
        "default": {
            "BACKEND": "otec_portal.core.redis_or_here.RedisOrHereCache",
            "LOCATION": address,
            "KEY_PREFIX": "test-redis-or-here",
            "OPTIONS": REDIS_OPTIONS,
        }
    }


@pytest.fixture
def away(settings: Settings) -> Iterator[None]:
    """Nobody listens where Redis should be."""
    settings.CACHES = cache_at("redis://127.0.0.1:9")
    yield
    cache.clear()


@pytest.mark.django_db
def test_signing_in_without_redis_works(away: None) -> None:
    user = UserFactory(password=PASSWORD)
    client = Client()
    typed = {"username": user.rut, "password": PASSWORD}
    for _ in range(2):
        answer = client.post(reverse("login"), typed)
        assert answer.status_code == 302
        assert answer.headers["Location"] == reverse("home")
        client.post(reverse("logout"))


@pytest.mark.django_db
def test_new_password_without_redis_is_sent_and_still_limited(away: None) -> None:
    user = UserFactory()
    url = reverse("account_reset_password")
    answers = [Client().post(url, {"email": user.rut}) for _ in range(5)]
    assert [one.status_code for one in answers] == [302, 302, 302, 429, 429]
    assert OutgoingEmail.objects.filter(to=user.email).exists()


def test_limits_without_redis_hold_in_this_process(
    away: None, caplog: pytest.LogCaptureFixture
) -> None:
    counted = [over_limit("x", "k", limit=2, now=NOW) for _ in range(4)]
    assert counted == [False, False, True, True]
    assert caplog.text.count("Redis is away: ConnectionError") == 1  # asked only once


def test_cache_without_redis_keeps_and_forgets(away: None) -> None:
    cache.set("a", 1, timeout=60)
    assert cache.get_many(["a", "b"]) == {"a": 1}
    assert (cache.touch("a", 60), cache.touch("b", 60)) == (True, False)
    assert (cache.delete("a"), cache.get("a", "gone")) == (True, "gone")


def test_redis_that_comes_back_is_asked_again(
    settings: Settings, own_redis: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CACHES = cache_at(own_redis)
    cache.set("a", "there")
    mine = caches["default"]
    monkeypatch.setattr(mine, "_tried_again_at", monotonic() + 60)
    assert cache.get("a") is None
    monkeypatch.setattr(mine, "_tried_again_at", 0.0)
    assert cache.get("a") == "there"
    assert (cache.add("n", 1), cache.add("n", 1), cache.incr("n")) == (True, False, 2)
    cache.clear()
    assert cache.get("a") is None


def test_tries_to_sign_in_are_counted_in_one_place() -> None:
    """Those of core/sign_in/guessing.py are rows, and hold without any cache."""
    assert ACCOUNT_RATE_LIMITS["login"] is ACCOUNT_RATE_LIMITS["login_failed"] is None
