"""SENCE's answer is a cross-site POST: none of our cookies comes with it.

Chromium sends a cookie that names no SameSite even so, for two minutes after it was
set ("Lax+POST"), which would hide a fault from whoever tries fast. The browser of
these tests shortens that to ten seconds (conftest.FLAGS); a witness cookie without
SameSite proves in each test on which side of the limit it happened.
"""

from http.cookies import SimpleCookie

import pytest

from attendance.models import BrowserReturn
from courses.access import COOKIE
from tests.browser.conftest import Requests, Sence
from tests.browser.pages import Participant

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WITNESS = "testigo"
CALLBACK = "/sence/inicio/"
SHORTENED_EXCEPTION = 10  # seconds


def cookies_of(environ: dict[str, str]) -> set[str]:
    return set(SimpleCookie(environ.get("HTTP_COOKIE", "")))


def sets_the_witness(participant: Participant) -> None:
    participant.page.evaluate(f"document.cookie = '{WITNESS}=1; path=/'")


def the_one_callback(seen: Requests) -> dict[str, str]:
    (environ,) = seen.to(CALLBACK)
    assert environ["HTTP_SEC_FETCH_SITE"] == "cross-site"
    return environ


def the_return_is_recognised(participant: Participant, seen: Requests) -> None:
    (environ,) = seen.to("/sence/regreso/", "GET")
    assert {COOKIE, WITNESS} <= cookies_of(environ)
    participant.is_in()
    assert BrowserReturn.objects.get().own
    assert "Vinculada" in participant.history.first.inner_text()


def test_callback_right_away_comes_without_our_cookie_and_is_linked(
    participant: Participant, sence: Sence, requests_seen: Requests
) -> None:
    """A18: within Chromium's exception, which lets the witness through."""
    participant.opens_the_personal_link()
    sets_the_witness(participant)
    participant.starts()
    callback = the_one_callback(requests_seen)
    assert callback["HTTP_ORIGIN"] == sence.url
    assert cookies_of(callback) == {WITNESS}
    the_return_is_recognised(participant, requests_seen)


def test_callback_after_the_exception_comes_without_any_cookie_and_is_linked(
    participant: Participant, requests_seen: Requests
) -> None:
    """A19: past Chromium's exception, which the witness proves to be over.

    The one wait of the suite: the limit is the network service's own clock.
    """
    participant.opens_the_personal_link()
    sets_the_witness(participant)
    participant.goes_to_start()
    participant.page.wait_for_timeout((SHORTENED_EXCEPTION + 1) * 1000)
    participant.types_the_clave()
    participant.is_in()
    assert cookies_of(the_one_callback(requests_seen)) == set()
    the_return_is_recognised(participant, requests_seen)


def test_portal_sets_no_cookie_without_samesite(participant: Participant) -> None:
    """One would come with the callback for two minutes, and then no more."""
    participant.opens_the_personal_link()
    participant.starts()
    cookies = participant.page.context.cookies()
    assert {one["sameSite"] for one in cookies} == {"Lax"}
    assert COOKIE in {one["name"] for one in cookies}
