"""What people upload: by content, really opened, in words where it is refused."""

from io import BytesIO

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from otec_portal.core import uploads
from otec_portal.core.uploads import FileKind, FileRefused, accept
from tests.core.documents import pdf, picture, with_location


def pixels(data: bytes) -> bytes:
    with Image.open(BytesIO(data)) as one:
        return one.tobytes()


def refusal(data: bytes) -> str:
    with pytest.raises(FileRefused) as refused:
        accept(data)
    assert refused.value.message
    return refused.value.code


@pytest.mark.parametrize(
    ("data", "kind", "pages"),
    [
        (pdf(pages=3), FileKind.PDF, 3),
        (picture("JPEG"), FileKind.JPEG, 1),
        (picture("JPEG", progressive=True), FileKind.JPEG, 1),
        (picture("PNG"), FileKind.PNG, 1),
    ],
)
def test_sound_document_is_taken_for_what_it_is(
    data: bytes, kind: FileKind, pages: int
) -> None:
    document = accept(data)
    assert (document.kind, document.pages) == (kind, pages)
    if kind != FileKind.PDF:
        assert pixels(document.content) == pixels(data)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"<html><script>alert(1)</script></html>", "wrong_kind"),
        (b"<svg xmlns='x'/>", "wrong_kind"),
        (b"MZ\x90\x00", "wrong_kind"),
        (picture("GIF"), "wrong_kind"),
        (b"%PDF-1.7\n<html></html>", "broken"),
        (pdf()[:200], "broken"),
        (pdf(password="secreta"), "encrypted"),
        (picture("JPEG", size=(640, 480))[:900], "broken"),
        (picture("PNG")[:100], "broken"),
        (b"\xff\xd8\xff\xe0nada", "broken"),
    ],
)
def test_file_that_is_not_what_it_says_is_refused(data: bytes, code: str) -> None:
    """D1, D3."""
    assert refusal(data) == code


def test_file_at_the_limit_of_bytes_is_taken_and_one_more_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = pdf()
    monkeypatch.setattr(uploads, "MAX_BYTES", len(data))
    assert accept(data).pages == 1
    assert refusal(data + b"\n") == "too_big"


def test_pdf_at_the_limit_of_pages_is_taken_and_one_more_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(uploads, "MAX_PAGES", 2)
    assert accept(pdf(pages=2)).pages == 2
    assert refusal(pdf(pages=3)) == "too_many_pages"


def test_picture_at_the_limit_of_pixels_is_taken_and_one_more_row_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """D5."""
    monkeypatch.setattr(uploads, "MAX_PIXELS", 64 * 48)
    assert accept(picture("PNG", size=(64, 48))).kind == FileKind.PNG
    assert refusal(picture("PNG", size=(64, 49))) == "too_many_pixels"


def test_file_that_takes_too_long_is_refused_and_the_worker_lives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """D3."""
    monkeypatch.setattr(uploads, "_PATIENCE", 0.001)
    assert refusal(pdf()) == "too_much"


def test_file_that_takes_too_much_memory_is_refused_and_the_worker_lives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """D3."""
    monkeypatch.setattr(uploads, "_MEMORY", 40 * 1024 * 1024)
    assert refusal(picture("PNG", size=(5000, 5000))) == "too_much"


def test_jpeg_loses_where_it_was_taken_and_keeps_its_pixels_and_its_side_up() -> None:
    """D5."""
    data = with_location(orientation=6)
    content = accept(data).content
    with Image.open(BytesIO(content)) as kept:
        exif = kept.getexif()
        assert dict(exif) == {0x0112: 6}
        assert not exif.get_ifd(0x8825)
        assert "comment" not in kept.info
    assert pixels(content) == pixels(data)


def test_jpeg_without_notes_is_kept_to_the_byte() -> None:
    data = picture("JPEG")
    assert accept(data).content == data


def test_png_loses_its_notes_and_what_stands_behind_it() -> None:
    notes = PngInfo()
    notes.add_text("Comment", "En mi casa")
    data = picture("PNG", pnginfo=notes) + b"<script>"
    content = accept(data).content
    assert content == picture("PNG")


def test_jpeg_loses_what_stands_behind_it() -> None:
    assert accept(picture("JPEG") + b"<script>").content == picture("JPEG")
