"""On a narrow screen a date stays whole: browsers break lines at its hyphens."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parents[1] / "templates"
WHOLE = re.compile(
    r"<(span|strong|td|dd|time)\b[^>]*(?:nowrap|datetime=)[^>]*>.*?</\1>"
)
NOT_SEEN = re.compile(
    r"<span class=\"visually-hidden\">.*?</span>|<(title|desc|text)\b.*?</\1>"
    r"|<caption class=\"visually-hidden\">.*?</caption>"
    r"|{% block title %}.*?{% endblock %}|{#.*?#}"
)
ATTRIBUTE = re.compile(r"[\w-]+=\"(?:{{.*?}}|{%.*?%}|[^\"])*\"")
DATE = re.compile(r"{{[^}]*\|date\b(?!:\"l j )[^}]*}}")  # written out it has no hyphens
ON_PAPER = ("certificates/document", "liquidation/packet/1")  # of one width


def _rooms() -> list[str]:
    return sorted(one.name for one in TEMPLATES.iterdir() if one.is_dir())


def _breakable(line: str) -> bool:
    for kept in (WHOLE, NOT_SEEN, ATTRIBUTE):
        line = kept.sub("", line)
    return bool(DATE.search(line))


@pytest.mark.parametrize("room", ["", *_rooms()])
def test_dates_in_templates_are_kept_whole(room: str) -> None:
    files = (TEMPLATES / room).rglob("*.html") if room else TEMPLATES.glob("*.html")
    broken = [
        f"{name}: {line.strip()}"
        for path in files
        if not (name := str(path.relative_to(TEMPLATES))).startswith(ON_PAPER)
        for line in path.read_text(encoding="utf-8").splitlines()
        if _breakable(line)
    ]
    assert broken == []


@pytest.mark.parametrize(
    ("line", "breaks"),
    [
        ("<p>el {{ a|date }}</p>", True),
        ('<p>el {{ a.b|date:"d-m-Y H:i" }}, {{ x }}</p>', True),
        ('<p>el <span class="nowrap">{{ a|date }}</span></p>', False),
        ('<a data-day="{{ a|date:"c" }}">x</a>', False),
        ('<a data-day="{{ a|date:"c" }}">{{ a|date }}</a>', True),
        ('<span class="visually-hidden">{{ a|date }}</span>', False),
        ('{{ a|date:"l j \\d\\e F" }}', False),
    ],
)
def test_line_breaks_a_date_where_it_is_seen(line: str, breaks: bool) -> None:
    assert _breakable(line) == breaks
