"""Each page that a role may open is reached by clicking, from the home page on."""

import re
import uuid
from collections import deque
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from courses.access import COOKIE
from tests.crawl.routes import Route, ask, routes
from tests.crawl.worlds import World, make_world, of_no_body

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
CLICKABLE = re.compile(
    r"<(?:a|form|button|iframe)\b[^>]*?\b(?:href|action|formaction|src)=\"([^\"]*)\""
)
# opened from outside: by mail, from a phone, by SENCE, on the way in, by a machine
FROM_OUTSIDE = {
    "attendance:enter",
    "attendance:returned",
    "account_inactive",
    "account_login",
    "account_logout",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "admin_password_change",
    "alive",
    "components_gallery",
    "answer_offer",
    "confirm_new_email",
    "courses:calendar_feed",
    "health",
    "offer",
    "login",
    "mfa_authenticate",
    *("liquidation:link", "liquidation:link_pdf", "liquidation:link_zip"),
}
# asked by a page's script, or on the way to a deed: after an upload, a sign-in
BY_THE_PAGE = {
    "account_reauthenticate",
    "attendance:preview_export",
    "courses:correct_line",
    "courses:options",
    "courses:preview_import",
    "live",
    "mfa_activate_totp",
    "mfa_reauthenticate",
}


# linked only from what calls for it: no hindrance, a long answer, a long history
WHERE_THERE_IS_CAUSE = {
    "attendance:whole_answer",
    "certificates:prepare",
    "courses:action_history",
    "liquidation:send",
}


def clicked_through(client: Client, start: str, *, most: int = 1000) -> set[str]:
    """Return the names of all addresses that clicks lead to from `start`."""
    reached: set[str] = set()
    asked: set[str] = set()
    waiting = deque([start])
    while waiting and len(asked) < most:
        url = waiting.popleft()
        path = urlsplit(url).path
        if path in asked:
            continue
        asked.add(path)
        try:
            reached.add(resolve(path).view_name)
        except Resolver404:
            continue
        answer = ask(client, "GET", url)
        found = [unescape(one) for one in CLICKABLE.findall(answer.text)]
        targets = [urljoin(url, one) for one in [*found, answer.location]]
        waiting += [one for one in targets if not urlsplit(one).netloc]
    return reached


def may_open(client: Client, world: World) -> set[str]:
    """Return the names of the pages of `world` that open for this browser."""
    return {route.name for route in routes() if _opens(client, route, world)}


def _opens(client: Client, route: Route, world: World) -> bool:
    values = world.values(route)
    ids = [one for _, one in world.every_id()] if route.has_id else [None]
    if route.has_id:
        nobodys = route.address(public_id=uuid.uuid4(), **values)
        if ask(client, "GET", nobodys).status != 404:
            return False  # this role gets no further, or only a deed is done there
    urls = (
        route.address(**values, **({"public_id": one} if one else {})) for one in ids
    )
    return any(ask(client, "GET", url).status == 200 for url in urls)


@pytest.mark.parametrize("who", ["national_admin", "regional_admin", "facilitator"])
def test_page_that_a_role_may_open_is_reached_by_clicking(who: str) -> None:
    world = make_world("Zarzamora")
    client = world.clients[who]
    pages = may_open(client, world) - FROM_OUTSIDE - BY_THE_PAGE - WHERE_THERE_IS_CAUSE
    assert len(pages) > 10
    assert pages - clicked_through(client, reverse("home")) == set()


EVERYBODY = ["national_admin", "regional_admin", "facilitator", "regional_office"]


@pytest.mark.parametrize("who", EVERYBODY)
def test_link_that_a_role_is_shown_opens(who: str) -> None:
    """No way leads to «Tu perfil no permite hacer esto»."""
    world = make_world("Zarzamora")
    client = {**world.clients, **of_no_body()}[who]
    reached = clicked_through(client, reverse("home"))
    shut = {
        route.name
        for route in routes()
        if route.name in reached and not route.has_id
        if ask(client, "GET", route.address(**world.values(route))).status == 403
    }
    assert shut == set()


def test_staff_of_the_installation_without_a_profile_finds_the_admin() -> None:
    client = of_no_body()["installation_staff"]
    assert "admin:index" in clicked_through(client, reverse("home"), most=3)


@pytest.mark.parametrize("path", ["/no-existe/", "/mi-curso/no-existe/"])
def test_page_that_is_not_there_leads_a_participant_to_their_courses(path: str) -> None:
    page = ask(make_world("Zarzamora").clients["participant"], "GET", path)
    assert page.status == 404
    assert reverse("attendance:my_courses") in page.text
    assert f'href="{reverse("home")}"' not in page.text


def test_page_that_is_not_there_leads_an_operator_home_with_a_link_opened_too() -> None:
    world = make_world("Zarzamora")
    client = world.clients["national_admin"]
    client.cookies[COOKIE] = world.clients["participant"].cookies[COOKIE]
    page = ask(client, "GET", "/no-existe/")
    assert f'href="{reverse("home")}"' in page.text
