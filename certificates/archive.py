"""The PDFs of a batch in one ZIP, the same bytes whenever it is made."""

import tempfile
import zipfile
from collections.abc import Iterable
from typing import IO, Final

from certificates.models import CertificateFile

IN_MEMORY: Final = 4 * 1024 * 1024  # bytes; what is more goes to a file without a name


def archive_of(files: Iterable[CertificateFile]) -> IO[bytes]:
    """Return a ZIP of `files`, which come with their certificates, ready to be read."""
    made = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - handed on
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for one in files:
            day = one.certificate.issued_on
            entry = zipfile.ZipInfo(
                one.certificate.filename, (day.year, day.month, day.day, 0, 0, 0)
            )
            archive.writestr(entry, bytes(one.content))
    made.seek(0)
    return made
