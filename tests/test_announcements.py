"""What is said aloud: regions that are there first, and filled when there is news."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TEMPLATES = Path(settings.ROOT_DIR) / "templates"
REGION = re.compile(r"<(\w+)[^>]*role=\"status\"[^>]*>(.*?)</\1>", re.DOTALL)
RENEWED = {"attendance/online.html"}  # its words are those that change (js/online.js)


@pytest.mark.parametrize(
    "path",
    sorted(one for one in TEMPLATES.rglob("*.html") if "status" in one.read_text()),
    ids=lambda path: str(path.relative_to(TEMPLATES)),
)
def test_status_of_a_page_is_empty_when_it_opens(path: Path) -> None:
    """What stands in it from the start no reader announces: that takes the focus."""
    if str(path.relative_to(TEMPLATES)) in RENEWED:
        return
    assert [words for _, words in REGION.findall(path.read_text()) if words] == []
