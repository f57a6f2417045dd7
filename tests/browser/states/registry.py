"""Where the states of pages are kept, by their names."""

from collections.abc import Callable
from typing import Final

from tests.browser.stage import Stage

STATES: Final[dict[str, Callable[[Stage], None]]] = {}


def state(show: Callable[[Stage], None]) -> Callable[[Stage], None]:
    """Keep a function that shows a state."""
    assert show.__name__ not in STATES
    STATES[show.__name__] = show
    return show
