"""On a narrow screen a date stays whole: browsers break lines at its hyphens."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parents[1] / "templates"
WHOLE = re.compile(r"<(span|td|time)\b[^>]*(?:nowrap|datetime=)[^>]*>.*?</\1>")
ROOMS = ("courses", "core", "attendance/tokens")


@pytest.mark.parametrize("room", ROOMS)
def test_dates_in_templates_are_kept_whole(room: str) -> None:
    broken = [
        f"{path.relative_to(TEMPLATES)}: {line.strip()}"
        for path in (TEMPLATES / room).rglob("*.html")
        for line in WHOLE.sub("", path.read_text(encoding="utf-8")).splitlines()
        if re.search(r"\{\{[^}]*\|date\b", line)
    ]
    assert broken == []
