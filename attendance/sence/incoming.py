"""What comes back from SENCE, read with tolerance (protocol.md, "What comes back").

Nothing here raises for anything that a browser can post.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from itertools import islice
from urllib.parse import unquote_to_bytes

from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http.multipartparser import MultiPartParser, MultiPartParserError

from attendance.sence.errors import parse_codes
from attendance.sence.spelling import BLANKED, without
from attendance.sence.wire import MAX_LENGTHS, Field
from otec_portal.core import rut
from otec_portal.core.content_type import readable

MOST_FIELDS = 1_000
_USABLE = re.compile(rf"[!-~]{{1,{MAX_LENGTHS[Field.NONCE]}}}")
_TOKEN_FIELD = re.compile(
    rb"(?i)((?:^|&)(?:\s|\+|%20|%09)*token(?:\s|\+|%20|%09)*=)[^&]*"
)
# where a multipart body can't be read whole: a part of that name, no file
_NONCE_PART = re.compile(
    rb'(?i)name="\s*' + Field.NONCE.encode() + rb'\s*"[ \t]*\r\n'
    rb"(?:[^\r\n]{1,200}\r\n){0,4}\r\n([^\r\n]{1,200})\r\n"
)
# wherever it stands in a form, without reading what stands before
_NONCE_AT_A_GLANCE = re.compile(
    rb"(?i)" + Field.NONCE.encode() + rb"(?:\s|\+|%20|%09){0,8}=([^&]{1,447})"
)
_GLANCES = 20
# bounded: a body made to tire the search must not tie up a worker
_TOKEN_PART = re.compile(rb'(?is)(name="\s*token\s*".{0,400}?\r\n\r\n)[^\r]*')
_NAMES = {name.lower().encode() for name in Field}
_BLANK = BLANKED.encode()
_BYTE_ORDER_MARK = "\ufeff"
_CHARSETS = {"utf-8", "iso-8859-1", "iso-8859-15", "windows-1252", "us-ascii"}


@dataclass(frozen=True)
class Incoming:
    """The fields of one callback: names stripped, values as they came."""

    pairs: tuple[tuple[str, str], ...]

    @cached_property
    def _values(self) -> dict[str, list[str]]:
        values: dict[str, list[str]] = {}
        for name, value in self.pairs:
            known_by = name.replace(_BYTE_ORDER_MARK, "").strip().lower()
            values.setdefault(known_by, []).append(value.strip())
        return values

    def all(self, name: Field) -> list[str]:
        """Return the values that came under `name`, each once, in order."""
        return list(dict.fromkeys(self._values.get(name.lower(), [])))

    def get(self, name: Field) -> str:
        """Return the first value that came under `name`, or ""."""
        return next(iter(self.all(name)), "")

    def has(self, name: Field) -> bool:
        """Say whether `name` came with a value that is not blank."""
        return bool(self.get(name))

    @property
    def nonce(self) -> str:
        """The first usable IdSesionAlumno: printable ASCII, 149 at most; else ""."""
        came = self.all(Field.NONCE)
        return next((text for text in came if _USABLE.fullmatch(text)), "")

    @property
    def doubled(self) -> bool:
        """Whether a field came more than once with unlike values.

        Any that SENCE has a name for; but of GlosaError all are read, and ZonaHoraria
        decides nothing by itself.
        """
        return any(
            len(self.all(name)) > 1
            for name in Field
            if name not in {Field.ERROR, Field.TIME_ZONE}
        )

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The error codes of every GlosaError that came.

        One that is not blank and names no code, as `;`, is the error without a name.
        """
        glosas = self.all(Field.ERROR)
        return parse_codes(";".join(glosas)) or (("",) if any(glosas) else ())

    @property
    def run(self) -> str:
        """RunAlumno as we keep RUNs; what is none comes back as it came."""
        text = self.get(Field.RUN)
        return rut.normalise(text) if rut.is_valid(text) else text


def parse(body: bytes, content_type: str) -> Incoming:
    """Read a form body; what can't be read is left out.

    The charset is the one that was declared, else UTF-8, else Windows-1252. Of more
    than MOST_FIELDS fields only those count that SENCE has names for. SENCE sends
    urlencoded forms; multipart ones are understood as well, and of one that can't be
    read (it has too many fields, or is cut off) the nonce.
    """
    if content_type.strip().lower().startswith("multipart/form-data"):
        return Incoming(_multipart(body, content_type))
    declared = _charset(content_type)
    pairs = []
    for part in _fields(body):
        name, _, value = part.partition(b"=")
        if name:
            pairs.append((_text(name, declared), _text(value, declared)))
    return Incoming(tuple(pairs))


def _fields(body: bytes) -> list[bytes]:
    parts = [part for part in body.split(b"&") if part]
    return parts[:MOST_FIELDS] + [
        part
        for part in parts[MOST_FIELDS:]
        if part.partition(b"=")[0].strip(b" +").lower() in _NAMES
    ]


def _multipart(body: bytes, content_type: str) -> tuple[tuple[str, str], ...]:
    headers = {"CONTENT_TYPE": readable(content_type), "CONTENT_LENGTH": len(body)}
    try:
        fields, _ = MultiPartParser(
            headers, BytesIO(body), [MemoryFileUploadHandler()]
        ).parse()
    except (MultiPartParserError, SuspiciousOperation, ValueError, LookupError):
        return _nonces_alone(body)
    return tuple((name, text) for name, texts in fields.lists() for text in texts)


def _nonces_alone(body: bytes) -> tuple[tuple[str, str], ...]:
    """Return what it is kept under, of a body that can't be read: it is evidence."""
    found = dict.fromkeys(_NONCE_PART.findall(body))
    return tuple((str(Field.NONCE), _text_of(raw, "utf-8")) for raw in found)


def nonce_at_a_glance(body: bytes) -> str:
    """Return a usable IdSesionAlumno of `body`, in whichever form, else "".

    For a body so large that reading it is work: it takes far less time. What is
    spelled too oddly for it, `parse` may still find.
    """
    for pattern in (_NONCE_AT_A_GLANCE, _NONCE_PART):
        for found in islice(pattern.finditer(body), _GLANCES):
            text = _text(found.group(1), "utf-8").strip()
            if _USABLE.fullmatch(text):
                return text
    return ""


def fields_to_repeat(incoming: Incoming) -> list[tuple[str, str]]:
    """Return every field that came, to be posted once more; a token is blanked."""
    return [
        (name, BLANKED if name.strip().lower() == Field.TOKEN.lower() else text)
        for name, text in incoming.pairs
    ]


def without_token(body: bytes, *secrets: str) -> bytes:
    """Return `body` with our tokens blanked, should they ever come back to us."""
    blanked = _TOKEN_FIELD.sub(rb"\1" + _BLANK, body)
    blanked = _TOKEN_PART.sub(rb"\1" + _BLANK, blanked)
    return without(blanked, secrets)


def _charset(content_type: str) -> str:
    named = re.search(r"charset\s*=\s*[\"']?([\w.-]+)", content_type, re.IGNORECASE)
    charset = named.group(1).lower() if named else "utf-8"
    return charset if charset in _CHARSETS else "utf-8"


def _text(raw: bytes, declared: str) -> str:
    return _text_of(unquote_to_bytes(raw.replace(b"+", b" ")), declared)


def _text_of(data: bytes, declared: str) -> str:
    for charset in (declared, "utf-8"):
        try:
            return data.decode(charset)
        except UnicodeDecodeError:
            continue
    return data.decode("cp1252", errors="replace")
