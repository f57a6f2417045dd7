"""Which page of the portal each state shows: what is looked at is written down.

BROWSER_NOTES_PAGES=1 bin/test tests/browser/test_every_page.py
writes shown.txt anew; its differences say which pages came, went or moved.
"""

from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import Page

NOTES: Final = Path(__file__).with_name("shown.txt")
NO_PAGE: Final = "-"  # SENCE's own, or one that is not there


def shown() -> dict[str, str]:
    """Return {state: name of the page's address}."""
    lines = NOTES.read_text().splitlines()
    return dict(line.split() for line in lines)


def page_of(page: Page, *, origin: str) -> str:
    """Return the name of the address at which `page` is, NO_PAGE elsewhere."""
    parts = urlsplit(page.url)
    if f"{parts.scheme}://{parts.netloc}" != origin:
        return NO_PAGE
    try:
        return resolve(parts.path).view_name
    except Resolver404:
        return NO_PAGE


def note(state: str, name: str) -> None:
    """Write down what `state` shows, in the place of what was written before."""
    notes = {**shown(), state: name}
    lines = [f"{key} {notes[key]}\n" for key in sorted(notes)]
    NOTES.write_text("".join(lines))
