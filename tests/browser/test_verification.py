"""A certificate's file is compared in the browser, and never leaves it."""

import base64

import pytest
from playwright.sync_api import Locator, Page, expect

from certificates.models import Certificate
from certificates.services.documents import make
from otec_portal.core.models import TrainingBody
from tests.browser.conftest import MakeContext, Requests
from tests.factories import NOW
from tests.factories.certificates import EmittedCertificateFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DROP = """([selector, content]) => {
  const bytes = Uint8Array.from(atob(content), (one) => one.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], "x.pdf", { type: "application/pdf" }));
  const told = { bubbles: true, cancelable: true, dataTransfer: carried };
  for (const name of ["dragover", "drop"])
    document.querySelector(selector).dispatchEvent(new DragEvent(name, told));
}"""


@pytest.fixture
def certificate(our_body: TrainingBody) -> Certificate:
    made: Certificate = EmittedCertificateFactory(
        action__course__training_body=our_body
    )
    make(made, now=NOW)
    return made


@pytest.fixture
def content(certificate: Certificate) -> bytes:
    return bytes(certificate.file.content)


def chosen(page: Page, content: bytes) -> Locator:
    """Choose a file; return where its result is told."""
    page.get_by_label("Elige el PDF").set_input_files(
        {"name": "x.pdf", "mimeType": "application/pdf", "buffer": content}
    )
    return page.get_by_role("status")


def changed(content: bytes) -> bytes:
    """The same length, one bit in its middle changed."""
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def test_file_is_compared_without_being_sent(
    page: Page, certificate: Certificate, content: bytes, requests_seen: Requests
) -> None:
    """Same and different are told in words, to screen readers too."""
    page.goto(f"/v/{certificate.code}/")
    asked = len(requests_seen.environs)
    expect(chosen(page, content)).to_contain_text("Es el mismo archivo")
    expect(chosen(page, changed(content))).to_contain_text("No es el mismo archivo")
    expect(chosen(page, content + b" ")).to_contain_text("No es el mismo archivo")
    expect(chosen(page, content)).to_contain_text("Es el mismo archivo")
    later = {one["PATH_INFO"] for one in requests_seen.environs[asked:]}
    assert {path for path in later if not path.startswith("/static/")} == set()
    assert requests_seen.to("/", "POST") == []


@pytest.mark.parametrize("where", ["[data-file-check]", "h1"])
def test_file_dropped_anywhere_on_the_page_is_compared(
    where: str, page: Page, certificate: Certificate, content: bytes
) -> None:
    page.goto(f"/v/{certificate.code}/")
    page.evaluate(DROP, [where, base64.b64encode(content).decode()])
    expect(page.get_by_role("status")).to_contain_text("Es el mismo archivo")
    expect(page.locator(".drop--over")).to_have_count(0)


def test_page_without_javascript_says_how_to_compare(
    new_context: MakeContext, certificate: Certificate
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"/v/{certificate.code}/")
    expect(page.get_by_text(certificate.file.sha256)).to_be_visible()
    expect(page.get_by_label("Elige el PDF")).to_be_hidden()
    page.get_by_text("Comparar la huella a mano").click()
    expect(page.get_by_text("sha256sum certificado.pdf", exact=True)).to_be_visible()


def test_code_typed_from_paper_on_a_phone_finds_the_certificate(
    new_context: MakeContext, certificate: Certificate
) -> None:
    page = new_context(viewport={"width": 360, "height": 640}).new_page()
    page.goto("/v/")
    code = certificate.code.lower()
    page.get_by_label("Código del certificado").fill(f"{code[:4]} {code[4:]}")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Auténtico y vigente")).to_be_in_viewport()
