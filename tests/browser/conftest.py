"""Chromium, the portal on 127.0.0.1 and SENCE's stand-in on localhost: two sites.

Two ports of one host would be one site, and hide what SameSite=Lax does.
"""

import shutil
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.signals import request_started
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from attendance.simulator.app import Application
from attendance.simulator.desk import CLAVE_UNICA, SIGN_IN_SECONDS, Desk
from attendance.simulator.registry import Registry
from attendance.simulator.server import listen, serve
from attendance.simulator.sessions import Store
from courses.models import Enrolment
from otec_portal.core.models import Membership, Role, TrainingBody
from tests.browser.hosts import Hosts
from tests.browser.pages import Operator, Participant
from tests.browser.stage import Stage
from tests.browser.watch import Watch
from tests.factories.core import MembershipFactory
from tests.factories.courses import EnrolmentFactory

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Chromium sends a cookie without SameSite on a cross-site POST for two minutes
    # after it was set: here for ten seconds (test_cookies.py proves that it holds)
    "--enable-features=ShortLaxAllowUnsafeThreshold",
]
PATIENCE_MS = 10_000
VIEWPORT = {"width": 1280, "height": 800}

MakeContext = Callable[..., BrowserContext]


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let the fixtures know how the test went."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture(scope="session")
def launch() -> Iterator[Callable[..., Browser]]:
    """Start Debian's Chromium, with more flags where given."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    patch = pytest.MonkeyPatch()
    # Playwright's loop runs in this thread, and Django takes it for an async context
    patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        yield lambda *more: playwright.chromium.launch(
            executable_path=path, args=[*FLAGS, *more]
        )
    patch.undo()


@pytest.fixture(scope="session")
def chromium(launch: Callable[..., Browser]) -> Iterator[Browser]:
    """One browser for all; each test has contexts of its own."""
    with launch() as browser:
        yield browser


@pytest.fixture(scope="session")
def live_server() -> Iterator[LiveServer]:
    """pytest-django's, on 127.0.0.1."""
    server = LiveServer("127.0.0.1")
    yield server
    server.stop()


@dataclass
class Sence:
    """The stand-in for SENCE: its address and the desk behind it."""

    url: str
    desk: Desk
    hosts: Hosts

    def knows(self, registry: Registry | None) -> None:
        """Let it check what it is sent against `registry`; None: formats alone."""
        self.desk.registry = lambda: registry

    def is_told(self, **behaviour: Any) -> None:
        """Make it answer otherwise; for the next session unless `match` says whom."""
        self.desk.tell({"match": {"next": True}, **behaviour})

    def has_clave_unica_at(self, origin: str) -> None:
        """Sign people in by Clave Única, on a host of its own."""
        self.desk.switch_mode(CLAVE_UNICA)
        self.hosts.sence, self.hosts.clave_unica = self.url, origin

    @property
    def attempts(self) -> int:
        """How many forms have arrived."""
        return len(self.desk.store.attempts(200))


@pytest.fixture(scope="session")
def sence_server() -> Iterator[Sence]:
    desk = Desk(store=Store(), registry=lambda: None, now=lambda: datetime.now(UTC))
    hosts = Hosts(Application(desk))
    servers = listen(hosts, "localhost", 0)
    stop = threading.Event()
    thread = threading.Thread(target=serve, args=(servers, stop), daemon=True)
    thread.start()
    yield Sence(f"http://localhost:{servers[0].server_port}", desk, hosts)
    stop.set()
    thread.join()
    desk.store.close()


@pytest.fixture
def sence(sence_server: Sence) -> Sence:
    """SENCE as the manual has it; it checks formats alone until it `knows` more."""
    sence_server.desk.reset()
    sence_server.desk.sign_in_seconds = SIGN_IN_SECONDS
    sence_server.knows(None)
    sence_server.hosts.sence = sence_server.hosts.clave_unica = ""
    return sence_server


@pytest.fixture
def portal(live_server: LiveServer, sence: Sence, settings: Settings) -> str:
    """The portal's address; it takes the stand-in for SENCE.

    The second factor has its own journeys (test_sign_in.py); the others do without.
    """
    settings.SECOND_FACTOR_REQUIRED = False
    settings.PORTAL_BASE_URL = live_server.url
    settings.SENCE_BASE_URL = sence.url
    return live_server.url


@dataclass
class Requests:
    """What arrived at the portal, as WSGI told it."""

    environs: list[dict[str, Any]] = field(default_factory=list)

    def to(self, path: str, method: str = "POST") -> list[dict[str, Any]]:
        """Return those to `path`, in order."""
        return [
            one
            for one in self.environs
            if one["PATH_INFO"].startswith(path) and one["REQUEST_METHOD"] == method
        ]


@pytest.fixture
def requests_seen() -> Iterator[Requests]:
    seen = Requests()

    def note(environ: dict[str, Any], **_: object) -> None:
        seen.environs.append(environ)

    request_started.connect(note)
    yield seen
    request_started.disconnect(note)


@pytest.fixture
def watch(
    request: pytest.FixtureRequest, transactional_db: None, portal: str
) -> Iterator[Watch]:
    watching = Watch()
    yield watching
    troubles = watching.unexpected()
    if troubles or request.node.stash.get(FAILED, False):
        watching.photograph(request.node.name)
    watching.close()
    assert not troubles, "\n".join(troubles)


@pytest.fixture
def new_context(chromium: Browser, watch: Watch, portal: str) -> MakeContext:
    """Make another browser, with cookies of its own, that looks at the portal."""

    def make(browser: Browser = chromium, **options: Any) -> BrowserContext:
        given = {"base_url": portal, "locale": "es-CL", "viewport": VIEWPORT}
        context = browser.new_context(**{**given, **options})
        context.set_default_timeout(PATIENCE_MS)
        watch.follow(context)
        return context

    return make


@pytest.fixture
def page(new_context: MakeContext) -> Page:
    return new_context().new_page()


@pytest.fixture
def enrolment(our_body: TrainingBody) -> Enrolment:
    """A participant of an action of our training body that is running today."""
    today = timezone.localdate()
    enrolled: Enrolment = EnrolmentFactory(
        action__course__training_body=our_body,
        action__starts_on=today - timedelta(days=10),
        action__ends_on=today + timedelta(days=20),
    )
    return enrolled


@pytest.fixture
def participant(page: Page, sence: Sence, enrolment: Enrolment) -> Participant:
    """The participant of `enrolment`, at their own browser."""
    return Participant(page, enrolment, clave=sence.desk.clave)


@pytest.fixture
def operator(new_context: MakeContext, our_body: TrainingBody) -> Operator:
    """The national administrator of our training body, signed in."""
    membership: Membership = MembershipFactory(
        training_body=our_body, role=Role.NATIONAL_ADMIN
    )
    somebody = Operator(new_context().new_page(), membership.user)
    somebody.signs_in()
    return somebody


@pytest.fixture
def stage(
    new_context: MakeContext, enrolment: Enrolment, watch: Watch, settings: Settings
) -> Iterator[Stage]:
    """A page to show any state on; nothing on it moves, so a look finds what stays."""
    watch.expect("the server responded with a status of 4")
    page = new_context(reduced_motion="reduce").new_page()
    with ExitStack() as patches:
        yield Stage(page, enrolment, watch, patches, settings)
