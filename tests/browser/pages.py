"""The steps of the journeys, named as sentences: participant, SENCE, operator."""

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from attendance.models import SenceSession
from attendance.simulator.desk import DEMO_CLAVE
from courses.access import personal_link
from courses.models import Enrolment
from otec_portal.core.models import User
from tests.factories import PASSWORD

START = "Iniciar sesión SENCE"
CLOSE = "Cerrar sesión SENCE"
ENTER = "Ingresar"
CONTINUE = "Continuar a SENCE"
NO_CODE = re.compile(r"\b(?:[123]\d\d|999)\b")


@dataclass
class Participant:
    """A participant at their browser."""

    page: Page
    enrolment: Enrolment
    clave: str = DEMO_CLAVE

    def opens_the_personal_link(self) -> None:
        self.page.goto(personal_link(self.enrolment))
        expect(self.heading).to_have_text(self.enrolment.action.course.name)

    def opens_the_course(self, page: Page | None = None) -> None:
        (page or self.page).goto(f"/mi-curso/{self.enrolment.public_id}/")

    def goes_to_start(self) -> None:
        """Press the button, and arrive at SENCE."""
        self.page.get_by_role("button", name=START).click()
        expect(self.clave_field).to_be_visible()

    def goes_to_close(self) -> None:
        """Press the button, and arrive at SENCE."""
        self.page.get_by_role("button", name=CLOSE).click()
        expect(self.clave_field).to_be_visible()

    def types_the_clave(self, clave: str = "", *, run: str = "") -> None:
        """Fill in SENCE's page; where it is right, SENCE sends the browser back."""
        if run:
            self.page.get_by_label(re.compile("^RU[NT]$")).fill(run)
        self.clave_field.fill(clave or self.clave)
        self.page.get_by_role("button", name=ENTER, exact=True).click()

    def starts(self) -> None:
        """From the button to the running clock."""
        self.goes_to_start()
        self.types_the_clave()
        self.is_in()

    def closes(self) -> None:
        """From the button to the closed session."""
        self.goes_to_close()
        self.types_the_clave()
        self.is_told("Tu sesión quedó cerrada")

    def is_in(self) -> None:
        expect(
            self.page.get_by_role("heading", name="Tu sesión está abierta")
        ).to_be_visible()
        expect(self.clock).to_have_text(re.compile(r"^\d\d:\d\d:\d\d$"))

    def is_told(self, text: str) -> None:
        expect(self.alert).to_contain_text(text)

    @property
    def heading(self) -> Locator:
        return self.page.get_by_role("heading", level=1)

    @property
    def alert(self) -> Locator:
        """What the page tells first."""
        return self.page.locator("main .alert").first

    @property
    def clock(self) -> Locator:
        return self.page.get_by_role("timer")

    @property
    def history(self) -> Locator:
        """The rows of the participant's sessions, newest first."""
        return self.page.get_by_role("region", name="Mis sesiones").locator("tbody tr")

    @property
    def clave_field(self) -> Locator:
        return self.page.get_by_label(re.compile("^Clave (SENCE|Única)$"))

    @property
    def session(self) -> SenceSession:
        """The latest session, as the database has it now."""
        return SenceSession.objects.filter(enrolment=self.enrolment).latest("pk")


@dataclass
class Operator:
    """A member of the training body's staff at their browser."""

    page: Page
    user: User

    def signs_in(self) -> None:
        self.page.goto("/ingresar/")
        self.page.get_by_label("RUT").fill(self.user.rut)
        self.page.get_by_label("Contraseña").fill(PASSWORD)
        self.page.get_by_role("button", name=ENTER).click()
        expect(self.page).to_have_url(re.compile(r"/$"))

    def opens(self, path: str) -> None:
        self.page.goto(path)

    def opens_the_session(self, session: SenceSession) -> None:
        self.page.goto(f"/sesiones/{session.public_id}/")

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")

    @property
    def live_rows(self) -> Locator:
        """The sessions that are open now, on the home page."""
        return self.page.locator("#en-vivo tbody tr")

    def fact(self, name: str) -> Locator:
        """What the session's page says under `name`."""
        term = self.page.locator("dt", has_text=re.compile(f"^{name}$"))
        return term.locator("xpath=following-sibling::dd")

    @property
    def messages(self) -> Locator:
        """The messages exchanged in the session, in order."""
        return self.page.get_by_role("heading", level=3)
