"""Opens one document in a process of its own, which uploads.py starts and bounds.

Takes the file on standard input and the limits as its argument; writes JSON. It imports
nothing of ours: what goes wrong here, be it a crash, goes wrong for this file alone.
"""

import json
import resource
import sys
from io import BytesIO
from typing import Any

import pikepdf
from PIL import ExifTags, Image

ORIENTATIONS = range(1, 9)


class Refused(Exception):
    """Sound, perhaps, but not to be taken; its text is the code."""


def bound(limits: dict[str, Any]) -> None:
    """Let the kernel end this process where it takes more than its share."""
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["seconds"], limits["seconds"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def open_pdf(data: bytes, limits: dict[str, Any]) -> dict[str, int]:
    """Walk over its pages; what would first have to be repaired is broken."""
    with pikepdf.open(BytesIO(data), attempt_recovery=False) as pdf:
        if pdf.is_encrypted:
            raise Refused("encrypted")
        pages = len(pdf.pages)
        if pages > limits["pages"]:
            raise Refused("too_many_pages")
        for page in pdf.pages:
            page.mediabox  # noqa: B018 - raises where the page has none
    if not pages:
        raise Refused("broken")
    return {"pages": pages}


def open_picture(data: bytes, limits: dict[str, Any]) -> dict[str, int]:
    """Look at its size before its pixels, then at all of them (D5)."""
    Image.MAX_IMAGE_PIXELS = None  # ours is the limit
    with Image.open(BytesIO(data), formats=[limits["kind"]]) as picture:
        if picture.width * picture.height > limits["pixels"]:
            raise Refused("too_many_pixels")
        picture.load()
        said = picture.getexif().get(ExifTags.Base.Orientation, 1)
    return {"pages": 1, "orientation": said if said in ORIENTATIONS else 1}


def main() -> None:
    limits = json.loads(sys.argv[1])
    bound(limits)
    data = sys.stdin.buffer.read()
    answer: dict[str, Any]
    try:
        answer = (open_pdf if limits["kind"] == "PDF" else open_picture)(data, limits)
    except Refused as refused:
        answer = {"error": str(refused)}
    except pikepdf.PasswordError:
        answer = {"error": "encrypted"}
    except MemoryError:
        answer = {"error": "too_much"}
    except Exception:  # noqa: BLE001 - whatever a library says of a bad file
        answer = {"error": "broken"}
    sys.stdout.buffer.write(json.dumps(answer).encode())


if __name__ == "__main__":
    main()
