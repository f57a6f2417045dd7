"""Bad input, secrets, restarts, and the server itself."""

import ast
import json
import os
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from django.core.management.base import CommandError

import attendance.simulator
from attendance.management.commands import sence_simulator
from attendance.simulator.app import Application
from attendance.simulator.registry import Registry, RegistryFile
from attendance.simulator.server import listen, serve

START = "/rcetest/Registro/IniciarSesion"
CLOSE = "/rcetest/Registro/CerrarSesion"
ROOT = Path(attendance.simulator.__file__).parents[2]


@pytest.mark.parametrize("path", ["/nada", "/rce", "/simulador/estatico/app.py", "/ñ"])
def test_path_unknown_gives_a_friendly_404(browser, path):
    page = browser.get(path.encode().decode("latin-1"))
    assert page.status == 404
    assert "no es el sitio de SENCE" in page.text


@pytest.mark.parametrize("path", [START, CLOSE, "/rce/Registro/IniciarSesion"])
def test_get_where_a_post_belongs_gives_405(browser, path):
    page = browser.get(path)
    assert page.status == 405
    assert page.headers["Allow"] == "POST"
    assert "no es el sitio de SENCE" in page.text


def test_body_over_one_megabyte_gives_413(browser):
    assert browser.request("POST", START, b"a" * 1_000_001).status == 413
    assert browser.request("POST", START, b"a" * 1_000_000).status == 400


@pytest.mark.parametrize("length", ["x", "-1", "1e3", "9" * 30])
def test_content_length_senseless_gives_400(browser, length):
    assert browser.request("POST", START, CONTENT_LENGTH=length).status == 400


@pytest.mark.parametrize(
    "body", [b"", b"&&&==", b"%ff%00%zz", b"\xff\xfe", b"RunAlumno=%00&UrlError=%ED%A0"]
)
def test_form_garbled_shows_the_code_on_a_page(browser, body):
    page = browser.request("POST", START, body)
    assert page.status == 400
    assert "201" in page.codes


def test_form_with_too_many_fields_gives_400(browser):
    body = "&".join(f"x{number}=1" for number in range(201)).encode()
    assert browser.request("POST", START, body).status == 400


def test_form_in_latin_1_is_understood(browser, form):
    body = urlencode(form | {"IdSesionAlumno": "ñ"}, encoding="latin-1").encode()
    page = browser.sign_in(browser.request("POST", START, body))
    assert page.answer.fields["IdSesionAlumno"] == "ñ"


def test_values_from_the_form_are_escaped(browser, form):
    form["IdSesionAlumno"] = nonce = '"><script>alert(1)</script>'
    page = browser.sign_in(browser.start(form))
    assert page.answer.fields["IdSesionAlumno"] == nonce
    assert "<script>alert" not in page.text
    assert "<script>alert" not in browser.get("/simulador/").text


def test_head_answers_without_a_body(browser):
    page = browser.request("HEAD", "/simulador/")
    assert page.status == 200
    assert page.text == ""


def test_failure_inside_gives_a_page_without_traceback(desk, browse, form, caplog):
    def broken():
        raise RuntimeError(form["Token"])

    desk.registry = broken
    page = browse(desk).start(form)
    assert page.status == 500
    assert "Traceback" not in page.text
    assert form["Token"] not in page.text + caplog.text


@pytest.mark.parametrize("mode", ["clave-sence", "clave-unica"])
def test_every_page_says_that_it_is_not_sence(browser, form, desk, mode):
    desk.switch_mode(mode)
    page = browser.follow(browser.start(form))
    control = browser.get("/simulador/")
    for shown in (page, browser.sign_in(page), control):
        assert shown.status == 200
        text = "<strong>Simulador de SENCE</strong> · no es el sitio de SENCE"
        assert text in shown.text


def test_assets_are_served_with_their_types(browser):
    for name, kind in (("simulator.css", "text/css"), ("simulator.js", "text/javasc")):
        page = browser.get(f"/simulador/estatico/{name}")
        assert page.status == 200
        assert page.headers["Content-Type"].startswith(kind)


def test_token_never_stays_anywhere(make_desk, browse, form, tmp_path):
    """Neither in its field, nor in a misspelt one, nor inside another's value."""
    state = tmp_path / "state.sqlite3"
    browser = browse(make_desk(state))
    token = form["Token"]
    browser.start(form)
    browser.start(form | {"token": token, token: "x", "IdSesionAlumno": f"a{token}"})

    seen = browser.get("/simulador/").text + browser.api("state", method="GET").text
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert token not in seen
    assert token.encode() not in kept
    assert f"••••{token[-4:]}" in seen
    assert token[:8] not in seen
    assert token[:8].encode() not in kept


