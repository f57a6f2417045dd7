"""A Content-Type that Django can't read loses no answer of SENCE."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.urls import reverse

from attendance.models import Receipt, SessionState
from otec_portal.core.content_type import readable
from otec_portal.wsgi import application
from tests.factories.attendance import SenceSessionFactory
from tests.sence_messages import FORM, start_confirmed, urlencoded

BOUNDARY = "multipart/form-data; boundary=x"
UNREADABLE = [
    f"{FORM}; x*=bogus''y",
    f"{FORM}; charset*=utf-8''%00",
    f"{FORM}; charset=a\0b",
    f"{FORM}; charset=utf-8; x*=bogus''y",
]


@pytest.fixture(autouse=True)
def _connection_stays_open() -> Iterator[None]:
    """As in Django's test client: the test's transaction outlives its requests."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def posted(address: str, body: bytes, content_type: str) -> str:
    """Post through what gunicorn calls; return the status of the answer."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": address,
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
        "REMOTE_ADDR": "203.0.113.1",
        "wsgi.input": BytesIO(body),
    }
    setup_testing_defaults(environ)
    told: list[str] = []
    answer = application(environ, lambda status, _headers, *_: told.append(status))
    b"".join(answer)
    answer.close()  # type: ignore[attr-defined]
    return told[0]


@pytest.mark.django_db
@pytest.mark.usefixtures("stopped_clock")
@pytest.mark.parametrize("content_type", UNREADABLE)
def test_callback_with_an_unreadable_content_type_is_kept_and_decided(
    content_type: str,
) -> None:
    session = SenceSessionFactory()
    body = urlencoded(start_confirmed(session))
    status = posted(reverse("attendance:start_confirmed"), body, content_type)
    assert status.startswith("303 ")
    receipt = Receipt.objects.get()
    assert bytes(receipt.body) == body
    assert receipt.content_type == content_type.replace("\0", "")
    session.refresh_from_db()
    assert session.state == SessionState.OPEN


@pytest.mark.django_db
@pytest.mark.usefixtures("stopped_clock")
def test_multipart_callback_keeps_the_boundary_beside_what_is_unreadable() -> None:
    session = SenceSessionFactory()
    parts = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in start_confirmed(session).items()
    )
    status = posted(
        reverse("attendance:start_confirmed"),
        f"{parts}--x--\r\n".encode(),
        f"{BOUNDARY}; y*=bogus''z",
    )
    assert status.startswith("303 ")
    session.refresh_from_db()
    assert session.state == SessionState.OPEN


@pytest.mark.parametrize(
    ("came", "shown"),
    [
        (FORM, FORM),
        ("", ""),
        (f"{FORM}; charset=utf-8", f"{FORM}; charset=utf-8"),
        (f"{FORM}; charset=klingon", f"{FORM}; charset=klingon"),
        (f"{FORM}; x*=bogus''y", FORM),
        (f"{FORM}; charset=utf-8; x*=bogus''y", f"{FORM}; charset=utf-8"),
        (f"{BOUNDARY}; y*=bogus''z", BOUNDARY),
        ("a/b; c=\"d;e\"; x*=bogus''y; charset=utf-8", "a/b"),
    ],
)
def test_content_type_keeps_what_can_be_read(came: str, shown: str) -> None:
    assert readable(came).startswith(shown)
    assert "bogus" not in readable(came)
