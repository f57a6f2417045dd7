"""The PDF of a certificate: made once by the worker, the same whenever made again."""

import hashlib
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from certificates import document
from certificates.models import Certificate, CertificateFile
from certificates.snapshot import read

AT_A_TIME: Final = 200  # of the missing ones, in one run


def make(certificate: Certificate, *, now: datetime) -> CertificateFile:
    """Return the file of `certificate`, made if it is not there yet.

    Of two workers at once one keeps its file; both made the same bytes.
    """
    if made := CertificateFile.objects.filter(certificate=certificate).first():
        return made
    content = document.render(read(certificate.snapshot))
    try:
        with transaction.atomic():
            return CertificateFile.objects.create(
                certificate=certificate,
                content=content,
                sha256=hashlib.sha256(content).hexdigest(),
                size=len(content),
                renderer=document.RENDERER,
                made_at=now,
            )
    except IntegrityError:
        return CertificateFile.objects.get(certificate=certificate)


def make_missing(*, now: datetime) -> int:
    """Make the files that are missing, AT_A_TIME at most; return how many."""
    missing = Certificate.objects.without_file()[:AT_A_TIME]
    return len([make(certificate, now=now) for certificate in missing])
