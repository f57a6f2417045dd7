"""Nobody overlooks a skipped test: it is counted loudly, or fails the run.

REQUIRE_ALL=1 (set by .ci/run) says that every service is there: then a skip means
that something proved nothing, and the run's exit status is a failure's.
"""

import os
from collections.abc import Iterator

import pytest

REQUIRE_ALL = os.environ.get("REQUIRE_ALL") == "1"


def _skipped(config: pytest.Config) -> int:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return len(reporter.stats.get("skipped", ())) if reporter else 0


def pytest_sessionfinish(session: pytest.Session) -> None:
    """End a run that skipped something as failed, where everything is required."""
    if REQUIRE_ALL and _skipped(session.config) and not session.exitstatus:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> Iterator[None]:
    """Say how many were skipped, just above pytest's own last line."""
    yield
    if not (count := _skipped(config)):
        return
    tests = "test was" if count == 1 else "tests were"
    outcome = (
        "with REQUIRE_ALL=1 that is a failure"
        if REQUIRE_ALL
        else "nothing is proved about what they test"
    )
    terminalreporter.write_line(
        f"!!! {count} {tests} skipped: {outcome}", yellow=True, bold=True
    )
