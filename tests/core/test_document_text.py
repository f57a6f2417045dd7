"""The words of uploaded documents: read with bounds, never at the upload's cost."""

from pathlib import Path

import pytest

from otec_portal.core import document_text
from otec_portal.core.document_text import text_of
from otec_portal.core.uploads import Document, FileKind, accept
from tests.core.documents import pdf, picture, written


def test_words_of_a_pdf_are_read_with_their_accents() -> None:
    said = text_of(accept(written("Declaración jurada", "RUN 12.345.678-5")))
    assert said.split("\n") == ["Declaración jurada", "RUN 12.345.678-5"]


def test_document_without_words_says_nothing() -> None:
    assert text_of(accept(pdf())) == ""
    assert text_of(accept(picture())) == ""


def test_long_document_is_read_in_its_first_pages_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(document_text, "PAGES", 2)
    assert text_of(accept(written("Folio", pages=9))).count("Folio") == 2
    monkeypatch.setattr(document_text, "LETTERS", 3)
    assert text_of(accept(written("Folio"))) == "Fol"


def test_file_that_can_not_be_read_says_nothing() -> None:
    """D3."""
    assert text_of(Document(FileKind.PDF, b"%PDF-1.7 nada", 1)) == ""


def test_reader_that_dies_leaves_the_worker_alive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D3: what ends the child costs the words, and nothing else."""
    child = tmp_path / "child.py"
    child.write_text("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    monkeypatch.setattr(document_text, "_CHILD", child)
    assert text_of(accept(written("Folio"))) == ""
