"""The simulator in-process: a clock that stands still, a registry, a tiny browser."""

import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from stdnum.cl import rut as stdnum_rut

from attendance.simulator import pages
from attendance.simulator.app import Application
from attendance.simulator.desk import Desk
from attendance.simulator.registry import Registry
from attendance.simulator.sessions import Store
from otec_portal.settings.test import UndefinedVariable

START = "/rcetest/Registro/IniciarSesion"
CLOSE = "/rcetest/Registro/CerrarSesion"
TOKEN = "7d3c0c5e-0f6a-4b52-9b7e-6a1f00c0ffee"
OTHER_TOKEN = "11111111-2222-4333-8444-555555555555"
REVOKED_TOKEN = "99999999-2222-4333-8444-555555555555"
NOON = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # 12:00:00 in Santiago


def with_digit(number: int) -> str:
    return f"{number}-{stdnum_rut.calc_check_digit(str(number)).lower()}"


OTEC, RIVAL = with_digit(76_111_111), with_digit(76_222_222)
RUN, OTHER_RUN, STRANGER = map(with_digit, (11_000_001, 11_000_002, 11_000_003))


def registry_data() -> dict[str, Any]:
    people = [{"run": RUN, "name": "Uno"}, {"run": OTHER_RUN, "name": "Dos"}]
    common = {"sence_code": "1238000001", "line": 3, "participants": people}
    return {
        "training_body": {
            "rut": OTEC,
            "name": "Nuestra",
            "token": TOKEN,
            "tokens": [{"token": REVOKED_TOKEN, "in_force": False}],
        },
        "other_training_bodies": [{"rut": RIVAL, "token": OTHER_TOKEN}],
        "actions": [
            {**common, "action_code": "6000001", "environment": "test"},
            {**common, "action_code": "6000002", "sence_code": "1238000002"},
            {**common, "action_code": "RLAB-26-1", "sence_code": "", "line": 1},
            {**common, "action_code": "FPT1", "line": 6},
            {**common, "action_code": "6000307", "e_learning": False},
            {**common, "action_code": "6000308", "training_body_rut": RIVAL},
            {
                **common,
                "action_code": "6000309",
                "starts_on": "2026-03-02",
                "ends_on": "2026-03-02",
            },
            {**common, "action_code": "6000310", "status": "annulled"},
        ],
        "operators": [],
    }


class Clock:
    """A clock that moves when told to."""

    def __init__(self) -> None:
        self.moment = NOON

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@dataclass
class Form:
    action: str = ""
    attributes: dict[str, str | None] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.forms.append(Form(given.get("action") or "", given))
        elif tag == "input" and self.forms:
            self.forms[-1].fields[given.get("name") or ""] = given.get("value") or ""


@dataclass
class Page:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def forms(self) -> list[Form]:
        parser = _Forms()
        parser.feed(self.text)
        return parser.forms

    @property
    def answer(self) -> Form:
        """The form that takes the person back to the portal."""
        (form,) = [f for f in self.forms if "data-autosubmit" in f.attributes]
        return form

    @property
    def codes(self) -> list[str]:
        """The codes it hands to UrlError, or shows where there is nowhere to go."""
        if any("data-autosubmit" in form.attributes for form in self.forms):
            return self.answer.fields["GlosaError"].split(";")
        return re.findall(r"Error (\d+)", self.text)

    def json(self) -> Any:
        return json.loads(self.text)


class Browser:
    """Drives the application without a network."""

    def __init__(self, app: Application) -> None:
        self.app = app

    def request(
        self, method: str, address: str, body: bytes = b"", **environ: Any
    ) -> Page:
        parts = urlsplit(address)
        status, headers = "", {}

        def start_response(line: str, pairs: list[tuple[str, str]]) -> None:
            nonlocal status, headers
            status, headers = line, dict(pairs)

        chunks = self.app(
            {
                "REQUEST_METHOD": method,
                "PATH_INFO": parts.path,
                "QUERY_STRING": parts.query,
                "CONTENT_LENGTH": str(len(body)),
                "CONTENT_TYPE": "application/x-www-form-urlencoded",
                "wsgi.input": io.BytesIO(body),
                **environ,
            },
            start_response,  # type: ignore[arg-type]
        )
        return Page(int(status[:3]), headers, b"".join(chunks).decode())

    def get(self, address: str) -> Page:
        return self.request("GET", address)

    def post(self, address: str, fields: dict[str, str]) -> Page:
        return self.request("POST", address, urlencode(fields).encode())

    def api(self, path: str, data: Any = None, method: str = "POST") -> Page:
        body = b"" if data is None else json.dumps(data).encode()
        return self.request(method, f"/simulador/api/{path}", body)

    def start(self, fields: dict[str, str], path: str = START) -> Page:
        return self.post(path, fields)

    def sign_in(self, page: Page, run: str = RUN, clave: str = "clave123") -> Page:
        """Fill in the sign-in form on `page` and follow to the answer."""
        answered = self.post(page.forms[0].action, {"run": run, "clave": clave})
        return self.follow(answered)

    def follow(self, page: Page) -> Page:
        return (
            self.get(page.headers["Location"]) if "Location" in page.headers else page
        )

    def open(self, fields: dict[str, str]) -> str:
        """Start a session and return its IdSesionSence."""
        page = self.sign_in(self.start(fields))
        return page.answer.fields["IdSesionSence"]


@pytest.fixture(autouse=True)
def no_undefined_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages.ENGINE, "string_if_invalid", UndefinedVariable("%s"))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def registry() -> Registry:
    return Registry.from_data(registry_data())


@pytest.fixture
def demo_file(tmp_path: Path) -> Path:
    """What `load_demo --json` prints, in a file."""
    path = tmp_path / "demo.json"
    path.write_text(json.dumps(registry_data()), "utf-8")
    return path


@pytest.fixture
def make_desk(registry: Registry, clock: Clock) -> Iterator[Callable[..., Desk]]:
    stores: list[Store] = []

    def make(state: Path | None = None, **options: Any) -> Desk:
        stores.append(Store(state))
        given = {"registry": lambda: registry, "now": clock, **options}
        return Desk(store=stores[-1], **given)

    yield make
    for store in stores:
        store.close()


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    return make_desk()


@pytest.fixture
def browse() -> Callable[[Desk], Browser]:
    return lambda desk: Browser(Application(desk))


@pytest.fixture
def browser(desk: Desk) -> Browser:
    return Browser(Application(desk))


@pytest.fixture
def form() -> dict[str, str]:
    """A start that SENCE accepts."""
    return {
        "RutOtec": OTEC,
        "Token": TOKEN,
        "CodSence": "1238000001",
        "CodigoCurso": "6000001",
        "LineaCapacitacion": "3",
        "RunAlumno": RUN,
        "IdSesionAlumno": "nonce-1",
        "UrlRetoma": "http://portal.test/ok",
        "UrlError": "http://portal.test/mal",
    }


@pytest.fixture
def cast() -> dict[str, str]:
    """Everybody's numbers and tokens, by name."""
    return {
        "otec": OTEC,
        "rival": RIVAL,
        "run": RUN,
        "other_run": OTHER_RUN,
        "stranger": STRANGER,
        "token": TOKEN,
        "other_token": OTHER_TOKEN,
        "revoked_token": REVOKED_TOKEN,
    }
