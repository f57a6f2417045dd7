"""The navigation leads everybody to what they may open, and nowhere else."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve, reverse

from otec_portal.core.models import Role, TrainingBody
from otec_portal.navigation import SECTIONS, navigation
from tests.conftest import SignedIn, sign_in

pytestmark = pytest.mark.django_db


def ways(answer: Any) -> dict[str, str]:
    """The sections, with what aria-current says of each."""
    return {way.label: way.current for way in answer.context["sections"]}


@pytest.mark.parametrize(
    "role", [role for role in Role if role != Role.REGIONAL_OFFICE]
)
def test_every_way_that_is_shown_is_open(role: Role, our_body: TrainingBody) -> None:
    regions = ["ML"] if role == Role.REGIONAL_ADMIN else []
    client = sign_in(our_body, role, *regions).client
    for section in client.get("/").context["sections"]:
        answer = client.get(section.url)
        assert answer.status_code == 200
        for place in answer.context["places"]:
            assert client.get(place.url).status_code == 200


def test_facilitator_is_not_led_to_the_training_body(facilitator: SignedIn) -> None:
    assert "Entidad" not in ways(facilitator.client.get("/"))


@pytest.mark.parametrize(
    ("view", "section", "current"),
    [
        ("home", "Inicio", "page"),
        ("courses:search", "Cursos", "page"),
        ("attendance:alerts", "Sesiones SENCE", "true"),
        ("attendance:online", "Sesiones SENCE", "true"),
        ("liquidation:missing", "Certificados", "true"),
        ("liquidation:packets", "Liquidación", "page"),
        ("liquidation:make_packet", "Liquidación", "true"),
        ("courses:new_company", "Catálogo", "true"),
        ("users", "Entidad", "true"),
        ("attendance:add_token", "Entidad", "true"),
    ],
)
def test_page_marks_its_own_section_alone(
    view: str, section: str, current: str, admin: SignedIn
) -> None:
    found = ways(admin.client.get(reverse(view)))
    assert {name for name, mark in found.items() if mark} == {section}
    assert found[section] == current


def test_page_within_a_section_shows_no_lists_beside_it(admin: SignedIn) -> None:
    beside = admin.client.get(reverse("users")).context
    assert [(way.label, way.current) for way in beside["places"]] == [
        ("Datos", ""),
        ("Usuarios", "page"),
        ("Recordatorios", ""),
        ("Tokens SENCE", ""),
        ("Correos", ""),
        ("Historial", ""),
        ("Estado del sistema", ""),
    ]
    assert admin.client.get(reverse("invite_user")).context["places"] == []


def test_nobody_signed_in_is_led_nowhere(client: Client) -> None:
    assert ways(client.get(reverse("login"))) == {}


def test_navigation_asks_no_query_of_its_own(
    admin: SignedIn, django_assert_num_queries: Callable[[int], Any]
) -> None:
    """The membership is the one that the view itself has found."""
    request = admin.client.get("/").wsgi_request
    with django_assert_num_queries(0):
        navigation(request)


def test_words_of_addresses_belong_to_one_section() -> None:
    words = [word for section in SECTIONS for word in section.words]
    assert len(words) == len(set(words))
    for section in SECTIONS:
        for place in section.places:
            path = reverse(place.view)
            assert path.split("/")[1] in section.words
            assert resolve(path)
