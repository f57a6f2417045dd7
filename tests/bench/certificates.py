"""Printing certificates: python -m tests.bench.certificates [cpu|worker|memory].

The CPU of one certificate against that of WeasyPrint alone on the same HTML; 200 of
them by a worker on two cores; 1,000 in one process, and what memory that takes.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tests.bench.output import say
from tests.bench.server import ROOT, portal

ROUNDS: Final = 15
CPU_LIMIT: Final = 1.15
BY_WORKER: Final = 200
BY_ONE: Final = 1_000
STEP: Final = 100
MEMORY_LIMIT: Final = 16.0  # MiB from the 100th to the 1,000th
USUAL: Final = 30  # participants
PATIENCE: Final = 1_200  # seconds


def main() -> int:
    """Measure what is named on the command line, or all; return the exit code."""
    parts: dict[str, Callable[[], bool]] = {
        "cpu": _cpu,
        "worker": _worker,
        "memory": _memory,
    }
    wanted = sys.argv[1:] or list(parts)
    say(f"load {os.getloadavg()[0]:.1f}")
    with portal():
        passed = [parts[name]() for name in wanted]
    say(f"load {os.getloadavg()[0]:.1f}")
    return 0 if all(passed) else 1


def _cpu() -> bool:
    """In turn, by CPU: it hardly moves with what else the machine does."""
    passed = [_compared(people) for people in (USUAL, 300)]
    return all(passed)


def _compared(people: int) -> bool:
    (certificate,) = _certificates(1, people)
    alone = _weasyprint_alone(certificate.snapshot)
    ours = _task(certificate)
    for run in (alone, ours):
        run()
    rounds = [(_seconds(ours), _seconds(alone)) for _ in range(ROUNDS)]
    ratio = statistics.median(own / bare for own, bare in rounds)
    own, bare = (statistics.median(one) * 1000 for one in zip(*rounds, strict=True))
    passed = ratio <= CPU_LIMIT
    say(
        f"{'PASS' if passed else 'FAIL'}  {people} participants: {own:.0f} ms of CPU, "
        f"WeasyPrint alone {bare:.0f} ms, ratio {ratio:.3f} (limit {CPU_LIMIT})"
    )
    return passed


def _task(certificate: Any) -> Callable[[], object]:
    """What the worker does: read, print, hash, keep; undone, to be done again."""
    from django.db import transaction
    from django.utils import timezone

    from certificates.models import Certificate
    from certificates.services import documents

    def run() -> None:
        with transaction.atomic():
            one = Certificate.objects.get(pk=certificate.pk)
            documents.make(one, now=timezone.now())
            transaction.set_rollback(True)

    return run


def _weasyprint_alone(kept: str) -> Callable[[], object]:
    """The same HTML and style, parsed once, with the same fonts and variant."""
    import weasyprint
    from django.template.loader import render_to_string
    from weasyprint.text.fonts import FontConfiguration

    from certificates import document
    from certificates.snapshot import read
    from otec_portal.core import pdf

    html = document.page(read(kept))
    style = render_to_string("certificates/document/1/certificate.css")
    fonts = FontConfiguration()
    own = style.replace(pdf.SCHEME, f"{(ROOT / 'static').as_uri()}/")
    sheet = weasyprint.CSS(string=own, font_config=fonts)
    return lambda: weasyprint.HTML(string=html).write_pdf(
        font_config=fonts, stylesheets=[sheet], pdf_variant=pdf.VARIANT
    )


def _seconds(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def _worker() -> bool:
    """From the first task to the last file, by two processes."""
    from certificates.models import CertificateFile
    from certificates.tasks import make_document

    keys = [one.pk for one in _certificates(BY_WORKER, USUAL)]
    with _celery():
        while not CertificateFile.objects.exists():  # what came too early is lost
            make_document.delay(keys[0])
            time.sleep(2)
        start = time.perf_counter()
        for key in keys[1:]:
            make_document.delay(key)
        _until(lambda: CertificateFile.objects.count() == BY_WORKER)
        taken = time.perf_counter() - start
    each = taken / (BY_WORKER - 1) * 1000
    say(f"{BY_WORKER} by the worker: {taken:.1f} s, {each:.0f} ms each")
    return True


@contextmanager
def _celery() -> Iterator[None]:
    command = [sys.executable, "-m", "celery", "-A", "otec_portal", "worker"]
    command += ["--concurrency", "2", "--loglevel", "WARNING"]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=60)


def _until(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not reached():
        if time.monotonic() > deadline:
            raise SystemExit("the worker did not come to an end")
        time.sleep(0.1)


def _memory() -> bool:
    """The memory of this process, which does what a worker's does."""
    from django.utils import timezone

    from certificates.models import Certificate
    from certificates.services import documents

    start = time.process_time()
    rss = []
    keys = [one.pk for one in _certificates(BY_ONE, USUAL)]
    for number, key in enumerate(keys, start=1):  # as the task does: none is kept
        documents.make(Certificate.objects.get(pk=key), now=timezone.now())
        if number % STEP == 0:
            rss.append(_resident())
            say(f"{number:5}: {rss[-1]:.1f} MiB")
    grown = rss[-1] - rss[0]
    passed = grown <= MEMORY_LIMIT
    say(
        f"{'PASS' if passed else 'FAIL'}  {BY_ONE} in one process: {grown:+.1f} MiB "
        f"from the {STEP}th on (limit {MEMORY_LIMIT}), "
        f"{time.process_time() - start:.0f} s of CPU"
    )
    return passed


def _resident() -> float:
    status = Path("/proc/self/status").read_text().splitlines()
    line = next(one for one in status if one.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def _certificates(many: int, people: int) -> list[Any]:
    """Certificates of as many actions, written down without their participants."""
    from certificates.models import Certificate, Certification
    from certificates.snapshot import digest
    from certificates.verification import new_code
    from tests.certificates.paper import snapshot
    from tests.factories.core import UserFactory
    from tests.factories.courses import CourseFactory, TrainingActionFactory

    course: Any = CourseFactory()
    user = UserFactory()
    made = []
    for number in range(1, many + 1):
        action: Any = TrainingActionFactory(course=course)
        code = new_code()
        told = snapshot(people, number=f"{number}-2026", code=code)
        made.append(
            Certificate.objects.create(
                training_body=course.training_body,
                certification=Certification.objects.create(action=action),
                year=2026,
                sequence=number,
                code=code,
                billing_reference="F-1",
                snapshot=told.text,
                sha256=digest(told.text),
                by=user,
                issued_on=told.issued_on,
                issued_at=told.issued_at,
            )
        )
    return made


if __name__ == "__main__":
    sys.exit(main())
