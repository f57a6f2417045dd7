"""A form of one institution sent while another one is chosen: nothing happens."""

import uuid
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.urls import reverse

from courses.models import Company
from otec_portal.core import acting_as
from otec_portal.core.memberships import SESSION_KEY
from otec_portal.core.models import Membership, Role, TrainingBody
from tests.conftest import browser_of
from tests.crawl.routes import ask, routes
from tests.crawl.worlds import World, make_world
from tests.factories.core import MembershipFactory
from tests.matrix import MATRIX
from tests.matrix.kinds import ANYONE, CALLBACK, OWN, PARTICIPANT
from tests.test_isolation import ADMIN, addresses

pytestmark = pytest.mark.django_db
VALUES = {"number": 2, "kind": "cursos", "what": "marca", "day": "2026-06-15"}
TYPED = {"rut": "76.192.083-9", "name": "Viña Las <Rosas>\nde «Talca»"}


@dataclass
class Forms(HTMLParser):
    """The forms of a page that are posted: where to, and what they carry hidden."""

    found: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._inside = False

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in given}
        if tag == "form":
            self._inside = attributes.get("method", "get").lower() == "post"
            if self._inside:
                self.found.append({})
        elif tag in {"input", "button"} and self._inside and "name" in attributes:
            self.found[-1][attributes["name"]] = attributes.get("value", "")


def forms_of(html: str) -> list[dict[str, str]]:
    parser = Forms()
    parser.feed(html)
    return parser.found


@pytest.fixture
def two(our_body: TrainingBody, rival_body: TrainingBody) -> list[Membership]:
    """The same person is administrator of both; the second one is chosen now."""
    mine = MembershipFactory(training_body=our_body)
    return [mine, MembershipFactory(user=mine.user, training_body=rival_body)]


@pytest.fixture
def client(two: list[Membership]) -> Client:
    client = browser_of(two[0].user)
    acts_as(client, two[0])
    return client


def acts_as(client: Client, one: Membership) -> None:
    session = client.session
    session[SESSION_KEY] = str(one.public_id)
    session.save()


def typed_in(client: Client) -> dict[str, str]:
    """What is posted by the form of a new company as the page shows it."""
    page = client.get(reverse("courses:new_company")).content.decode()
    return {**forms_of(page)[-1], **TYPED}


def test_form_of_the_institution_left_in_another_tab_is_refused_with_words(
    client: Client, two: list[Membership]
) -> None:
    typed = typed_in(client)
    acts_as(client, two[1])
    answer = client.post(reverse("courses:new_company"), typed)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "era de OTEC Nuestra (Administrador Nacional)" in page
    assert "ahora trabajas en OTEC Rival" in page
    assert "no-store" in answer.headers["Cache-Control"]
    assert not Company.objects.exists()


def test_form_sent_again_from_its_refusal_goes_to_the_institution_it_was_of(
    client: Client, two: list[Membership]
) -> None:
    typed = typed_in(client)
    acts_as(client, two[1])
    page = client.post(reverse("courses:new_company"), typed).content.decode()
    again = forms_of(page)[-1]
    assert again["name"] == TYPED["name"]
    assert client.post(reverse("courses:new_company"), again).status_code == 302
    assert Company.objects.get().training_body == two[0].training_body
    assert client.session[SESSION_KEY] == str(two[0].public_id)


def test_form_of_the_institution_chosen_now_is_taken(
    client: Client, two: list[Membership]
) -> None:
    answer = client.post(reverse("courses:new_company"), typed_in(client))
    assert answer.status_code == 302


@pytest.mark.parametrize("name", [acting_as.FIELD, acting_as.GO_BACK])
@pytest.mark.parametrize("whose", ["nobody's", "a rival's", "no id"])
def test_form_of_a_profile_one_does_not_have_is_refused_without_a_way_back(
    whose: str, name: str, client: Client
) -> None:
    """C1: nobody gets another's membership by naming it."""
    value = {
        "nobody's": str(uuid.uuid4()),
        "a rival's": str(MembershipFactory().public_id),
        "no id": "x",
    }[whose]
    answer = client.post(reverse("courses:new_company"), {**TYPED, name: value})
    assert answer.status_code == 409
    assert "un perfil que ya no tienes" in answer.content.decode()
    assert not Company.objects.exists()


def test_file_of_a_refused_form_is_said_to_be_chosen_again(
    client: Client, two: list[Membership]
) -> None:
    sent = {
        acting_as.FIELD: str(two[1].public_id),
        "file": SimpleUploadedFile("n.csv", b"x"),
    }
    answer = client.post(reverse("courses:new_company"), sent)
    assert "tendrás que elegirlos de nuevo" in answer.content.decode()


def of_operators(name: str) -> bool:
    """Whether an address is worked at under a membership."""
    others = {ANYONE, OWN, PARTICIPANT, CALLBACK}
    own = {"choose_membership"}
    return name in MATRIX and MATRIX[name] not in others and name not in own


def test_every_form_on_a_page_of_operators_carries_its_membership(
    stopped_clock: object, settings: object
) -> None:
    settings.SENCE_BASE_URL = "http://127.0.0.1:9"  # type: ignore[attr-defined]
    world, seen = make_world("Zarzamora"), 0
    client = world.clients[ADMIN]
    mine = Membership.objects.get(
        training_body=world.body,
        role=Role.NATIONAL_ADMIN,
        user_id=client.session["_auth_user_id"],
    )
    for url in pages(world):
        answer = ask(client, "GET", url)
        for form in forms_of(answer.text) if answer.status == 200 else []:
            assert form.get(acting_as.FIELD) == str(mine.public_id), url
            seen += 1
    assert seen > 50


def pages(world: World) -> list[str]:
    asked = [one for one in routes() if of_operators(one.name)]
    own = [url for one in asked if one.has_id for url in addresses(one, world)]
    return own + [one.address(**world.values(one)) for one in asked if not one.has_id]


def test_form_of_another_membership_is_refused_at_every_address_of_operators(
    admin: object, client: Client, two: list[Membership]
) -> None:
    """By the guard, before anything is looked up: any id will do."""
    sent = {acting_as.FIELD: str(two[1].public_id)}
    taken = {}
    for route in routes():
        if not of_operators(route.name):
            continue
        values = {name: VALUES.get(name, uuid.uuid4()) for name in route.takes}
        status = client.post(route.address(**values), sent).status_code
        if status not in {405, 409}:
            taken[route.name] = status
    assert taken == {}


def test_secret_of_a_strayed_form_is_not_written_back(
    two: list[Membership], client: Client
) -> None:
    """B4, B5: it is typed again; the rest is kept."""
    secret = "1C4B5E6F-0000-4000-8000-123456789ABC"
    typed = {"label": "de prueba", "secret": secret, acting_as.FIELD: two[1].public_id}
    answer = client.post(reverse("attendance:add_token"), typed)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert secret not in page
    assert "tendrás que escribirlo de nuevo" in page
    (form,) = [one for one in forms_of(page) if acting_as.GO_BACK in one]
    assert (form["label"], "secret" in form) == ("de prueba", False)


def test_everything_of_a_form_that_is_all_secret_is_left_out(
    two: list[Membership], rf: RequestFactory, client: Client
) -> None:
    request = rf.post("/", {"a": "1", "acting_as": str(two[1].public_id)})
    request.user, request.session = two[0].user, client.session
    request.sensitive_post_parameters = "__ALL__"  # type: ignore[attr-defined]
    form = acting_as.strayed(request)
    assert form
    assert (form.fields, form.had_secrets) == ([], True)
