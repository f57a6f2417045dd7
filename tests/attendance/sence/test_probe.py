"""Whether SENCE answers, asked over real sockets on this machine."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from attendance.sence.probe import probe_sence


class _Answering(BaseHTTPRequestHandler):
    status = 405

    def do_GET(self) -> None:
        self.send_response(type(self).status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def server(settings) -> Iterator[type[_Answering]]:
    """A server in SENCE's place; its handler's `status` says what it answers."""

    class Handler(_Answering):
        pass

    listening = HTTPServer(("127.0.0.1", 0), Handler)
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


def test_probe_through_a_proxy_that_is_away_names_the_proxy(
    server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    probe = probe_sence()[0]
    assert not probe.ok
    assert "proxy" in probe.words


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
