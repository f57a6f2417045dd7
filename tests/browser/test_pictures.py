"""Who is in now renews itself while somebody looks; the grid answers the mouse."""

import re
from datetime import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from courses.models import Environment
from tests.browser.conftest import MakeContext
from tests.browser.pages import Operator, sign_in
from tests.browser.stage import Stage, ago
from tests.factories.attendance import SenceSessionFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
EVERY_MS = 10_000
HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
CHANGES = """() => {
  window.said = 0;
  const status = document.querySelector("[data-live-said]");
  new MutationObserver(() => { window.said += 1; }).observe(
    status, { childList: true, characterData: true, subtree: true });
}"""


def _looks(stage: Stage) -> Page:
    stage.signs_in()
    stage.page.clock.install()
    stage.opens("/conectados/")
    return stage.page


def _asks_again(page: Page) -> None:
    with page.expect_response("**/conectados/"):
        page.clock.run_for(EVERY_MS)


def test_page_shows_who_came_in_meanwhile_and_says_it_once(stage: Stage) -> None:
    page = _looks(stage)
    status = page.get_by_role("status")
    expect(status).to_have_text("Nadie está en línea ahora.")
    page.evaluate(CHANGES)
    stage.session(opened=True)
    _asks_again(page)
    expect(page.locator("#en-linea tbody tr")).to_have_count(1)
    expect(status).to_have_text("1 persona en línea ahora.")
    _asks_again(page)
    expect(page.locator("#en-linea tbody tr")).to_have_count(1)
    assert page.evaluate("window.said") == 1


def test_hidden_tab_asks_for_nothing_and_at_once_when_shown(stage: Stage) -> None:
    page = _looks(stage)
    asked: list[str] = []
    page.evaluate(HIDE, True)
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for(6 * EVERY_MS)
    assert asked == []
    with page.expect_response("**/conectados/"):
        page.evaluate(HIDE, False)


def test_focus_stays_where_it_was_when_the_page_renews_itself(stage: Stage) -> None:
    stage.session(opened=True)
    page = _looks(stage)
    link = page.locator("#en-linea tbody a").first
    link.focus()
    _asks_again(page)
    expect(page.get_by_role("status")).to_be_visible()
    expect(link).to_be_focused()


def test_who_was_signed_out_meanwhile_comes_to_sign_in(stage: Stage) -> None:
    page = _looks(stage)
    page.context.clear_cookies()
    page.clock.run_for(EVERY_MS)
    expect(page).to_have_url(re.compile("/ingresar/"))


def test_without_javascript_a_reload_shows_who_is_in(
    new_context: MakeContext, stage: Stage
) -> None:
    context = new_context(java_script_enabled=False)
    sign_in(context, stage.signs_in().user)
    page = context.new_page()
    page.goto("/conectados/")
    stage.session(opened=True)
    page.get_by_role("link", name="Actualizar").click()
    expect(page.locator("#en-linea tbody tr")).to_have_count(1)


def test_click_on_a_day_of_the_grid_leads_to_it(
    operator: Operator, stage: Stage
) -> None:
    one = stage.enrolment
    action = one.action
    action.environment = Environment.PRODUCTION
    action.save()
    start = _yesterday_at_nine()
    SenceSessionFactory(enrolment=one, closed=True, started_at=start)
    operator.opens(f"/acciones/{action.public_id}/dias/")
    strip = operator.page.locator(".strip").first
    box = strip.bounding_box()
    assert box is not None
    cell = box["width"] / 11  # ten days before today, and today
    spot = {"x": cell * 9.5, "y": box["height"] / 2}
    strip.hover(position=spot)  # type: ignore[arg-type]
    hint = operator.page.locator(".days__hint")
    expect(hint).to_have_text(f"{start:%d-%m-%Y}: 01:00:00")
    strip.click(position=spot)  # type: ignore[arg-type]
    expect(operator.page).to_have_url(re.compile(f"/{start:%Y-%m-%d}/$"))
    expect(operator.main).to_contain_text("01:00:00 acreditadas")


def _yesterday_at_nine() -> datetime:
    yesterday = timezone.localtime(ago(days=1))
    return yesterday.replace(hour=9, minute=0, second=0, microsecond=0)
