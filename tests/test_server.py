"""gunicorn itself, over real sockets: its logs and what it refuses by itself."""

from collections.abc import Iterator
from http import HTTPStatus

import pytest
from django.test import Client
from pytest_django import Settings

from otec_portal.server import HEADERS, refusal
from tests.served import HOST, ROOT, Served, gunicorn


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The portal with an empty embedded database."""
    folder = tmp_path_factory.mktemp("served")
    with gunicorn(folder, f"sqlite:///{folder / 'empty.sqlite3'}") as portal:
        yield portal


def test_image_carries_the_configuration() -> None:
    """Without it the image would run gunicorn's own logs and pages."""
    assert "!gunicorn.conf.py" in (ROOT / ".dockerignore").read_text().splitlines()


@pytest.mark.parametrize(
    ("request_line", "status", "words"),
    [
        (b"GET /" + b"x" * 5_000 + b" HTTP/1.1", 414, "demasiado larg"),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 9_000, 431, "demasiado larg"),
        (b"GET / HTTP/1.1\r\nmal formado", 400, "No entendimos"),
        (b"nada de http", 400, "No entendimos"),
    ],
)
def test_request_that_gunicorn_refuses_is_answered_in_spanish(
    served: Served, request_line: bytes, status: int, words: str
) -> None:
    answer = served.answer_to(request_line + b"\r\n\r\n")
    head, _, body = answer.partition("\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ")
    assert all(header in head for header in HEADERS)
    assert f"Content-Length: {len(body.encode())}" in head
    assert words in body
    assert "Invalid" not in body
    assert "Error parsing" not in body


POSTED_IN_CHUNKS = (
    f"POST /sence/inicio/ HTTP/1.1\r\nHost: {HOST}\r\n"
    "Transfer-Encoding: chunked\r\n\r\n"
)


@pytest.mark.parametrize(
    "chunks",
    ["zz\r\nIdSesionAlumno=x\r\n0\r\n\r\n", "5\r\nIdSesionAlumno=x", "5\r\nIdS"],
)
def test_callback_whose_chunks_break_off_is_a_page(served: Served, chunks: str) -> None:
    """No fault of ours: 400, in words."""
    answer = served.answer_to((POSTED_IN_CHUNKS + chunks).encode())
    assert answer.startswith("HTTP/1.1 400 ")
    assert "La respuesta llegó incompleta" in answer


@pytest.mark.parametrize(
    ("code", "words"), [(417, "No entendimos"), (500, "Algo falló de nuestro lado")]
)
def test_refusal_of_any_other_kind_is_a_page_too(code: int, words: str) -> None:
    answer = refusal(code).decode()
    assert answer.startswith(f"HTTP/1.1 {code} {HTTPStatus(code).phrase}\r\n")
    assert words in answer


def test_refusal_carries_the_hsts_of_every_other_answer(settings: Settings) -> None:
    """C6"""
    sent = Client().get("/ingresar/", secure=True).headers["Strict-Transport-Security"]
    assert f"\r\nStrict-Transport-Security: {sent}\r\n" in refusal(400).decode()
    settings.SECURE_HSTS_SECONDS = 0  # as in the dev settings, without TLS
    assert "Strict-Transport-Security" not in refusal(400).decode()


def test_log_of_gunicorn_keeps_no_link_that_lets_somebody_in(served: Served) -> None:
    for path in ("/entrar/canary-1:sig/", "/sence/regreso/canary-2:sig/"):
        request = f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n"
        referer = f"Referer: http://{HOST}/clave/nueva/canary-3/key/\r\n\r\n"
        served.answer_to((request + referer).encode())
    log = served.log.read_text()
    assert "GET /entrar/… HTTP/1.1" in log
    assert "GET /sence/regreso/… HTTP/1.1" in log
    assert "/clave/nueva/…" in log
    assert "canary" not in log
