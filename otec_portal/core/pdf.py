"""Our own pages as PDF/A-3a, by WeasyPrint: of the same page the same bytes.

Nothing of the machine goes in but its libraries, which RENDERER names: fonts are the
project's own, times are given (docs/adr/0023).
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Final
from urllib.parse import unquote

import weasyprint
from django.conf import settings
from weasyprint.text.ffi import pango
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

VARIANT: Final = "pdf/a-3a"  # for keeping, tagged for screen readers
SCHEME: Final = "static:"
FONTS: Final = Path(__file__).with_name("fonts.conf")
_PANGO: Final = f"{pango.pango_version():06}"  # 1.50.12 is 15012
RENDERER: Final = (
    f"WeasyPrint {weasyprint.__version__}, "
    f"Pango {int(_PANGO[:2])}.{int(_PANGO[2:4])}.{int(_PANGO[4:])}"
)


class Refused(Exception):
    """The page asked for what is none of the project's own static files."""


@dataclass(frozen=True, kw_only=True)
class Attached:
    """A file inside the PDF; `at`, an aware moment, counts as when it was made."""

    name: str
    content: bytes
    description: str
    at: datetime
    relationship: str = "Source"  # to the page, as PDF/A-3 names it


def render(html: str, *, css: str, attached: Sequence[Attached] = ()) -> bytes:
    """Return the page `html`, styled by `css`, as PDF.

    Either may name static files of the project (`static:fonts/x.woff2`); whatever else
    they name is not fetched, and raises Refused.
    """
    with _lock:
        press = _press()
        sheet = press.sheet(css)
        with press.fetcher.on_guard():
            page = weasyprint.HTML(string=html, url_fetcher=press.fetcher)
            made: bytes = page.write_pdf(
                font_config=press.fonts,
                stylesheets=[sheet],
                pdf_variant=VARIANT,
                attachments=[_attachment(one, press.fetcher) for one in attached],
            )
    return made


_lock = Lock()  # Pango's font map is not for two threads at once


class _OwnFiles(URLFetcher):  # type: ignore[misc]  # it has no types
    """Fetches the project's static files, and refuses everything else."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=())
        self.refused: list[str] = []

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        try:
            return URLFetcherResponse(url, _own_file(url).read_bytes())
        except (OSError, ValueError):
            self.refused.append(url)
            raise

    @contextmanager
    def on_guard(self) -> Iterator[None]:
        """Raise Refused where anything was: WeasyPrint itself would go on without."""
        self.refused.clear()
        yield
        if self.refused:
            raise Refused(f"not a static file of ours: {', '.join(self.refused)}")


def _own_file(url: str) -> Path:
    """Return the file that `static:…` names. Raises ValueError for anything else."""
    root = Path(settings.STATICFILES_DIRS[0]).resolve()
    name = unquote(url.removeprefix(SCHEME))
    path = (root / name).resolve()
    if not url.startswith(SCHEME) or not path.is_relative_to(root):
        raise ValueError(f"not a static file of ours: {url}")
    return path


@dataclass
class _Press:
    """What is read once in a process and used for every page."""

    fetcher: _OwnFiles
    fonts: Any
    sheets: dict[str, Any] = field(default_factory=dict)

    def sheet(self, css: str) -> Any:
        """Return `css`, parsed at its first use."""
        if css not in self.sheets:
            with self.fetcher.on_guard():
                parsed = weasyprint.CSS(
                    string=css, font_config=self.fonts, url_fetcher=self.fetcher
                )
            self.sheets[css] = parsed
        return self.sheets[css]


@cache
def _press() -> _Press:
    """A new font configuration for each page would leak some of itself."""
    with _environment("FONTCONFIG_FILE", str(FONTS)):
        fonts = FontConfiguration()
    return _Press(_OwnFiles(), fonts)


@contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


def _attachment(one: Attached, fetcher: _OwnFiles) -> Any:
    at = one.at.astimezone(UTC)
    return weasyprint.Attachment(
        string=one.content,
        name=one.name,
        description=one.description,
        created=at,
        modified=at,
        relationship=one.relationship,
        url_fetcher=fetcher,
    )
