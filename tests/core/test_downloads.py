"""One way to hand out a file, whatever it holds."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest

from otec_portal.core.downloads import download, kept_document, plain_name
from otec_portal.core.uploads import FileKind

ROOT = Path(__file__).parents[2]
ROOMS = ("otec_portal", "courses", "attendance", "certificates", "liquidation")
BY_HAND = ("Content-Disposition", "content_disposition_header", "as_attachment")


@pytest.mark.parametrize(
    "content", [b"abc", "abc", BytesIO(b"abc"), iter([b"a", b"bc"])], ids=type
)
def test_download_is_saved_under_its_name_and_kept_by_no_cache(
    content: bytes,
) -> None:
    answer = download(content, filename="nómina.csv", content_type="text/csv")
    assert b"".join(answer) == b"abc"
    assert answer.headers["Content-Type"] == "text/csv"
    assert answer.headers["Cache-Control"] == "no-store"
    told = answer.headers["Content-Disposition"]
    assert told == "attachment; filename*=utf-8''n%C3%B3mina.csv"


@dataclass
class Upload:
    content: bytes = b"%PDF"
    name: str = "factura\r\n.exe"
    kind: str = FileKind.PDF.value


def test_kept_document_is_named_by_what_it_is() -> None:
    answer = kept_document(Upload())
    told = answer.headers["Content-Disposition"]
    assert told.endswith(".pdf")
    assert "exe" not in told
    assert "\n" not in told


@pytest.mark.parametrize(
    ("name", "plain"), [("nomina-67/1", "nomina-67_1"), ('a".b', "a__b")]
)
def test_plain_name_has_nothing_that_a_system_refuses(name: str, plain: str) -> None:
    assert plain_name(name) == plain


def test_no_room_writes_that_header_by_hand() -> None:
    found = {
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if any(word in path.read_text() for word in BY_HAND)
    }
    assert found == {
        "otec_portal/core/downloads.py",
        "otec_portal/core/sign_in/views.py",  # a page of allauth's
        "courses/views/calendar.py",  # shown, not saved
        "liquidation/views/paper.py",  # shown beside its form
    }
