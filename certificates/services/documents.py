"""The PDF of a certificate: made once by the worker, the same whenever made again."""

import hashlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from django.db import IntegrityError, transaction

from certificates import document
from certificates.models import Certificate, CertificateFile
from otec_portal.core.rate_limit import first_within

logger = logging.getLogger(__name__)

# of the missing ones, in one run: the worker has mail to send as well
AT_A_TIME: Final = 50
AT_MOST: Final = timedelta(seconds=20)
GRACE: Final = timedelta(minutes=1)  # in which its own task makes it
AGAIN: Final = timedelta(minutes=30)  # what could not be made rarely can a minute later


def make(certificate: Certificate, *, now: datetime) -> CertificateFile:
    """Return the file of `certificate`, made if it is not there yet.

    Of two workers at once one keeps its file; both made the same bytes.
    """
    if made := CertificateFile.objects.filter(certificate=certificate).first():
        return made
    content = document.render(certificate.snapshot)
    try:
        with transaction.atomic():
            return CertificateFile.objects.create(
                certificate=certificate,
                content=content,
                sha256=_sha256(content),
                size=len(content),
                renderer=document.RENDERER,
                made_at=now,
            )
    except IntegrityError:
        return CertificateFile.objects.get(certificate=certificate)


def make_missing(*, clock: Callable[[], datetime]) -> int:
    """Make files that should long be there, for AT_MOST; return how many.

    `clock` gives the present moment. Those that can't be made, however many, do not
    keep the others from theirs: they are tried again AGAIN later.
    """
    begun = clock()
    due = Certificate.objects.without_file().filter(issued_at__lte=begun - GRACE)
    made, tried = 0, 0
    for pk in list(due.values_list("pk", flat=True)):
        now = clock()
        if tried == AT_A_TIME or now - begun > AT_MOST:
            break
        if first_within(AGAIN, "certificate-printed", str(pk)):
            tried += 1
            made += _made(pk, now=now)
    return made


def _made(pk: int, *, now: datetime) -> bool:
    """Say whether the file of the certificate `pk` could be made; if not, log it."""
    try:
        make(Certificate.objects.get(pk=pk), now=now)
    except Exception:
        logger.exception("certificate %s could not be printed", pk)
        return False
    return True


class Likeness(StrEnum):
    """What a kept file is to the one that its snapshot makes today."""

    SAME = "same"
    DIFFERENT = "different"
    DAMAGED = "damaged"  # not even what was once kept


def compare(file: CertificateFile) -> Likeness:
    """Print the certificate of `file` once more, and compare. Nothing is written."""
    if _sha256(bytes(file.content)) != file.sha256:
        return Likeness.DAMAGED
    again = _sha256(document.render(file.certificate.snapshot))
    return Likeness.SAME if again == file.sha256 else Likeness.DIFFERENT


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
