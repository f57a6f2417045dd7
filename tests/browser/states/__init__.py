"""Every state that a page of the portal can be in, each shown by a function.

What must hold everywhere is tried on all of them (test_every_page.py).
"""

from tests.browser.states import (
    account,
    after_liquidation,
    annulments,
    attendance,
    calendar,
    callbacks,
    catalogue,
    classes,
    declarations,
    emission,
    failures,
    home,
    mail,
    out_of_term,
    participant,
    people,
    pictures,
    reconciliation,
    roster,
    search,
    signing_in,
    tokens,
    verification,
)
from tests.browser.states.registry import STATES

__all__ = [
    "STATES",
    "account",
    "after_liquidation",
    "annulments",
    "attendance",
    "calendar",
    "callbacks",
    "catalogue",
    "classes",
    "declarations",
    "emission",
    "failures",
    "home",
    "mail",
    "out_of_term",
    "participant",
    "people",
    "pictures",
    "reconciliation",
    "roster",
    "search",
    "signing_in",
    "tokens",
    "verification",
]
