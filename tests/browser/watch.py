"""What goes wrong in a browser without anybody seeing it fails the test."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Response

SCREENSHOTS = Path(__file__).parents[2] / "var" / "screenshots"
SERVER_ERROR = 500


@dataclass
class Watch:
    """Keeps the troubles of the contexts it follows, and the pages they show.

    Console errors (a violated CSP is one), uncaught exceptions and answers of 5xx,
    from whichever site, but for what a test announces by `expect`.
    """

    contexts: list[BrowserContext] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    expected: list[re.Pattern[str]] = field(default_factory=list)

    def follow(self, context: BrowserContext) -> None:
        """Listen to every page of `context`, those that open later included."""
        self.contexts.append(context)
        context.on("console", self._on_console)
        context.on("weberror", lambda one: self._note(f"exception: {one.error}"))
        context.on("response", self._on_response)

    def expect(self, pattern: str) -> None:
        """Announce a trouble that belongs to the test."""
        self.expected.append(re.compile(pattern))

    def unexpected(self) -> list[str]:
        """Return the troubles that nobody announced."""
        return [
            trouble
            for trouble in self.troubles
            if not any(pattern.search(trouble) for pattern in self.expected)
        ]

    def photograph(self, name: str) -> None:
        """Keep what every page shows now, under `name`."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        stem = re.sub(r"[^\w-]+", "_", name)[:120]
        for number, page in enumerate(self._pages()):
            path = SCREENSHOTS / f"{stem}-{number}.png"
            page.screenshot(path=path, full_page=True)

    def close(self) -> None:
        """Close every context; a page that polls stops asking."""
        for context in self.contexts:
            context.close()

    def _pages(self) -> list[Page]:
        return [page for context in self.contexts for page in context.pages]

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._note(f"console: {message.text} ({message.location.get('url', '')})")

    def _on_response(self, response: Response) -> None:
        if response.status >= SERVER_ERROR:
            self._note(f"answer {response.status}: {response.url}")

    def _note(self, trouble: str) -> None:
        self.troubles.append(trouble)
