"""The application on a telephone: codes by RFC 6238, computed apart from the portal."""

import base64
import hmac
import struct
from datetime import datetime

PERIOD = 30  # seconds


def code_of(secret: str, *, at: datetime) -> str:
    """Return the six digits that an application shows at `at`."""
    step = int(at.timestamp()) // PERIOD
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", step), "sha1")
    start = digest[-1] & 0x0F
    (number,) = struct.unpack(">I", digest[start : start + 4])
    return f"{(number & 0x7FFFFFFF) % 1_000_000:06}"