def test_restart_keeps_open_sessions_and_attempts(make_desk, browse, form, tmp_path):
    state = tmp_path / "new" / "state.sqlite3"
    first = make_desk(state)
    form["IdSesionSence"] = browse(first).open(form)
    waiting = browse(first).start(form, CLOSE)
    first.tell({"match": {"run": "1-9"}, "codes": ["300"], "delay_seconds": 2})
    told = first.store.behaviours()
    first.store.close()

    second = make_desk(state)
    assert second.store.behaviours() == told
    assert "GlosaError" not in browse(second).sign_in(waiting).answer.fields
    (session,) = second.store.sessions(10)
    assert session.sence_id == form["IdSesionSence"]
    assert session.closed_at
    assert (state.stat().st_mode & 0o077) == 0


def test_registry_file_changed_is_read_again(demo_file):
    source = RegistryFile(demo_file)
    assert "6000001" in source().actions
    data = json.loads(demo_file.read_text("utf-8"))
    data["actions"] = []
    demo_file.write_text(json.dumps(data), "utf-8")
    os.utime(demo_file, ns=(1, 1))
    assert source().actions == {}

    demo_file.write_text("{", "utf-8")
    assert source().actions == {}


@pytest.mark.parametrize("data", [[], {}, None, {"training_body": {}, "actions": []}])
def test_registry_of_another_shape_is_refused(data):
    with pytest.raises(ValueError, match="not a registry"):
        Registry.from_data(data)


def test_simulator_imports_nothing_of_the_portal_but_the_wire_names():
    """The one address of this rule: a list of what is allowed, and not of what isn't.

    Nothing in it reads settings or a model, and the wire names bring nothing along.
    """
    ours = {"attendance", "courses", "certificates", "liquidation", "otec_portal"}
    wire = ROOT / "attendance" / "sence" / "wire.py"
    for path in [wire, *(ROOT / "attendance" / "simulator").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            for name in names:
                assert not name.startswith("django") or name == "django.template"
                if name.split(".")[0] in ours:
                    assert name == "attendance.sence.wire" or name.startswith(
                        "attendance.simulator"
                    ), f"{path.name} imports {name}"


@pytest.mark.parametrize("given", [{}, {"SENCE_SIMULATOR_ALLOWED": False}])
def test_command_without_the_setting_refuses(given):
    with pytest.raises(CommandError, match="production settings"):
        sence_simulator.refuse_in_production(SimpleNamespace(**given))


def test_command_with_the_setting_may_run():
    settings = SimpleNamespace(SENCE_SIMULATOR_ALLOWED=True)
    sence_simulator.refuse_in_production(settings)


def test_command_with_unusable_files_says_so(tmp_path):
    broken = tmp_path / "broken"
    broken.write_text("not a database, not JSON\n" * 100, "utf-8")
    with pytest.raises(CommandError, match="unusable"):
        sence_simulator.open_store(broken)
    for path in (broken, tmp_path / "missing"):
        with pytest.raises(CommandError, match="can't be read"):
            sence_simulator.open_registry(path)


def run_command(*arguments: str, allowed: bool) -> subprocess.Popen[str]:
    script = (
        "import sys; from django.conf import settings;"
        f"settings.configure(SENCE_SIMULATOR_ALLOWED={allowed});"
        "from attendance.management.commands.sence_simulator import Command;"
        "Command().run_from_argv(['manage.py', 'sence_simulator', *sys.argv[1:]])"
    )
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_command_in_production_exits_with_a_message():
    with run_command("--port", "0", allowed=False) as process:
        out, err = process.communicate(timeout=20)
    assert process.returncode == 1
    assert out == ""
    assert "SENCE_SIMULATOR_ALLOWED" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_command_serves_in_one_line_and_stops_at_a_signal(demo_file, form, number):
    arguments = ("--bind", "localhost", "--port", "0", "--registry", str(demo_file))
    with run_command(*arguments, allowed=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert "Clave: clave123" in line
        address = line.split(" at ")[1].split(" ")[0]
        body = urlencode(form).encode()
        with urllib.request.urlopen(address + START, body, timeout=5) as answer:
            assert answer.status == 200
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (0, "", "")


def test_server_on_a_loopback_port_talks_http(desk, form):
    servers, stop = listen(Application(desk), "127.0.0.1", 0), threading.Event()
    thread = threading.Thread(target=serve, args=(servers, stop))
    thread.start()
    base = f"http://127.0.0.1:{servers[0].server_port}"
    try:
        body = urlencode(form).encode()
        with urllib.request.urlopen(base + START, body, timeout=5) as page:
            assert "Clave SENCE" in page.read().decode()
        with pytest.raises(urllib.error.HTTPError) as too_big:
            urllib.request.urlopen(base + START, b"a" * 1_500_000, timeout=5)
        with too_big.value as refusal:
            assert refusal.code == 413
    finally:
        stop.set()
        thread.join(10)
    assert not thread.is_alive()
