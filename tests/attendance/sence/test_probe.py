"""Whether SENCE answers, asked over real sockets on this machine."""

import runpy
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID
from django.core.management import CommandError, call_command

from attendance.sence.faults import TOO_LATE
from attendance.sence.probe import BUDGET, probe_sence


class _Answering(BaseHTTPRequestHandler):
    status = 405
    delay = 0.0  # seconds
    location = ""

    def do_GET(self) -> None:
        time.sleep(type(self).delay)
        self.send_response(type(self).status)
        self.send_header("Content-Length", "0")
        if type(self).location:
            self.send_header("Location", type(self).location)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def server(settings) -> Iterator[type[_Answering]]:
    """A server in SENCE's place; its handler's `status` says what it answers."""

    class Handler(_Answering):
        pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listening.serve_forever)
    thread.start()
    settings.SENCE_BASE_URL = f"http://127.0.0.1:{listening.server_port}"
    yield Handler
    listening.shutdown()
    thread.join()
    listening.server_close()


def test_probe_of_a_server_that_takes_no_get_still_says_it_answers(server) -> None:
    """SENCE's addresses take POST: a 405 proves that somebody is there."""
    probes = probe_sence()
    assert [probe.ok for probe in probes] == [True] * 4
    paths = {probe.url.split("/", 3)[3] for probe in probes}
    assert "rcetest/Registro/IniciarSesion" in paths
    assert "rce/Registro/CerrarSesion" in paths


def test_probe_of_a_server_in_trouble_says_whose_trouble_it_is(server) -> None:
    server.status = 503
    probe = probe_sence()[0]
    assert not probe.ok
    assert "503" in probe.words


@pytest.mark.parametrize("status", [200, 302, 399, 400, 405])
def test_probe_heard_by_an_address_that_takes_forms_is_well(server, status) -> None:
    server.status = status
    assert [probe.ok for probe in probe_sence()] == [True] * 4


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "no como SENCE (401)"),
        (403, "cortafuegos"),
        (404, "no tiene esta dirección (404)"),
        (407, "El proxy de la red pide identificarse"),
        (429, "Pide esperar"),
        (499, "no como SENCE (499)"),
        (500, "un error suyo (500)"),
    ],
)
def test_probe_answered_by_something_else_says_what_came(
    server, status: int, words: str
) -> None:
    server.status = status
    for probe in probe_sence():
        assert not probe.ok
        assert words in probe.words


def test_probe_of_a_server_that_never_ends_ends_within_its_budget(server) -> None:
    """All four at once: a worker has 30 seconds and the addresses might take 60."""
    server.delay = 1.5
    before = time.monotonic()
    probes = probe_sence(budget=0.3)
    assert time.monotonic() - before < 1.2
    assert [probe.words for probe in probes] == [TOO_LATE] * 4


def test_probe_budget_lies_within_what_gunicorn_gives_a_worker() -> None:
    values = runpy.run_path("gunicorn.conf.py")
    assert values["timeout"] > BUDGET + 5


def test_probe_asks_its_addresses_at_once(server) -> None:
    server.delay = 0.4
    before = time.monotonic()
    assert [probe.ok for probe in probe_sence()] == [True] * 4
    assert time.monotonic() - before < 1.2


def test_probe_through_a_proxy_that_is_away_names_the_proxy(
    server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    probe = probe_sence()[0]
    assert not probe.ok
    assert "proxy" in probe.words


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("https://127.0.0.1:{port}", "no habla https"),
        ("http://no-existe.invalid", "No se encontró el nombre"),
        ("http://127.0.0.1:9", "nadie atiende en ese puerto"),
    ],
)
def test_probe_names_the_fault_that_it_met(
    server, settings, address: str, words: str
) -> None:
    """What is to be put right differs: the port, the name, or the server there."""
    port = settings.SENCE_BASE_URL.rpartition(":")[2]
    settings.SENCE_BASE_URL = address.format(port=port)
    for probe in probe_sence():
        assert not probe.ok
        assert words in probe.words


def test_probe_of_a_site_with_a_certificate_that_is_not_trusted_says_so(
    settings, self_signed: str
) -> None:
    settings.SENCE_BASE_URL = self_signed
    assert {probe.words for probe in probe_sence()} == {
        "El certificado del sitio no es válido desde este servidor."
    }


@pytest.fixture
def self_signed(tmp_path: Path) -> Iterator[str]:
    """The address of a server whose certificate nobody vouches for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certificate(tmp_path / "own.pem"))
    listening = ThreadingHTTPServer(("127.0.0.1", 0), _Answering)
    listening.socket = context.wrap_socket(listening.socket, server_side=True)
    listening.handle_error = lambda *_: None  # type: ignore[method-assign]
    thread = threading.Thread(target=listening.serve_forever)
    thread.start()
    yield f"https://127.0.0.1:{listening.server_port}"
    listening.shutdown()
    thread.join()
    listening.server_close()


def _certificate(path: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(
        key.private_bytes(
            Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
        )
        + certificate.public_bytes(Encoding.PEM)
    )
    return path


def test_check_sence_with_all_well_ends_well(server) -> None:
    out = StringIO()
    call_command("check_sence", stdout=out)
    assert out.getvalue().count("✔") == 4


def test_check_sence_with_nobody_there_ends_with_an_error(settings) -> None:
    settings.SENCE_BASE_URL = "http://127.0.0.1:9"
    out = StringIO()
    with pytest.raises(CommandError, match="SENCE no responde"):
        call_command("check_sence", stdout=out)
    assert "No se pudo conectar" in out.getvalue()


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ("https://red.example/entrar?a=secreto", "https://red.example"),
        ("//portal-cautivo.example:8080/", "http://portal-cautivo.example:8080"),
        ("https://sence.cl.example/", "https://sence.cl.example"),
        ("https://xsence.cl/", "https://xsence.cl"),
    ],
)
def test_probe_sent_on_to_another_site_says_to_which(
    server, location: str, shown: str
) -> None:
    """A network that wants people to sign in answers in everybody's place."""
    server.status, server.location = 302, location
    for probe in probe_sence():
        assert not probe.ok
        assert f"manda a {shown}, que no es SENCE" in probe.words
        assert "secreto" not in probe.words


@pytest.mark.parametrize(
    "location",
    ["/otra", "https://cus.sence.cl/Account", "https://claveunica.gob.cl/", ""],
)
def test_probe_sent_on_within_sence_is_well(server, location: str) -> None:
    server.status, server.location = 302, location
    assert [probe.ok for probe in probe_sence()] == [True] * 4
