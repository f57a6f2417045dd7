"""PDF: from our own files alone, the same bytes of the same page."""

import hashlib
import io
import logging
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pikepdf
import pytest

from otec_portal.core import pdf
from tests.factories import NOW
from tests.pdf_text import pages_of

ROOT = Path(__file__).parents[2]
FONT = 'url("static:fonts/source-sans-3-latin-400-normal.woff2") format("woff2")'
CSS = f"@font-face {{ font-family: Ours; src: {FONT} }} html {{ font-family: Ours }}"
PAGE = '<html lang="es-CL"><title>Prueba</title><body>{}</body></html>'
STRANGERS = [
    "http://169.254.169.254/latest/meta-data/",
    "https://portal.example/static/fonts/x.woff2",
    "HTTP://127.0.0.1/",
    "file:///etc/passwd",
    f"file://{ROOT}/static/img/favicon.svg",
    "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=",
    "ftp://127.0.0.1/x",
    "static:/etc/passwd",
    "static:../manage.py",
    "static:fonts/../../manage.py",
    "static:%2e%2e/manage.py",
    "static:fonts/%2e%2e%2f%2e%2e%2fmanage.py",
    "static:..%00",
    "static:no-such-file",
    "static:fonts",
]
WAYS = [
    '<img alt="" src="{}">',
    '<object data="{}"></object>',
    '<embed src="{}">',
    '<link rel="stylesheet" href="{}">',
    '<link rel="attachment" href="{}">',
    '<a rel="attachment" href="{}">x</a>',
    '<p style="background: url({})">x</p>',
    '<style>@import url("{}");</style>',
    '<style>@font-face {{ font-family: x; src: url("{}") }}</style>',
    '<ul style="list-style-image: url({})"><li>x</ul>',
    '<svg width="9" height="9"><image href="{}" width="9" height="9"/></svg>',
]


def made(body: str, css: str = CSS) -> bytes:
    return pdf.render(PAGE.format(body), css=css)


@pytest.mark.parametrize("url", STRANGERS)
def test_what_is_no_static_file_of_ours_is_refused(url: str) -> None:
    """D8: the request itself, a socket or an open file, is never made."""
    with pytest.raises(pdf.Refused):
        made(f'<img alt="" src="{url}">')


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_name_a_file_is_watched(way: str) -> None:
    """D8."""
    with pytest.raises(pdf.Refused):
        made(way.format("http://169.254.169.254/"))


@pytest.mark.parametrize(
    "css",
    [
        '@import url("http://169.254.169.254/");',
        'html { background: url("file:///etc/passwd") }',
        '@font-face { font-family: x; src: url("https://portal.example/x.woff2") }',
    ],
)
def test_styles_are_watched_too(css: str) -> None:
    """However often they are used."""
    for _ in range(2):
        with pytest.raises(pdf.Refused):
            made("x", css)


@pytest.mark.parametrize("src", ["x.png", "/etc/passwd", "//169.254.169.254/x.png"])
def test_file_named_without_a_scheme_is_not_looked_for(
    src: str, caplog: pytest.LogCaptureFixture
) -> None:
    """There is no base that it could be relative to."""
    with caplog.at_level(logging.ERROR, "weasyprint"):
        made(f'<img alt="" src="{src}">')
    assert "without a base URI" in caplog.text


def test_refused_page_does_not_hold_up_the_next() -> None:
    with pytest.raises(pdf.Refused):
        made('<img alt="" src="file:///etc/passwd">')
    assert made("x").startswith(b"%PDF-1.7")


def test_fonts_are_the_projects_own() -> None:
    """A letter that they lack is not taken from the machine either."""
    with pikepdf.open(io.BytesIO(made("Ñandú Ж"))) as opened:
        fonts = [str(one.BaseFont) for one in opened.pages[0].Resources.Font.values()]
        assert [name.partition("+")[2] for name in fonts] == ["Ours"]
        assert "Ñandú" in pages_of(opened)[0]


def test_attached_file_is_inside_as_it_was() -> None:
    attached = pdf.Attached(name="a.json", content=b"{}", description="d", at=NOW)
    content = pdf.render(PAGE.format("x"), css=CSS, attached=[attached])
    with pikepdf.open(io.BytesIO(content)) as opened:
        (inside,) = opened.attachments.values()
        assert inside.get_file().read_bytes() == b"{}"
        assert str(inside.obj.AFRelationship) == "/Source"
        assert inside.get_file().creation_date == NOW


def test_page_made_by_many_threads_at_once_is_always_the_same() -> None:
    """The demo's worker has threads, and Pango's font map is for one at a time."""
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(made, ["Ñandú " * 99] * 16))) == 1


ANOTHER_PROCESS = """
import django, hashlib
django.setup()
from tests.core.test_pdf import made
print(hashlib.sha256(made("Ñandú")).hexdigest())
"""


def test_page_made_by_another_process_elsewhere_is_the_same(tmp_path: Path) -> None:
    """Another seed of hashes, another zone, another language, another home."""
    own = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "otec_portal.settings.test",
        "PYTHONHASHSEED": "7",
        "TZ": "Asia/Tokyo",
        "LC_ALL": "C",
        "HOME": str(tmp_path),
        "PYTHONPATH": str(ROOT),
    }
    there = subprocess.run(
        [sys.executable, "-c", ANOTHER_PROCESS],
        cwd=ROOT,
        env=own,
        capture_output=True,
        text=True,
        check=True,
    )
    assert there.stdout.strip() == hashlib.sha256(made("Ñandú")).hexdigest()


def test_machines_own_settings_of_fonts_are_left_as_they_were(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for value in (None, "/etc/fonts/fonts.conf"):
        monkeypatch.delenv("FONTCONFIG_FILE", raising=False)
        if value:
            monkeypatch.setenv("FONTCONFIG_FILE", value)
        pdf._press.cache_clear()
        made("x")
        assert os.environ.get("FONTCONFIG_FILE") == value
