"""The PDF of a certificate: made once, found missing, made again to compare."""

import hashlib
from datetime import timedelta
from itertools import count
from typing import Any
from unittest import mock

import pytest
from django.core.management import CommandError, call_command

from certificates import document
from certificates.models import Certificate, CertificateFile
from certificates.services import documents
from certificates.services.documents import AT_A_TIME, AT_MOST, GRACE
from certificates.tasks import make_document, make_missing_documents
from tests.factories import NOW
from tests.factories.certificates import (
    CertificateFileFactory,
    EmittedCertificateFactory,
)

pytestmark = pytest.mark.django_db
LATER = NOW + GRACE
COMMAND = "remake_certificates"


@pytest.fixture
def certificate(db: None) -> Certificate:
    return EmittedCertificateFactory()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> mock.Mock:
    """A printer that takes no time: what is printed, test_document.py proves."""
    printer = mock.Mock(side_effect=lambda kept: b"%PDF" + kept.encode())
    monkeypatch.setattr(document, "render", printer)
    return printer


def make_missing(**times: Any) -> int:
    return documents.make_missing(clock=lambda: LATER, **times)


def test_file_is_kept_with_its_fingerprint_and_its_printer(
    certificate: Certificate,
) -> None:
    make_document(certificate.pk)
    file = CertificateFile.objects.get()
    content = bytes(file.content)
    assert content == document.render(certificate.snapshot)
    assert file.sha256 == hashlib.sha256(content).hexdigest()
    assert file.size == len(content)
    assert file.renderer.startswith("WeasyPrint 7")
    assert "Pango 1." in file.renderer


def test_file_that_is_there_is_not_printed_again(
    certificate: Certificate, quick: mock.Mock
) -> None:
    for _ in range(2):
        make_document(certificate.pk)
    assert quick.call_count == 1


@pytest.mark.parametrize(
    ("age", "made"), [(GRACE - timedelta(microseconds=1), 0), (GRACE, 1)]
)
def test_missing_file_is_made_once_its_own_task_had_its_time(
    age: timedelta, made: int, certificate: Certificate, quick: mock.Mock
) -> None:
    assert documents.make_missing(clock=lambda: NOW + age) == made
    assert CertificateFile.objects.count() == made


def test_missing_files_are_looked_for_by_a_task(
    certificate: Certificate, quick: mock.Mock
) -> None:
    """Emitted in June of 2026, long ago whenever this runs."""
    assert make_missing_documents() == 1
    assert make_missing_documents() == 0


def test_missing_files_are_made_for_a_while_only(quick: mock.Mock) -> None:
    """Mail waits behind them. The oldest come first."""
    rows = [EmittedCertificateFactory(at=NOW - timedelta(days=n)) for n in range(4)]
    ticks = count()

    def clock() -> Any:
        return LATER + next(ticks) * AT_MOST / 2

    assert documents.make_missing(clock=clock) == 2
    done = CertificateFile.objects.values_list("certificate", flat=True)
    assert set(done) == {rows[3].pk, rows[2].pk}


def test_missing_files_are_made_by_the_dozen_at_most(
    quick: mock.Mock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert AT_A_TIME <= 50
    monkeypatch.setattr(documents, "AT_A_TIME", 1)
    for _ in range(2):
        EmittedCertificateFactory()
    assert [make_missing(), make_missing(), make_missing()] == [1, 1, 0]


def test_certificate_that_cannot_be_printed_holds_up_no_other(
    certificate: Certificate, caplog: pytest.LogCaptureFixture, quick: mock.Mock
) -> None:
    other = EmittedCertificateFactory()
    quick.side_effect = [RuntimeError("no ink"), b"%PDF"]
    assert make_missing() == 1
    assert CertificateFile.objects.get().certificate == other
    assert f"certificate {certificate.pk} could not be printed" in caplog.text


def test_every_file_made_again_is_the_same(
    certificate: Certificate, capsys: pytest.CaptureFixture[str]
) -> None:
    documents.make(certificate, now=NOW)
    call_command(COMMAND, check=True)
    assert "1 same, 0 different, 0 damaged, 0 missing" in capsys.readouterr().out


def test_file_that_would_be_another_one_is_named_with_its_printer(
    certificate: Certificate, quick: mock.Mock, capsys: pytest.CaptureFixture[str]
) -> None:
    content = b"%PDF as WeasyPrint 69 made it"
    before = CertificateFileFactory(
        certificate=certificate,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        renderer="WeasyPrint 69.0, Pango 1.50.12",
    )
    with pytest.raises(CommandError):
        call_command(COMMAND)
    told = capsys.readouterr().out
    number = f"{certificate.training_body.rut} {certificate.number}"
    assert f"{number}: different, made by WeasyPrint 69.0, Pango 1.50.12" in told
    assert f"now {document.RENDERER}" in told
    before.refresh_from_db()
    assert bytes(before.content) == content


def test_file_that_is_not_what_was_kept_is_damaged(
    certificate: Certificate, quick: mock.Mock, capsys: pytest.CaptureFixture[str]
) -> None:
    CertificateFileFactory(certificate=certificate, sha256="0" * 64)
    with pytest.raises(CommandError):
        call_command(COMMAND)
    assert ": damaged, made by" in capsys.readouterr().out


def test_missing_file_is_named_by_the_check_and_made_without_it(
    certificate: Certificate, quick: mock.Mock, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError):
        call_command(COMMAND, check=True)
    assert f"{certificate.number}: missing" in capsys.readouterr().out
    assert not CertificateFile.objects.exists()
    call_command(COMMAND)
    assert f"{certificate.number}: made" in capsys.readouterr().out
    call_command(COMMAND, check=True)


def test_many_that_cannot_be_printed_hold_up_no_later_run(
    quick: mock.Mock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More of them than one run tries, all older: the next run goes past them."""
    monkeypatch.setattr(documents, "AT_A_TIME", 2)
    for number in range(2):
        EmittedCertificateFactory(at=NOW - timedelta(days=2 - number))
    good = EmittedCertificateFactory()
    quick.side_effect = [RuntimeError("no ink"), RuntimeError("no ink"), b"%PDF"]
    assert [make_missing(), make_missing()] == [0, 1]
    assert CertificateFile.objects.get().certificate == good
    assert quick.call_count == 3
