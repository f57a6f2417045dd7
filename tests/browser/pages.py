"""The steps of the journeys, named as sentences: participant, SENCE, operator."""

import re
from dataclasses import dataclass

from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Locator, Page, expect

from attendance.models import SenceSession
from attendance.simulator.desk import DEMO_CLAVE
from courses.access import personal_link
from courses.models import Enrolment
from otec_portal.core.models import User

START = "Iniciar sesión SENCE"
CLOSE = "Cerrar sesión SENCE"
ENTER = "Ingresar"
CONTINUE = "Continuar a SENCE"
LIVE_EVERY_MS = 5_000


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


def sign_in(context: BrowserContext, user: User) -> None:
    """Give the browser the cookie of a session of `user`."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    value, url = client.cookies[name].value, settings.PORTAL_BASE_URL
    context.add_cookies([{"name": name, "value": value, "url": url}])


@dataclass
class Operator:
    """A member of the training body's staff at their browser."""

    page: Page
    user: User

    def signs_in(self) -> None:
        """Without the form, which test_sign_in.py fills in."""
        sign_in(self.page.context, self.user)
        self.opens("/")

    def opens(self, path: str) -> None:
        self.page.goto(path)

    def opens_the_session(self, session: SenceSession) -> None:
        self.page.goto(f"/sesiones/{session.public_id}/")

    def waits_until_the_page_asks_again(self) -> None:
        """Let the browser's own time pass; its clock must have been installed."""
        self.page.clock.run_for(LIVE_EVERY_MS)

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


@dataclass
class Keyboard:
    """A person who uses Tab, Enter and letters, and no mouse."""

    page: Page

    def goes_to(self, target: Locator) -> None:
        """Press Tab until `target` has the focus; on every stop it is to be seen."""
        expect(target).to_be_visible()
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            stop = self.page.evaluate(FOCUSED)
            if stop["what"].startswith("<body"):
                continue  # past the last stop: the next Tab is the first again
            assert stop["ringed"], f"no ring around {stop['what']}"
            assert stop["in_sight"], f"{stop['what']} is covered"
            if target.evaluate("element => element === document.activeElement"):
                return
        raise AssertionError(f"Tab does not lead to {target}")

    def presses(self, name: str) -> None:
        """Go to a button or link of this name and press Enter."""
        button = self.page.get_by_role("button", name=name, exact=True)
        self.goes_to(button.or_(self.page.get_by_role("link", name=name, exact=True)))
        self.page.keyboard.press("Enter")

    def types(self, field: Locator, text: str) -> None:
        self.goes_to(field)
        self.page.keyboard.type(text)


MOST_STOPS = 40
FOCUSED = """() => {
  const element = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  const box = element.getClientRects()[0];
  const seen = document.elementFromPoint(
    box.x + box.width / 2, Math.min(box.y + box.height / 2, innerHeight - 1));
  return {
    what: element.outerHTML.slice(0, 200),
    ringed: outlineStyle !== "none" && parseFloat(outlineWidth) > 0,
    in_sight: element.contains(seen) || Boolean(seen?.contains(element)),
  };
}"""


def scrolls_sideways(page: Page) -> bool:
    """Say whether the page is wider than its window, or a table than its place.

    The operator's tables alone may be, where they are not yet laid out as cards.
    """
    wider: bool = page.evaluate(
        """() => {
          const narrow = matchMedia("(max-width: 48rem)").matches;
          const tables = document.querySelectorAll(
            narrow ? ".table-region" : ".layout--column .table-region");
          return [document.scrollingElement, ...tables].some(
            ({ scrollWidth, clientWidth }) => scrollWidth > clientWidth);
        }"""
    )
    return wider
