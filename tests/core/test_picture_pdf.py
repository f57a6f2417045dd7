"""Pictures become PDF pages: upright, bare, and the same bytes each time."""

import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import pikepdf
import pytest
from PIL import Image, ImageOps

from otec_portal.core.picture_pdf import A4, MARGIN, as_pdf
from otec_portal.core.uploads import FileKind, accept
from tests.core.documents import pdf, picture, with_location

SIDE = 32
CORNERS = {"red": (0, 0), "green": (1, 0), "blue": (0, 1), "black": (1, 1)}


def four_colours(**more) -> bytes:
    """Return a JPEG with a colour in each corner, twice as wide as it is high."""
    made = Image.new("RGB", (4 * SIDE, 2 * SIDE))
    for colour, (column, row) in CORNERS.items():
        made.paste(Image.new("RGB", (2 * SIDE, SIDE), colour), _at(column, row))
    target = BytesIO()
    made.save(target, "JPEG", quality=95, **more)
    return target.getvalue()


def _at(column: int, row: int) -> tuple[int, int]:
    return column * 2 * SIDE, row * SIDE


@contextmanager
def page_of(made: bytes) -> Iterator[pikepdf.Page]:
    with pikepdf.open(BytesIO(made)) as opened:
        (page,) = opened.pages
        yield page


def stream_of(page: pikepdf.Page) -> pikepdf.Stream:
    found = page.Resources.XObject.Picture
    assert isinstance(found, pikepdf.Stream)
    return found


def corner_at(page: pikepdf.Page, colour: str) -> tuple[int, int]:
    """Return in which corner of the drawn picture this colour is: (column, row)."""
    numbers = [
        float(number)
        for one in pikepdf.parse_content_stream(page)
        if str(one.operator) == "cm"
        for number in one.operands
    ]
    matrix = pikepdf.Matrix(*numbers)
    column, row = CORNERS[colour]
    middle = matrix.transform((0.5, 0.5))
    point = matrix.transform((0.25 + column / 2, 0.75 - row / 2))
    return int(point[0] > middle[0]), int(point[1] < middle[1])


@pytest.mark.parametrize("orientation", range(1, 9))
def test_photo_however_the_camera_was_held_stands_upright(orientation: int) -> None:
    """D5: as a viewer of pictures shows it."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    taken = accept(four_colours(exif=exif))
    with Image.open(BytesIO(taken.content)) as stored:
        upright = ImageOps.exif_transpose(stored)
    with page_of(as_pdf(taken.kind, taken.content)) as page:
        seen = {colour: corner_at(page, colour) for colour in CORNERS}
        lying = page.mediabox[2] > page.mediabox[3]

    assert lying == (upright.width > upright.height)
    for colour, (column, row) in seen.items():
        at = (
            upright.width * (1 + 2 * column) // 4,
            upright.height * (1 + 2 * row) // 4,
        )
        drawn = upright.crop((*at, at[0] + 1, at[1] + 1)).tobytes()
        expected = Image.new("RGB", (1, 1), colour).tobytes()
        assert all(abs(a - b) < 40 for a, b in zip(drawn, expected, strict=True))


def test_photo_that_tells_where_it_was_taken_leaves_that_out() -> None:
    """D5."""
    taken = accept(with_location())
    made = as_pdf(taken.kind, taken.content)
    assert b"Exif" not in made
    assert b"mara" not in made


def test_jpeg_goes_in_without_being_coded_again() -> None:
    taken = accept(picture("JPEG"))
    with page_of(as_pdf(taken.kind, taken.content)) as page:
        kept = page.Resources.XObject.Picture.read_raw_bytes()
    assert kept == taken.content


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "LA", "RGBA"])
def test_png_of_each_kind_keeps_its_pixels(mode: str) -> None:
    drawn = Image.linear_gradient("L").resize((30, 20)).convert("RGB").convert(mode)
    target = BytesIO()
    drawn.save(target, "PNG")
    taken = accept(target.getvalue())
    with page_of(as_pdf(taken.kind, taken.content)) as page:
        shown = pikepdf.PdfImage(stream_of(page)).as_pil_image()
    assert shown.convert("RGB").tobytes() == drawn.convert("RGB").tobytes()


def test_png_that_one_sees_through_lies_on_white() -> None:
    target = BytesIO()
    Image.new("RGBA", (300, 600), (0, 0, 0, 0)).save(target, "PNG")
    with page_of(as_pdf(FileKind.PNG, target.getvalue())) as page:
        data = page.Resources.XObject.Picture.read_bytes()
    assert data == b"\xff" * 3 * 300 * 600


def test_interlaced_png_is_read_row_by_row() -> None:
    """Its data can't go in as it is: PDF knows no interlacing."""
    plain = Image.linear_gradient("L").resize((8, 8))
    shades = plain.tobytes()
    head = b"\0\0\0\x08\0\0\0\x08\x08\0\0\0\x01"
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4)]
    passes += [(0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    rows = b"".join(
        b"\0" + bytes(shades[8 * y + x] for x in range(left, 8, across))
        for left, top, across, down in passes
        for y in range(top, 8, down)
    )
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    made = b"\x89PNG\r\n\x1a\n" + b"".join(
        len(data).to_bytes(4) + name + data + zlib.crc32(name + data).to_bytes(4)
        for name, data in chunks
    )
    taken = accept(made)
    with page_of(as_pdf(taken.kind, taken.content)) as page:
        data = page.Resources.XObject.Picture.read_bytes()
    assert data[::3] == shades


def test_same_picture_twice_makes_the_same_bytes() -> None:
    """F3: a packet that is built again has the same hash."""
    for kind in ("JPEG", "PNG"):
        taken = accept(picture(kind))
        assert as_pdf(taken.kind, taken.content) == as_pdf(taken.kind, taken.content)


def test_pdf_stays_what_it_is() -> None:
    data = pdf(pages=2)
    assert as_pdf(FileKind.PDF, data) == data


@pytest.mark.parametrize("size", [(4000, 300), (300, 4000), (20, 10)])
def test_picture_of_any_shape_lies_within_the_margins(size: tuple[int, int]) -> None:
    with page_of(as_pdf(FileKind.JPEG, picture(size=size))) as page:
        numbers = [float(n) for n in page.Contents.read_bytes().split()[1:7]]
        wide, high = float(page.mediabox[2]), float(page.mediabox[3])
    assert sorted((round(wide, 2), round(high, 2))) == sorted(A4)
    assert numbers[4] >= MARGIN - 0.01
    assert numbers[5] >= MARGIN - 0.01
    assert numbers[4] + numbers[0] <= wide - MARGIN + 0.01
    assert numbers[5] + numbers[3] <= high - MARGIN + 0.01
    if size == (20, 10):
        assert numbers[0] == 15  # not blown up


def test_large_png_needs_little_more_than_its_file() -> None:
    data = picture("PNG", size=(5000, 5000))
    tracemalloc.start()
    as_pdf(FileKind.PNG, data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * len(data) + 1_000_000
