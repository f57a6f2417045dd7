"""A class of 500 that starts within a minute: python -m tests.bench.class_start.

Each participant opens the personal link and the course page, loads its static files,
presses start, is sent back by SENCE (whose pages are left out) and sees the session
open. All of them from one address, as behind a company's router.
"""

import html
import http.client
import random
import re
import sys
import threading
import time
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from tests.bench.client import FORM, percentiles
from tests.bench.output import say
from tests.bench.server import HOST, gunicorn, port, portal

LIMIT = 1000  # ms, p99 of every step
SPREAD = 60  # seconds
TIMEOUT = 30
SENCE = "https://sistemas.sence.cl"
_INPUT = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
_STATIC = re.compile(r'(?:href|src)="(/static/[^"]+)"')


@dataclass
class Results:
    """What all participants saw. Seconds by step."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)


@dataclass
class Browser:
    """One participant's."""

    results: Results
    cookies: SimpleCookie = field(default_factory=SimpleCookie)

    def go(
        self, step: str, path: str, form: dict[str, str] | None = None, origin: str = ""
    ) -> tuple[int, str, str]:
        """Return status, Location and text of the answer."""
        jar = "; ".join(f"{m.key}={m.coded_value}" for m in self.cookies.values())
        headers = {} if origin == SENCE else {"Cookie": jar}
        if form is not None:
            headers |= {"Content-Type": FORM, "Origin": origin}
        start = time.perf_counter()
        connection = http.client.HTTPConnection(HOST, port(), timeout=TIMEOUT)
        body = None if form is None else urlencode(form)
        connection.request("GET" if form is None else "POST", path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
        self.results.seconds[step].append(time.perf_counter() - start)
        connection.close()
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies.load(line)
        return answer.status, answer.headers.get("Location", ""), text


def main() -> int:
    """Let the class start; return the exit code."""
    with portal():
        from tests.bench import rows

        enrolments = rows.make(number=rows.CLASS_SIZE)
        links = [rows.link(enrolment) for enrolment in enrolments]
        rows.tidy()
        with gunicorn():
            results = _run(links)
        opened = rows.opened()
    for error in results.errors[:5]:
        say(f"error: {error}")
    worst = 0.0
    for step, seconds in results.seconds.items():
        p50, p95, p99 = percentiles(seconds)
        worst = max(worst, p99)
        times = f"p50 {p50:6.1f}  p95 {p95:6.1f}  p99 {p99:6.1f} ms"
        say(f"{step:9} {len(seconds):5}  {times}")
    passed = not results.errors and opened == len(links) and worst < LIMIT
    say(f"{opened} of {len(links)} sessions open, {len(results.errors)} errors")
    say(f"{'PASS' if passed else 'FAIL'}: worst p99 {worst:.0f} ms, limit {LIMIT} ms")
    return 0 if passed else 1


def _run(links: list[str]) -> Results:
    results = Results()
    threads = [threading.Thread(target=_person, args=(link, results)) for link in links]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def _person(link: str, results: Results) -> None:
    time.sleep(random.uniform(0, SPREAD))
    try:
        _start(Browser(results), link)
    except (OSError, http.client.HTTPException, AssertionError) as error:
        results.errors.append(repr(error))


def _start(browser: Browser, link: str) -> None:
    own = f"http://{HOST}:{port()}"
    status, course, _ = browser.go("link", link)
    assert status == 302, status
    status, _, page = browser.go("course", course)
    assert status == 200, status
    for path in dict.fromkeys(_STATIC.findall(page)):
        assert browser.go("static", path)[0] == 200, path
    token = {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value}
    status, _, page = browser.go("start", f"{course}iniciar/", token, own)
    assert status == 200, (status, page)
    sent = {name: html.unescape(value) for name, value in _INPUT.findall(page)}
    callback = urlsplit(sent["UrlRetoma"]).path
    status, back, _ = browser.go("callback", callback, _answer(sent), SENCE)
    assert status == 303, status
    status, _, page = browser.go("return", back)
    assert status == 200, status
    assert "Tu sesión está abierta" in page


def _answer(sent: dict[str, str]) -> dict[str, str]:
    """What SENCE posts when it has recorded the start."""
    same = ("CodSence", "CodigoCurso", "IdSesionAlumno", "RunAlumno")
    return {
        **{name: sent[name] for name in (*same, "LineaCapacitacion")},
        "IdSesionSence": uuid.uuid4().hex,
        "FechaHora": time.strftime("%Y-%m-%d %H:%M:%S"),
        "ZonaHoraria": "America/Santiago",
    }


if __name__ == "__main__":
    sys.exit(main())
