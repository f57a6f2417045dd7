"""Documents dropped on a packet's page: one by one, and again where one was lost."""

import base64
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from courses.models import Enrolment, Modality
from liquidation.models import PacketAction
from tests.browser.pages import Operator
from tests.browser.watch import Watch
from tests.core.documents import pdf, picture
from tests.liquidation.packing import packet_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DROP = """([files]) => {
  const moved = new DataTransfer();
  for (const [name, content] of files) {
    const bytes = Uint8Array.from(atob(content), (one) => one.charCodeAt(0));
    moved.items.add(new File([bytes], name));
  }
  document.body.dispatchEvent(
    new DragEvent("drop", { dataTransfer: moved, bubbles: true, cancelable: true }),
  );
}"""


@pytest.fixture
def held(operator: Operator, enrolment: Enrolment) -> PacketAction:
    """A packet whose papers the operator looks at."""
    body = enrolment.action.course.training_body
    made = packet_of(body, Modality.SELF_INSTRUCTION)
    operator.page.goto(reverse("liquidation:papers", args=[made.packet.public_id]))
    return made


def chosen(page: Page, **files: bytes) -> None:
    given: Any = [
        {"name": name.replace("_", "."), "mimeType": "", "buffer": content}
        for name, content in files.items()
    ]
    page.get_by_label("Documentos", exact=True).set_input_files(given)


def test_dropped_files_are_kept_and_listed(
    operator: Operator, held: PacketAction
) -> None:
    page = operator.page
    files = [("a.pdf", pdf()), ("b.jpg", picture())]
    page.evaluate(DROP, [[[name, _base64(data)] for name, data in files]])
    expect(page.get_by_role("row", name="b.jpg")).to_be_visible()
    assert {one.name for one in held.packet.papers.all()} == {"a.pdf", "b.jpg"}


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def test_file_that_was_lost_on_its_way_is_sent_again(
    operator: Operator, held: PacketAction, watch: Watch
) -> None:
    """The others are kept; trying again goes on from there."""
    page = operator.page
    watch.expect("ERR_FAILED")
    page.route("**/archivos/", _loses_the_first())
    chosen(page, uno_pdf=pdf(), dos_pdf=pdf(pages=2))
    expect(page.get_by_text("Guardados: 1, con problemas: 1.")).to_be_visible()
    page.get_by_role("button", name="Reintentar uno.pdf").click()
    expect(page.get_by_role("row", name="uno.pdf")).to_be_visible()
    assert held.packet.papers.count() == 2


def _loses_the_first() -> Any:
    lost: list[Route] = []

    def handle(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route)
            route.abort()
        else:
            route.continue_()

    return handle


def test_file_too_big_is_told_without_being_sent(
    operator: Operator, held: PacketAction
) -> None:
    page = operator.page
    chosen(page, film_pdf=b"%PDF-" + bytes(11 * 1024 * 1024))
    expect(page.get_by_text("El archivo pesa más de 10 MB.")).to_be_visible()
    assert not held.packet.papers.exists()
