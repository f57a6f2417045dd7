"""Choosing "perfil" and "institución", and switching later."""

import pytest
from django.test import Client
from django.urls import reverse

from otec_portal.core.models import Membership, Role, TrainingBody
from tests.conftest import browser_of
from tests.factories.core import MembershipFactory

pytestmark = pytest.mark.django_db
CHOOSE = "/perfil/"


@pytest.fixture
def two(our_body: TrainingBody, rival_body: TrainingBody) -> list[Membership]:
    first = MembershipFactory(training_body=our_body, role=Role.FACILITATOR)
    second = MembershipFactory(
        user=first.user, training_body=rival_body, role=Role.FACILITATOR
    )
    return [first, second]


@pytest.fixture
def client(two: list[Membership]) -> Client:
    return browser_of(two[0].user)


def choose(client: Client, one: Membership, **more: str) -> str:
    answer = client.post(CHOOSE, {"membership": str(one.public_id), **more})
    return str(answer.headers.get("Location", ""))


def test_one_of_two_is_asked_for_and_shown_from_then_on(
    client: Client, two: list[Membership]
) -> None:
    assert client.get("/")["Location"] == CHOOSE
    assert choose(client, two[1]) == "/"
    assert "Facilitador · OTEC Rival" in client.get("/").content.decode()
    assert choose(client, two[0]) == "/"
    assert "Facilitador · OTEC Nuestra" in client.get("/").content.decode()


def test_one_chosen_last_is_marked_at_the_next_sign_in(
    client: Client, two: list[Membership]
) -> None:
    choose(client, two[1])
    later = browser_of(two[0].user)
    page = later.get(CHOOSE)
    assert page.context["marked"] == two[1].pk
    assert page.content.decode().count("checked") == 1
    assert later.get("/").status_code == 302  # marked, not yet chosen


def test_page_asked_for_comes_after_the_choice(
    client: Client, two: list[Membership]
) -> None:
    asked = client.get("/sesiones/?state=open")
    assert asked["Location"] == f"{CHOOSE}?next=%2Fsesiones%2F%3Fstate%3Dopen"
    form = client.get(asked["Location"])
    back = form.context["next"]
    assert choose(client, two[0], next=back) == "/sesiones/?state=open"


@pytest.mark.parametrize(
    "wanted", ["https://rival.example/", "//rival.example", "javascript:alert(1)", ""]
)
def test_page_of_another_site_is_not_where_the_choice_leads(
    wanted: str, client: Client, two: list[Membership]
) -> None:
    assert choose(client, two[0], next=wanted) == "/"


@pytest.mark.parametrize("wanted", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_choice_of_nothing_asks_again(wanted: str, client: Client) -> None:
    answer = client.post(CHOOSE, {"membership": wanted})
    assert answer.status_code == 200
    assert "No tienes ese perfil" in answer.content.decode()


def test_choice_of_somebody_elses_profile_asks_again(client: Client) -> None:
    """C1."""
    assert choose(client, MembershipFactory()) == ""


def test_profile_taken_away_is_not_marked_any_more(
    client: Client, two: list[Membership]
) -> None:
    choose(client, two[1])
    two[1].delete()
    page = browser_of(two[0].user).get(CHOOSE)
    assert page.context["marked"] == two[0].pk  # the only one left


def test_user_without_any_profile_is_told_what_to_do() -> None:
    from tests.factories.core import UserFactory

    page = browser_of(UserFactory()).get(reverse("choose_membership"))
    assert "No tienes un perfil" in page.content.decode()
