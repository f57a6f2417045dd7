"""Photographs of the main pages, to be looked at: bin/screenshots calls this.

A page that the portal has not (yet) is left out and named.
"""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import signing
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from playwright.sync_api import Browser, sync_playwright

from attendance.models import SenceSession, SenceToken
from courses import access
from courses.models import Enrolment, TrainingAction
from otec_portal.core.models import Membership, Role, User
from otec_portal.demo import cast
from tests.factories.attendance import OperatorAlertFactory, SenceSessionFactory
from tests.sence_messages import start_failed, urlencoded

TARGET = Path("var/screenshots")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
WIDTHS = {360: 740, 1440: 900}  # with their heights
SCHEMES = {"claro": "light", "oscuro": "dark"}
OPERATOR, PARTICIPANT, NOBODY = "operator", "participant", "nobody"


@dataclass(frozen=True)
class Shot:
    """One page: its file's name, its address, who looks at it."""

    name: str
    view: str
    of: str = ""  # whose public id stands in the address
    query: str = ""
    who: str = OPERATOR


SHOTS = (
    Shot("ingresar", "login", who=NOBODY),
    Shot("inicio", "home"),
    Shot("cursos", "courses:search"),
    Shot("cursos-encontrados", "courses:search", query="?programa=3"),
    Shot(
        "cursos-con-error",
        "courses:search",
        query="?programa=3&criterio=participante&participante=48.000.011-1",
    ),
    Shot("catalogo", "courses:catalogue"),
    Shot("accion", "courses:action", of="action"),
    Shot("accion-nueva", "courses:new_action"),
    Shot("nomina", "courses:roster", of="action"),
    Shot("sesiones", "attendance:sessions"),
    Shot("sesion", "attendance:session", of="session"),
    Shot("recepciones", "attendance:receipts"),
    Shot("alertas", "attendance:alerts"),
    Shot("tokens", "attendance:tokens"),
    Shot("usuarios", "users"),
    Shot("entidad", "training_body"),
    Shot("mi-cuenta", "account"),
    Shot("perfil", "choose_membership"),
    Shot("componentes", "components_gallery"),
    Shot("mi-curso", "attendance:course", of="enrolment", who=PARTICIPANT),
)


def main() -> int:
    """Photograph what is named on the command line, or everything."""
    wanted = set(sys.argv[1:])
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs here
    rows = _lived_in(timezone.now())
    TARGET.mkdir(parents=True, exist_ok=True)
    with _portal(), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=FLAGS
        )
        for shot in SHOTS:
            if not wanted or shot.name in wanted:
                _photograph(browser, shot, rows)
        browser.close()
    return 0


def _photograph(browser: Browser, shot: Shot, rows: dict[str, Any]) -> None:
    try:
        path = reverse(shot.view, args=[rows[shot.of].public_id] if shot.of else [])
    except NoReverseMatch:
        _say(f"{shot.name}: the portal has no {shot.view}")
        return
    for width, height in WIDTHS.items():
        for word, scheme in SCHEMES.items():
            context = browser.new_context(
                base_url=settings.PORTAL_BASE_URL,
                locale="es-CL",
                viewport={"width": width, "height": height},
                color_scheme=scheme,  # type: ignore[arg-type]
            )
            context.add_cookies(_cookies(shot.who, rows))  # type: ignore[arg-type]
            page = context.new_page()
            answer = page.goto(f"{path}{shot.query}")
            assert answer is not None
            assert answer.ok, f"{path}: {answer.status}"
            file = TARGET / f"{shot.name}-{width}-{word}.png"
            page.screenshot(path=file, full_page=True)
            context.close()
    _say(f"{shot.name}: {TARGET}/{shot.name}-*.png")


@cache  # each signing in would be one more session on the account's page
def _session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _cookies(who: str, rows: dict[str, Any]) -> list[dict[str, str]]:
    """Return what lets the browser in, without typing a password."""
    if who == NOBODY:
        return []
    if who == OPERATOR:
        name = settings.SESSION_COOKIE_NAME
        value = _session_of(rows["membership"].user)
    else:
        person = rows["enrolment"].participant
        name = access.COOKIE
        signer = signing.get_cookie_signer(salt=name + access._COOKIE_SALT)
        value = signer.sign(f"{person.public_id.hex}.{person.link_version}")
    return [{"name": name, "value": value, "url": settings.PORTAL_BASE_URL}]


def _lived_in(now: datetime) -> dict[str, Any]:
    """Let the demo's people be at work; return the rows that addresses name."""
    admin = Membership.objects.select_related("user", "training_body").get(
        role=Role.NATIONAL_ADMIN, training_body__rut=cast.BODY_RUT
    )
    action = TrainingAction.objects.order_by("pk")[0]
    first, second, third = Enrolment.objects.filter(action=action).order_by("pk")[:3]
    shared = {"token": SenceToken.objects.get(training_body=admin.training_body)}
    running = SenceSessionFactory(
        enrolment=first, opened=True, started_at=now - timedelta(minutes=40), **shared
    )
    SenceSessionFactory(
        enrolment=second, closed=True, started_at=now - timedelta(days=1), **shared
    )
    failing = SenceSessionFactory(enrolment=third, started_at=now, **shared)
    Client().post(
        reverse("attendance:start_failed"),
        urlencoded(start_failed(failing, "211")),
        content_type="application/x-www-form-urlencoded",
    )
    OperatorAlertFactory(
        training_body=admin.training_body, action=action, first_at=now, last_at=now
    )
    assert SenceSession.objects.count() == len((first, second, third))
    return {
        "membership": admin,
        "action": action,
        "enrolment": first,
        "session": running,
    }


@contextmanager
def _portal() -> Iterator[None]:
    address = settings.PORTAL_BASE_URL
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "otec_portal.wsgi"),
            *("--bind", address.removeprefix("http://")),
            *("--no-control-socket", "--log-level", "warning"),
        ]
    )
    try:
        for _ in range(100):
            try:
                urllib.request.urlopen(f"{address}/salud/", timeout=5).close()
            except OSError:
                time.sleep(0.1)
            else:
                break
        yield
    finally:
        server.terminate()
        server.wait(timeout=20)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
