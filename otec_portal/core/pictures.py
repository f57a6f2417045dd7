"""JPEG and PNG without what they carry besides the picture; no pixel changes.

Cameras write where and when a picture was taken (Exif, XMP, comments): it is left out,
but for which side is up. Whatever stands behind the picture's end is left out too. The
picture has been opened before: here its parts are only walked over.
"""

import struct
from collections.abc import Iterator
from typing import Final

_JPEG_START, _JPEG_END, _SCAN = 0xD8, 0xD9, 0xDA
_ICC, _ADOBE = 0xE2, 0xEE  # application segments that colours depend on
_APPLICATIONS: Final = range(0xE1, 0xF0)  # but for JFIF's, 0xE0
_COMMENT: Final = 0xFE
_ALONE: Final = {0x01, *range(0xD0, 0xD8)}  # markers without a length
_PNG_SIGNATURE: Final = 8  # bytes
_PNG_NOTES: Final = {b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"}
_PNG_END: Final = b"IEND"
_AROUND_CHUNK: Final = 12  # bytes: length, name, checksum


def bare_jpeg(data: bytes, *, orientation: int = 1) -> bytes:
    """Return the JPEG without notes, with which side is up where it isn't plain."""
    kept = [b"\xff\xd8"]
    if orientation != 1:
        kept.append(_exif(orientation))
    for marker, segment in _segments(data):
        if marker == _ICC and not segment[4:].startswith(b"ICC_PROFILE\0"):
            continue
        foreign = marker in _APPLICATIONS and marker not in {_ICC, _ADOBE}
        if not foreign and marker != _COMMENT:
            kept.append(segment)
    return b"".join([*kept, b"\xff\xd9"])


def _exif(orientation: int) -> bytes:
    """Exif that says one thing: TIFF's tag 0x0112, a short."""
    entry = struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0)
    tiff = b"MM\0*" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)
    body = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (marker, bytes) from behind the start to before the first picture's end."""
    at = 2
    while at + 1 < len(data):
        marker = data[at + 1]
        if data[at] != 0xFF or marker == 0xFF:  # noqa: PLR2004 - a fill byte
            at += 1
            continue
        if marker == _JPEG_END:
            return
        length = 2
        if marker not in _ALONE:
            length += int.from_bytes(data[at + 2 : at + 4])
        if marker == _SCAN:
            length = _end_of_scan(data, at + length) - at
        yield marker, data[at : at + length]
        at += length


def _end_of_scan(data: bytes, at: int) -> int:
    """Return where the next marker stands that is no part of the compressed data."""
    while (at := data.find(b"\xff", at)) != -1 and at + 1 < len(data):
        following = data[at + 1]
        if following not in {0x00, 0xFF, *_ALONE}:
            return at
        at += 1 if following == 0xFF else 2  # noqa: PLR2004
    return len(data)


def bare_png(data: bytes) -> bytes:
    """Return the PNG without its textual and Exif chunks."""
    kept = [data[:_PNG_SIGNATURE]]
    for name, start, end in _chunks(data):
        if name not in _PNG_NOTES:
            kept.append(data[start:end])
    return b"".join(kept)


def png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield (name, content) of each chunk of the PNG."""
    for name, start, end in _chunks(data):
        yield name, data[start + 8 : end - 4]


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield each chunk's name, its start, and its end."""
    at = _PNG_SIGNATURE
    while at < len(data):
        end = at + int.from_bytes(data[at : at + 4]) + _AROUND_CHUNK
        name = data[at + 4 : at + 8]
        yield name, at, end
        at = end
        if name == _PNG_END:
            return
