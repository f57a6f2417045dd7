"""Where a page of the portal may send a form: to itself; the handover page to SENCE.

Chromium holds a form's policy against every redirect that answers it, so the handover
page must name the hosts of SENCE's whole chain. The real ones can't be reached from a
test: they are tried by name, answered in the browser itself, and once more with real
answers, on loopback names that stand for them.
"""

import re

import pytest
from django.conf import settings as portal_settings
from playwright.sync_api import Page, Route, expect
from pytest_django import Settings

from otec_portal.core.sence_address import OFFICIAL_BASE_URL
from tests.browser.conftest import Sence
from tests.browser.pages import CONTINUE, START, Participant
from tests.browser.stage import Stage
from tests.browser.states import STATES
from tests.browser.watch import Watch

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

REFUSED = re.compile("form-action")


@pytest.fixture
def clave_unica(sence: Sence) -> str:
    """Clave Única's own origin; it is another site than SENCE's, `localhost`."""
    origin = sence.url.replace("localhost", "claveunica.localhost")
    sence.has_clave_unica_at(origin)
    return origin


def test_clave_unica_on_a_host_that_is_named_is_reached_and_leads_back(
    participant: Participant, settings: Settings, clave_unica: str
) -> None:
    """B6: portal, SENCE, Clave Única, SENCE, portal; for the start and the close."""
    settings.SENCE_FORM_ACTION = [clave_unica]
    participant.opens_the_personal_link()
    participant.goes_to_start()
    assert participant.page.url.startswith(clave_unica)
    participant.types_the_clave()
    participant.is_in()
    participant.goes_to_close()
    assert participant.page.url.startswith(clave_unica)
    participant.types_the_clave()
    participant.is_told("Tu sesión quedó cerrada")


def test_clave_unica_on_a_host_that_is_not_named_is_not_reached(
    participant: Participant,
    sence: Sence,
    settings: Settings,
    watch: Watch,
    clave_unica: str,
) -> None:
    """B6: which proves that the browser judges the redirects, too."""
    settings.SENCE_FORM_ACTION = []
    watch.expect("form-action")
    participant.opens_the_personal_link()
    the_browser_refuses(participant.page)
    assert sence.attempts == 1


def the_browser_refuses(page: Page) -> None:
    with page.expect_console_message(lambda one: bool(REFUSED.search(one.text))):
        page.get_by_role("button", name=START).click()
    expect(page.get_by_role("button", name=CONTINUE)).to_be_visible()


@pytest.fixture
def redirected_by_sence(
    request: pytest.FixtureRequest, portal: str, page: Page, settings: Settings
) -> str:
    """The real SENCE's address answers with a redirect there."""
    settings.SENCE_BASE_URL = OFFICIAL_BASE_URL
    there: str = request.param

    def answer(route: Route) -> None:
        if route.request.method == "POST":
            route.fulfill(status=302, headers={"Location": there})
        else:
            route.fulfill(body="<h1>Llegaste</h1>", content_type="text/html")

    page.context.route(re.compile(r"^https?://[\w.]*(sence|claveunica)\."), answer)
    return there


@pytest.mark.parametrize(
    "redirected_by_sence",
    [
        "https://sistemas.sence.cl/rcetest/Registro/Clave",
        "https://auth.sence.cl/ingreso",
        "https://claveunica.gob.cl/",
        "https://accounts.claveunica.gob.cl/openid/authorize",
    ],
    indirect=True,
)
def test_real_chain_by_name_is_followed(
    participant: Participant, redirected_by_sence: str
) -> None:
    """B6: with the settings as they are shipped."""
    participant.opens_the_personal_link()
    participant.page.get_by_role("button", name=START).click()
    expect(participant.page).to_have_url(redirected_by_sence)


@pytest.mark.parametrize(
    "redirected_by_sence",
    ["https://sence.example/", "http://sistemas.sence.cl/sin-cifrar"],
    indirect=True,
)
def test_real_chain_that_strays_is_cut(
    participant: Participant, watch: Watch, redirected_by_sence: str
) -> None:
    """B6."""
    watch.expect("form-action")
    participant.opens_the_personal_link()
    the_browser_refuses(participant.page)


@pytest.mark.parametrize(
    "state",
    [
        "sign_in",
        "home_on_a_busy_day",
        "course_never_started",
        "session_open",
        "several_courses",
        "callback_without_a_database",
        "error_404",
    ],
)
def test_any_other_page_may_not_post_to_sence(stage: Stage, state: str) -> None:
    """B6."""
    stage.watch.expect("form-action")
    STATES[state](stage)
    directive = posts_off_site(stage.page, portal_settings.SENCE_BASE_URL)
    assert directive == "form-action"


def test_handover_page_may_post_to_sence_alone(stage: Stage) -> None:
    """B6: and to the hosts of its chain."""
    stage.watch.expect("form-action")
    STATES["handover"](stage)
    assert posts_off_site(stage.page, "https://ajeno.example/") == "form-action"


def posts_off_site(page: Page, address: str) -> str:
    """Post a form to `address`; return the directive that forbids it."""
    directive: str = page.evaluate(
        """(address) => new Promise((resolve) => {
          document.addEventListener("securitypolicyviolation", (refusal) =>
            resolve(refusal.effectiveDirective));
          const form = document.createElement("form");
          Object.assign(form, { method: "post", action: address });
          document.body.append(form);
          form.submit();
        })""",
        address,
    )
    return directive
