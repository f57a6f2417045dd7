"""No log keeps an address that lets somebody in."""

import logging
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from courses.access import personal_link
from courses.models import Enrolment
from otec_portal.logs import MaskingFormatter, OneLine, mask
from tests.conftest import SignedIn

# parts of an address that are words of ours and no secrets
OPEN = {
    "attendance:day",
    "attendance:note_difference",
    "certificates:verify",  # on the paper, for whoever holds it
    "certificates:verify_unslashed",
    "courses:options",
}
SECRET = "abc:1tDfsB:sig_-9.=x"


def _routes(
    patterns: Sequence[object], space: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    for one in patterns:
        if isinstance(one, URLResolver):
            inner = f"{space}{one.namespace}:" if one.namespace else space
            if one.namespace != "admin":
                yield from _routes(one.url_patterns, inner)
        elif isinstance(one, URLPattern) and one.name:
            yield f"{space}{one.name}", one


def secret_routes() -> list[tuple[str, list[str]]]:
    """Every route with a part that is neither a public id nor a number."""
    return [
        (name, list(route.pattern.converters))
        for name, route in _routes(get_resolver().url_patterns)
        if any(
            type(converter).__name__ not in {"UUIDConverter", "IntConverter"}
            for converter in route.pattern.converters.values()
        )
        and name not in OPEN
    ]


@pytest.mark.parametrize(("name", "parts"), secret_routes())
def test_address_with_a_secret_is_masked(name: str, parts: list[str]) -> None:
    """A new route with a secret has to be named in otec_portal/logs.py."""
    path = reverse(name, kwargs=dict.fromkeys(parts, SECRET))
    for line in (f"GET {path} HTTP/1.1", f'"https://portal.example{path}?a=1"'):
        assert mask(line) != line
        assert "sig_" not in mask(line)
        assert "1tDfsB" not in mask(line)


def test_secret_routes_are_found_at_all() -> None:
    names = {name for name, _ in secret_routes()}
    assert {"attendance:enter", "attendance:returned"} <= names


@pytest.mark.parametrize(
    "line",
    [
        "GET /entrar/ HTTP/1.1",
        "GET /sesiones/0c5b3b0e-1111-4222-8333-abcdefabcdef/ HTTP/1.1",
        "GET /sence/inicio/ HTTP/1.1",
    ],
)
def test_address_without_a_secret_stays_as_it_is(line: str) -> None:
    assert mask(line) == line


def test_secret_in_an_address_within_an_address_is_masked() -> None:
    line = mask("GET /ingresar/?next=%2Fentrar%2Fabc%3Asig%2F&x=1 HTTP/1.1")
    assert line == "GET /ingresar/?next=…&x=… HTTP/1.1"
    line = mask("link=%2Fentrar%2Fabc%3Asig%2F")
    assert line == "link=%2Fentrar%2F…"


@pytest.mark.parametrize(
    ("line", "masked"),
    [
        (
            '"GET /cursos/?programa=3&criterio=curso&participante=48.000.011-0 HT"',
            '"GET /cursos/?programa=3&criterio=curso&participante=… HT"',
        ),
        (
            '"https://p.example/nomina/?q=%C3%B1usta+bel%C3%A9n&orden=-run" "Mozilla"',
            '"https://p.example/nomina/?q=…&orden=-run" "Mozilla"',
        ),
        (
            "/cursos/opciones/empresas/?company=Sur",
            "/cursos/opciones/empresas/?company=…",
        ),
        ("/ingresar/?next=/cursos/%3Fparticipante%3D48000011-0", "/ingresar/?next=…"),
        ("Key (run)=(48000011-0) already exists", "Key (run)=(…) already exists"),
        ("not a RUT: '6.000.011-K'", "not a RUT: '…'"),
    ],
)
def test_whom_somebody_looked_for_is_masked(line: str, masked: str) -> None:
    assert mask(line) == masked


@pytest.mark.parametrize(
    "line",
    [
        "GET /cursos/?programa=3&orden=-inicio&pagina=2&registros=50 HTTP/1.1",
        "2026-06-15 11:00:00 action RLAB-26-02-08-0105-1, 12345678-1111-4222-8333-ab",
        "receipt 6700130 is still undecided",
    ],
)
def test_line_that_names_nobody_stays_as_it_is(line: str) -> None:
    assert mask(line) == line


@pytest.mark.django_db
def test_refusal_by_a_rule_is_one_line(
    facilitator: SignedIn, caplog: pytest.LogCaptureFixture
) -> None:
    answer = facilitator.client.get(reverse("courses:new_course"))
    assert answer.status_code == 403
    (record,) = [one for one in caplog.records if one.name == "django.request"]
    text = MaskingFormatter("%(message)s").format(record)
    assert text == "Forbidden (Permission denied): /catalogo/nuevo/"


@pytest.mark.parametrize(("status", "kept"), [(403, False), (500, True), (400, True)])
def test_fault_keeps_its_traceback(status: int, kept: bool) -> None:
    raised = (ValueError, ValueError("x"), None)
    record = logging.LogRecord("x", logging.ERROR, "", 1, "At %s", ("y",), raised)
    record.status_code = status
    assert OneLine().filter(record)
    assert (record.exc_info == raised) == kept


@pytest.mark.django_db
def test_personal_link_in_a_traceback_is_masked(enrolment: Enrolment) -> None:
    link = personal_link(enrolment)
    try:
        int(link)
    except ValueError as error:
        raised = (type(error), error, error.__traceback__)
    record = logging.LogRecord("x", logging.ERROR, "", 1, "At %s", (link,), raised)
    text = MaskingFormatter("%(message)s").format(record)
    assert text.count("/entrar/…") == 2
    assert link.rstrip("/").rpartition("/")[2] not in text


def test_every_log_of_the_portal_is_masked() -> None:
    configured: dict[str, Any] = settings.LOGGING
    assert [one["()"] for one in configured["formatters"].values()] == [
        "otec_portal.logs.MaskingFormatter"
    ]
    assert all("formatter" in one for one in configured["handlers"].values())
