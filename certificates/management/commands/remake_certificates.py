"""Whether every certificate would be printed today as it was: byte for byte."""

from collections import Counter

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from certificates.document import RENDERER
from certificates.models import Certificate, CertificateFile
from certificates.services.documents import Likeness, compare, make


class Command(BaseCommand):
    help = (
        "Print every certificate again from its snapshot and compare it with the PDF "
        "that is kept, which is never replaced; make the PDFs that are missing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="write nothing, missing PDFs neither"
        )

    def handle(self, *, check: bool, **options: object) -> None:
        found = self._compared()
        missing = self._missing(make_them=not check)
        told = [f"{found[one]} {one}" for one in Likeness]
        told.append(f"{missing} missing" if check else f"{missing} made")
        self.stdout.write(", ".join(told))
        if found[Likeness.DIFFERENT] or found[Likeness.DAMAGED] or (check and missing):
            raise CommandError("Not every certificate is as it was: see above.")

    def _compared(self) -> Counter[str]:
        found: Counter[str] = Counter()
        rows = CertificateFile.objects.select_related("certificate__training_body")
        for file in rows.order_by("pk").iterator(chunk_size=50):
            likeness = compare(file)
            found[likeness] += 1
            if likeness != Likeness.SAME:
                made = f"made by {file.renderer}; now {RENDERER}"
                self.stdout.write(f"{_name(file.certificate)}: {likeness}, {made}")
        return found

    def _missing(self, *, make_them: bool) -> int:
        rows = Certificate.objects.without_file().select_related("training_body")
        keys = list(rows.values_list("pk", flat=True))
        for key in keys:
            one = rows.get(pk=key)
            if make_them:
                make(one, now=timezone.now())
            self.stdout.write(f"{_name(one)}: {'made' if make_them else 'missing'}")
        return len(keys)


def _name(one: Certificate) -> str:
    return f"{one.training_body.rut} {one.number}"
