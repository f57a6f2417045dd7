"""Reads the words of one PDF in a process of its own, which document_text.py starts.

Takes the file on standard input and the limits as its argument; writes JSON. It imports
nothing of ours: what goes wrong here, be it a crash, goes wrong for this file alone.
"""

import json
import resource
import sys
from io import BytesIO
from typing import Any

from pypdf import PdfReader


def bound(limits: dict[str, Any]) -> None:
    """Let the kernel end this process where it takes more than its share."""
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["seconds"], limits["seconds"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read(data: bytes, limits: dict[str, Any]) -> str:
    """Return what its first pages say, as far as they can be read."""
    found, left = [], limits["letters"]
    for page in PdfReader(BytesIO(data)).pages[: limits["pages"]]:
        found.append(page.extract_text()[:left])
        left -= len(found[-1])
        if left <= 0:
            break
    return "\n".join(found)


def main() -> None:
    limits = json.loads(sys.argv[1])
    bound(limits)
    try:
        text = read(sys.stdin.buffer.read(), limits)
    except Exception:  # noqa: BLE001 - whatever a library says of a strange file
        text = ""
    sys.stdout.buffer.write(json.dumps({"text": text}).encode())


if __name__ == "__main__":
    main()
