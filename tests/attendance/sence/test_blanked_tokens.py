"""B5: our token is blanked in whatever comes back."""

from urllib.parse import unquote_to_bytes, urlencode

import pytest

from attendance.sence.incoming import without_token
from tests.factories import SECRET


def encoded(text: str) -> str:
    """Return `text` with each of its characters percent-encoded."""
    return "".join(f"%{byte:02X}" for byte in text.encode())


@pytest.mark.parametrize(
    "body",
    [
        f"Token={SECRET}&a=1",
        f"a=1&token={SECRET}",
        f"+Token+={SECRET}",
        f"a=1&%20TOKEN%20={SECRET}&b=2",
        f"Otro={SECRET}",
        f"Tok%65n={SECRET}",
        f"Otro={SECRET.replace('-', '%2D')}",
        f"Otro={SECRET.replace('-', '%2d').upper()}",
        f"Otro={SECRET.replace('-', '%252D')}",
        "Otro=" + encoded(SECRET),
        "Otro=" + encoded(SECRET.upper()).lower(),
        "Otro=" + encoded(encoded(SECRET)),
        f'--x\r\nContent-Disposition: form-data; name="Token"\r\n\r\n{SECRET}\r\n--x--',
    ],
)
def test_token_that_came_back_is_blanked(body: str) -> None:
    """B5: wherever in the body it stands."""
    blanked = without_token(body.encode(), SECRET)
    came = unquote_to_bytes(unquote_to_bytes(blanked))
    assert SECRET.encode().lower() not in came.lower()
    assert b"(borrado)" in blanked


def test_token_of_nobody_known_is_blanked_by_its_name() -> None:
    """B5: a callback of a session that we don't know."""
    assert without_token(f"a=1&Token={SECRET}&b=2".encode(), "") == (
        b"a=1&Token=(borrado)&b=2"
    )


def test_token_of_unusual_letters_is_blanked_as_a_browser_writes_it() -> None:
    """B5"""
    secret = "a+b/c=d&e"
    body = urlencode({"Otro": secret}).encode()
    assert without_token(body, secret) == b"Otro=(borrado)"


@pytest.mark.parametrize("body", [b"a=1&b=2", b"TokenX=1", b"", b"\xff\x00&=&"])
def test_body_without_a_token_is_kept_as_it_came(body: bytes) -> None:
    """A16: raw is raw."""
    assert without_token(body, SECRET) == body


@pytest.mark.parametrize(
    "line",
    [
        *(b'name="token"\r\n', b'name="token"', b"&token", b"&+", b"&token+"),
        *(b"\r\n\r\n", SECRET[:-1].encode(), b"%25", b"%"),
    ],
)
def test_token_is_looked_for_in_little_time(line: bytes) -> None:
    """A body made to tire the search must not tie up a worker."""
    from time import process_time

    body = line * (1_000_000 // len(line))
    began = process_time()
    without_token(body, SECRET)
    assert process_time() - began < 2
