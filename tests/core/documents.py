"""Documents to upload, good and bad."""

from io import BytesIO

import pikepdf
from PIL import Image


def pdf(*, pages: int = 1, password: str = "") -> bytes:
    """Return a PDF of blank pages."""
    made = pikepdf.new()
    for _ in range(pages):
        made.add_blank_page()
    target = BytesIO()
    locked = pikepdf.Encryption(owner="x", user=password) if password else False
    made.save(target, encryption=locked)
    return target.getvalue()


def picture(kind: str = "JPEG", *, size: tuple[int, int] = (64, 48), **more) -> bytes:
    """Return a picture with a gradient, so that a changed pixel would show."""
    made = Image.linear_gradient("L").resize(size).convert("RGB")
    target = BytesIO()
    made.save(target, kind, **more)
    return target.getvalue()


def with_location(*, orientation: int = 6) -> bytes:
    """Return a JPEG that tells where it was taken, and which side is up."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Una cámara"
    exif.get_ifd(0x8825)[2] = (33.0, 26.0, 15.0)
    return picture(exif=exif, comment=b"En mi casa")


def written(*lines: str, pages: int = 1) -> bytes:
    """Return a PDF that says `lines` on each of its pages, as a program writes it."""
    made = pikepdf.new()
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type1,
        BaseFont=pikepdf.Name.Helvetica,
        Encoding=pikepdf.Name.WinAnsiEncoding,
    )
    drawn = b" ".join(
        b"BT /F 12 Tf 50 %d Td <%s> Tj ET"
        % (700 - 20 * row, line.encode("cp1252").hex().encode())
        for row, line in enumerate(lines)
    )
    for _ in range(pages):
        page = made.add_blank_page()
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
        page.Contents = made.make_stream(drawn)
    target = BytesIO()
    made.save(target)
    return target.getvalue()
