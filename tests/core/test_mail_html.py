"""The HTML of a mail says what its text says, and nothing that it brings does harm."""

import re
from html import unescape

import pytest

from otec_portal.core.mail_html import html_of

TEXT = """Hola Ana:

Entra por este enlace:

https://portal.example/entrar/abc:def/

1. Abre el enlace.
2. Vuelve a https://portal.example/.

Código: 204
Acción: 6700130
"""


def words(html: str) -> str:
    body = html.partition("<main>")[2].partition("</main>")[0]
    return "".join(unescape(re.sub(r"<[^>]*>", "", body)).split())


def test_html_says_what_the_text_says() -> None:
    html = html_of(TEXT, subject="Tu enlace")
    said = words(html)
    for word in TEXT.replace("1. ", "").replace("2. ", "").split():
        assert word in said
    assert '<a class="way" href="https://portal.example/entrar/abc:def/">' in html
    assert '<a href="https://portal.example/">https://portal.example/</a>.' in html
    assert html.count("<li>") == 2
    assert re.search(r"Código: 204\s*<br>Acción: 6700130", html)


def test_headings_lists_and_words_that_lead_somewhere() -> None:
    text = """Emitir
------

- Acción 1 · Uno
  Hasta hoy.
  https://portal.example/1/

- Acción 2

Ver el calendario: https://portal.example/c/
"""
    html = " ".join(html_of(text, subject="x").split())
    assert "<h2>Emitir </h2>" in html or "<h2>Emitir</h2>" in html
    assert html.count("<ul>") == 1
    assert html.count("<li>") == 2
    assert '<a href="https://portal.example/1/">Acción 1 · Uno</a>' in html
    assert '<a href="https://portal.example/c/">Ver el calendario</a>' in html


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        'https://x.example/"onmouseover="alert(1)',
        "javascript:alert(1)",
    ],
)
def test_html_escapes_what_people_wrote(hostile: str) -> None:
    html = html_of(f"Hola {hostile}\n\n{hostile}", subject=hostile)
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert not re.search(r"<a [^>]*onmouseover=", html)


def test_html_asks_nothing_of_other_places() -> None:
    """A mail that is read tells nobody that it is."""
    html = html_of(TEXT, subject="x")
    assert not re.search(r"<(img|link|script|iframe|object)|url\(|@import", html)
    assert not re.search(r"\ssrc=", html)
    assert "prefers-color-scheme: dark" in html


@pytest.mark.parametrize("text", ["", "\n\n", "1.", "https://"])
def test_html_of_little_is_little(text: str) -> None:
    assert "<main>" in html_of(text, subject="x")


def test_dates_of_a_mail_stay_on_one_line() -> None:
    """At 360 px a browser breaks 23-11-2026 at its hyphens."""
    text = """El 23-11-2026 & después
-----------------------

- Acción 1 · hasta el 24-11-2026
  <b> 25-11-2026
  https://portal.example/1/
"""
    html = html_of(text, subject="Recordatorios del 22-11-2026")
    for day in (22, 23, 24, 25):
        whole = f'<span style="white-space: nowrap">{day}-11-2026</span>'
        assert whole in html.partition("<main>")[2]
    assert "&amp; después" in html
    assert "&lt;b&gt;" in html
    assert "<title>Recordatorios del 22-11-2026</title>" in html
