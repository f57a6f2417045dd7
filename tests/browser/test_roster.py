"""From a file to the participant's own phone: import, links, and the way back."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from courses.access import personal_link
from courses.models import Enrolment
from otec_portal.core.models import OutgoingEmail
from tests.browser.conftest import MakeContext
from tests.browser.pages import Operator
from tests.browser.watch import Watch
from tests.courses.roster.sources import ANAS, HEADINGS, JUANS, xlsx

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def roster_file(tmp_path: Path) -> Path:
    path = tmp_path / "nomina.xlsx"
    wrong = ("48.000.022-6", "Eva", "", "eva@correo", "")
    path.write_bytes(xlsx(["OTEC Nuestra"], HEADINGS, ANAS, JUANS, wrong))
    return path


def uploads(page: Page, enrolment: Enrolment, path: Path) -> None:
    page.goto(f"/acciones/{enrolment.action.public_id}/nomina/")
    page.get_by_role("link", name="Importar desde Excel").click()
    page.get_by_label("Archivo de la nómina").set_input_files(path)
    page.get_by_role("button", name="Revisar el archivo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Revisa la nómina antes de importarla"
    )


def journey(page: Page, enrolment: Enrolment, path: Path) -> None:
    """Upload, correct what is wrong, import, send the links, undo."""
    uploads(page, enrolment, path)
    expect(page.get_by_text("Apellidos (celda C5):")).to_be_visible()
    page.get_by_role("link", name="Corregir la fila 5").click()
    page.get_by_label("Apellidos").fill("Soto")
    page.get_by_label("Correo").fill("eva@correo.example")
    page.get_by_role("button", name="Corregir la fila").click()
    expect(page).to_have_url(re.compile("#fila-5$"))
    page.get_by_role("button", name="Importar la nómina").click()
    expect(page.get_by_text("3 participantes agregados")).to_be_visible()
    expect(page.get_by_role("region", name="Nómina").locator("tbody tr")).to_have_count(
        4
    )


def test_roster_from_a_file_reaches_the_participants_phone(
    operator: Operator,
    enrolment: Enrolment,
    roster_file: Path,
    new_context: MakeContext,
) -> None:
    page = operator.page
    journey(page, enrolment, roster_file)
    page.get_by_role("link", name="Enlaces personales").click()
    page.get_by_role("button", name="Enviar por correo").click()
    expect(page.get_by_text("Los 3 correos salen")).to_be_visible()
    expect(page.get_by_text("Sin correo registrado: Juan Díaz")).to_be_visible()
    mail = OutgoingEmail.objects.get(to="ana@correo.example")
    link = re.search(r"http\S+/entrar/\S+", mail.text)
    assert link is not None
    phone = new_context(viewport={"width": 360, "height": 740}).new_page()
    phone.goto(link[0])
    expect(phone.get_by_role("heading", level=1)).to_have_text(
        enrolment.action.course.name
    )


def test_sheet_of_codes_prints_cards_and_a_leaked_link_dies(
    operator: Operator, enrolment: Enrolment, new_context: MakeContext, watch: Watch
) -> None:
    watch.expect("404")  # the old link, at the end
    page = operator.page
    old = personal_link(enrolment)
    page.goto(f"/acciones/{enrolment.action.public_id}/nomina/enlaces/")
    page.get_by_role("button", name="Preparar hoja").click()
    expect(page.locator(".link-card svg.qr")).to_have_count(1)
    expect(page.get_by_label("Enlace para copiar")).to_have_value(old)
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation").first).to_be_hidden()
    expect(page.get_by_label("Enlace para copiar")).to_be_hidden()
    expect(page.locator(".link-card")).to_be_visible()
    page.emulate_media(media="screen")
    page.get_by_role("link", name="Volver a los enlaces").click()
    expect(page.get_by_text("En hoja")).to_be_visible()
    page.get_by_role("link", name="Cambiar enlace").click()
    page.get_by_role("button", name="Cambiar el enlace").click()
    expect(page.get_by_text("Sin entregar")).to_be_visible()
    stranger = new_context().new_page()
    answer = stranger.goto(old)
    assert answer is not None
    assert answer.status == 404


def test_import_undone_leaves_the_roster_as_it_was(
    operator: Operator, enrolment: Enrolment, roster_file: Path
) -> None:
    page = operator.page
    journey(page, enrolment, roster_file)
    page.get_by_role("link", name="Deshacer esta importación").click()
    page.get_by_role("button", name="Deshacer la importación").click()
    expect(page.get_by_text("La importación quedó deshecha.")).to_be_visible()
    assert list(Enrolment.objects.filter(action=enrolment.action)) == [enrolment]


def test_roster_without_javascript_is_imported(
    new_context: MakeContext,
    operator: Operator,
    enrolment: Enrolment,
    roster_file: Path,
) -> None:
    """Everything works without scripts."""
    somebody = Operator(
        new_context(java_script_enabled=False).new_page(), operator.user
    )
    somebody.signs_in()
    journey(somebody.page, enrolment, roster_file)


@pytest.mark.parametrize("width", [320, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_the_roster_pass_axe_and_fit(
    operator: Operator,
    enrolment: Enrolment,
    roster_file: Path,
    width: int,
    scheme: str,
) -> None:
    """H1, H2: at 320 px as at 1440, light and dark."""
    page = operator.page
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    uploads(page, enrolment, roster_file)
    action = f"/acciones/{enrolment.action.public_id}/nomina"
    own = f"/inscripciones/{enrolment.public_id}"
    preview = page.url
    for path in (
        preview,
        f"{preview}filas/5/",
        f"{action}/",
        f"{action}/agregar/",
        f"{action}/importar/",
        f"{action}/enlaces/",
        f"{own}/editar/",
        f"{own}/quitar/",
        f"{own}/enlace/",
    ):
        page.goto(path)
        sound(page)
    page.goto(f"{action}/enlaces/")
    page.get_by_role("button", name="Preparar hoja").click()
    sound(page)


def sound(page: Page) -> None:
    """Nothing that axe finds at AA, and nothing wider than the window."""
    path = Path(__file__).with_name("vendor") / "axe.min.js"
    page.evaluate(path.read_text())
    found = page.evaluate(
        "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})"
        ".then(all => all.violations.map(one => [one.id, one.nodes[0].html]))"
    )
    assert found == [], page.url
    wider = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not wider, page.url
