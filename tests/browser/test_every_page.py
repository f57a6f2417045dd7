"""What must hold on every page, in every state, width and colour scheme.

BROWSER_SCREENSHOTS=1 bin/test tests/browser/test_every_page.py
also leaves a picture of every state in var/screenshots/, at 360 and 1440 px, light
and dark, to look at.
"""

import os
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page

from tests.browser.pages import scrolls_sideways
from tests.browser.stage import Stage
from tests.browser.states import STATES
from tests.browser.states.shown import note, page_of, shown
from tests.browser.watch import SCREENSHOTS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = Path(__file__).with_name("vendor") / "axe.min.js"
WIDTHS = (320, 768, 1440)
PICTURED_WIDTHS = (360, 1440)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
HEIGHT = 800
NOTES_PAGES = os.environ.get("BROWSER_NOTES_PAGES") == "1"
WANTS_PICTURES = os.environ.get("BROWSER_SCREENSHOTS") == "1"
# dark differs from light in the values of colours alone (tokens.css)
RULES = {
    "light": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "dark": ["color-contrast", "link-in-text-block"],
}
RUN_AXE = """async (rules) => (await axe.run({
  runOnly: rules,
  resultTypes: ["violations"],
})).violations.map(({ id, help, nodes }) => ({
  id, help, at: nodes.map((node) => [node.target.join(" "), node.failureSummary]),
}))"""


@pytest.fixture(scope="session")
def axe() -> str:
    """axe-core 4, as Deque publishes it."""
    return AXE.read_text()


@pytest.mark.parametrize("state", STATES)
def test_page_of_every_width_and_scheme_has_no_fault(
    stage: Stage, axe: str, state: str
) -> None:
    """H1, H2: WCAG 2.2 AA by axe; nothing to scroll sideways at 320 px (400 % zoom)."""
    STATES[state](stage)
    name = page_of(stage.page, origin=stage.settings.PORTAL_BASE_URL)
    if NOTES_PAGES:
        note(state, name)
        return
    assert (state, name) in shown().items(), "see states/shown.py"
    stage.page.evaluate(axe)
    assert faults_of(stage.page) == []
    if WANTS_PICTURES:
        photograph(stage.page, state)


def faults_of(page: Page) -> list[Any]:
    faults: list[Any] = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        if scrolls_sideways(page):
            faults.append((width, "scrolls sideways"))
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            found = page.evaluate(RUN_AXE, RULES[scheme])
            faults += [(width, scheme, one) for one in found]
    return faults


def photograph(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    for width in PICTURED_WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            path = SCREENSHOTS / f"{name}-{width}-{scheme}.png"
            page.screenshot(path=path, full_page=True)
