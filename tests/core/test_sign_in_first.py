"""Where a person goes on after having had to sign in."""

import pytest
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


def after_sign_in(answer: HttpResponseBase) -> str:
    return answer.headers["Location"].partition("?next=")[2]


def test_page_asked_for_is_where_one_comes_back_to() -> None:
    assert after_sign_in(Client().get("/sesiones/")) == "/sesiones/"


@pytest.mark.parametrize(
    ("referer", "comes_back_to"),
    [
        ("http://testserver/sesiones/?state=now", "/sesiones/"),
        ("http://elsewhere.example/x/", "/"),
        ("", "/"),
    ],
)
def test_deed_leads_back_to_the_page_that_held_its_form(
    referer: str, comes_back_to: str
) -> None:
    """The address of a deed alone would answer 405."""
    headers = {"referer": referer} if referer else {}
    answer = Client().post(reverse("attendance:probe"), headers=headers)
    assert after_sign_in(answer) == comes_back_to
