"""Every page is looked at in a browser (tests/browser/test_every_page.py)."""

from tests.browser.states.registry import STATES
from tests.browser.states.shown import NO_PAGE, shown
from tests.crawl.routes import routes

# no pages: files to take away, parts of a page, ways through to one, machines' own
NONE: set[str] = set()


def test_every_state_is_noted_with_the_page_that_it_shows() -> None:
    import tests.browser.states  # noqa: F401 - registers them

    assert set(shown()) == set(STATES)


def test_every_page_is_looked_at_in_some_state() -> None:
    """axe, 320 px and the dark see what has a state, and nothing else."""
    pages = {route.name for route in routes()} - NONE
    assert pages - set(shown().values()) == set()
    assert set(shown().values()) - {NO_PAGE} <= pages
