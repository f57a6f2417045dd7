"""Pictures as PDF pages: upright, without what cameras note, the same bytes each time.

A JPEG's data goes in as it is, and so does a plain PNG's: nothing is coded again, and
no more than the file is held in memory. uploads.py has opened the picture before.
"""

import zlib
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from typing import Any, Final

import pikepdf
from pikepdf import Dictionary, Name
from PIL import ExifTags, Image

from otec_portal.core.pictures import bare_jpeg, png_chunks
from otec_portal.core.uploads import FileKind

A4: Final = (595.28, 841.89)  # points
MARGIN: Final = 28.35  # 10 mm
LARGEST: Final = 0.75  # points of one pixel: a small picture stays small
_SIDEWAYS: Final = range(5, 9)  # of Exif's orientations
_AT_ONCE: Final = 256  # rows of pixels
# where the corners of the stored picture lie on the page, by Exif's orientation
_TURNED: Final[Mapping[int, Callable[[float, float], tuple[float, ...]]]] = {
    1: lambda w, h: (w, 0, 0, h, 0, 0),
    2: lambda w, h: (-w, 0, 0, h, w, 0),
    3: lambda w, h: (-w, 0, 0, -h, w, h),
    4: lambda w, h: (w, 0, 0, -h, 0, h),
    5: lambda w, h: (0, -h, -w, 0, w, h),
    6: lambda w, h: (0, -h, w, 0, 0, h),
    7: lambda w, h: (0, h, w, 0, 0, 0),
    8: lambda w, h: (0, h, -w, 0, w, 0),
}
_COLOURS: Final = {"L": "/DeviceGray", "RGB": "/DeviceRGB", "CMYK": "/DeviceCMYK"}
_PLAIN_PNG: Final = {0: 1, 2: 3, 3: 1}  # colour type: samples of a pixel
_PALETTE: Final = 3


def as_pdf(kind: FileKind, content: bytes) -> bytes:
    """Return `content`, which uploads.accept took, as a PDF; one that is a PDF, as is.

    A picture becomes one A4 page, standing or lying as the picture does.
    """
    if kind == FileKind.PDF:
        return content
    with pikepdf.new() as pdf:
        stream, orientation = (_jpeg if kind == FileKind.JPEG else _png)(pdf, content)
        _add_page(pdf, stream, orientation)
        made = BytesIO()
        pdf.save(made, deterministic_id=True, min_version="1.5")
    return made.getvalue()


def _add_page(pdf: pikepdf.Pdf, stream: pikepdf.Stream, orientation: int) -> None:
    width, height = float(stream.Width), float(stream.Height)
    if orientation in _SIDEWAYS:
        width, height = height, width
    page = A4 if height >= width else A4[::-1]
    room = [side - 2 * MARGIN for side in page]
    scale = min(room[0] / width, room[1] / height, LARGEST)
    width, height = width * scale, height * scale
    *turned, right, up = _TURNED[orientation](width, height)
    place = (*turned, right + (page[0] - width) / 2, up + (page[1] - height) / 2)
    numbers = " ".join(f"{number:.4f}" for number in place)
    pdf.pages.append(
        pikepdf.Page(
            Dictionary(
                Type=Name.Page,
                MediaBox=[0, 0, *page],
                Resources=Dictionary(XObject=Dictionary(Picture=stream)),
                Contents=pdf.make_stream(f"q {numbers} cm /Picture Do Q".encode()),
            )
        )
    )


def _image(pdf: pikepdf.Pdf, data: bytes, **facts: Any) -> pikepdf.Stream:
    return pikepdf.Stream(
        pdf, data, Dictionary(Type=Name.XObject, Subtype=Name.Image, **facts)
    )


def _jpeg(pdf: pikepdf.Pdf, content: bytes) -> tuple[pikepdf.Stream, int]:
    with Image.open(BytesIO(content), formats=["JPEG"]) as picture:
        said = picture.getexif().get(ExifTags.Base.Orientation, 1)
        (width, height), mode = picture.size, picture.mode
        inverted = mode == "CMYK" and "adobe" in picture.info
    stream = _image(
        pdf,
        bare_jpeg(content),
        Width=width,
        Height=height,
        BitsPerComponent=8,
        ColorSpace=Name(_COLOURS[mode]),
        Filter=Name.DCTDecode,
    )
    if inverted:  # as Adobe's programs write them
        stream.Decode = [1, 0] * 4
    return stream, said if said in _TURNED else 1


def _png(pdf: pikepdf.Pdf, content: bytes) -> tuple[pikepdf.Stream, int]:
    chunks = dict(png_chunks(content))  # of IDAT, the last
    head = chunks[b"IHDR"]
    depth, colour, interlaced = head[8], head[9], head[12]
    if colour not in _PLAIN_PNG or interlaced or b"tRNS" in chunks:
        return _decoded(pdf, content), 1
    width, height = int.from_bytes(head[:4]), int.from_bytes(head[4:8])
    space: object = Name.DeviceRGB if colour == 2 else Name.DeviceGray  # noqa: PLR2004
    if colour == _PALETTE:
        table = chunks[b"PLTE"]
        last = len(table) // 3 - 1
        space = [Name.Indexed, Name.DeviceRGB, last, pikepdf.String(table)]
    data = b"".join(data for name, data in png_chunks(content) if name == b"IDAT")
    stream = _image(
        pdf,
        data,
        Width=width,
        Height=height,
        BitsPerComponent=depth,
        ColorSpace=space,
        Filter=Name.FlateDecode,
        DecodeParms=Dictionary(
            Predictor=15,
            Colors=_PLAIN_PNG[colour],
            BitsPerComponent=depth,
            Columns=width,
        ),
    )
    return stream, 1


def _decoded(pdf: pikepdf.Pdf, content: bytes) -> pikepdf.Stream:
    """Put one that one sees through on white paper, some rows at a time."""
    with Image.open(BytesIO(content), formats=["PNG"]) as picture:
        width, height = picture.size
        packer = zlib.compressobj()
        data = b"".join(packer.compress(rows) for rows in _on_white(picture))
    return _image(
        pdf,
        data + packer.flush(),
        Width=width,
        Height=height,
        BitsPerComponent=8,
        ColorSpace=Name.DeviceRGB,
        Filter=Name.FlateDecode,
    )


def _on_white(picture: Image.Image) -> Iterator[bytes]:
    for top in range(0, picture.height, _AT_ONCE):
        box = (0, top, picture.width, min(top + _AT_ONCE, picture.height))
        rows = picture.crop(box).convert("RGBA")
        paper = Image.new("RGBA", rows.size, "white")
        yield Image.alpha_composite(paper, rows).convert("RGB").tobytes()
