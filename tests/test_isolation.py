"""C1: a crawler asks for every address of one training body as everybody else.

The addresses come from the URLconf, the ids from the models: whatever is added is
asked for too, or fails here until somebody tells the crawler what it takes.
"""

import uuid
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from otec_portal.core.models import Role
from tests.conftest import sign_in
from tests.crawl.routes import METHODS, Answer, Route, ask, routes
from tests.crawl.worlds import ASKED_FOR, World, make_world, models_with_ids, of_no_body
from tests.matrix import LISTS_OF_NO_REGION, OF_NO_REGION

pytestmark = pytest.mark.django_db
OURS, RIVALS = "Zarzamora", "Maracuja"
ADMIN, PARTICIPANT = "national_admin", "participant"
OFFICE = "regional_office"
OUTSIDE = (OFFICE, "office_elsewhere", "installation_staff", "anonymous")
INSIDE = (ADMIN, "regional_admin", "facilitator", PARTICIPANT)
# whoever holds such an address is the one it was written for
BEARER = {
    *("attendance:enter", "certificates:verify", "confirm_new_email", "offer"),
    "courses:calendar_feed",
    *("liquidation:link", "liquidation:link_papers", "liquidation:link_pdf"),
    *("liquidation:link_sent", "liquidation:link_zip"),
}
# what either training body submits to the regional office of the Maule
SUBMITTED = {
    "home",
    "certificates:office_answer",
    "certificates:office_evidence",
    "certificates:office_inbox",
    "certificates:office_request",
    "liquidation:office_packet",
    "liquidation:office_packets",
    "liquidation:office_pdf",
    "liquidation:office_zip",
}
LISTS_FOR_SURE = {
    "users",
    "history",
    "courses:search",
    "courses:search_export",
    "courses:companies",
}
QUESTIONS = urlencode(
    {
        "programa": "3",
        "criterio": "participante",
        **dict.fromkeys(
            ("q", "who", "course", "participante", "entidad_capacitadora"), ASKED_FOR
        ),
    }
)


@dataclass(frozen=True)
class Stage:
    """Both training bodies, and who belongs to neither."""

    ours: World
    rivals: World
    outside: dict[str, Client]

    def strangers(self, who: str) -> list[tuple[Client, World]]:
        """Return the browsers of `who`, each with a world that is not theirs."""
        if who in self.outside:
            return [(self.outside[who], self.ours)]
        ours, rivals = self.ours, self.rivals
        return [(rivals.clients[who], ours), (ours.clients[who], rivals)]


@pytest.fixture
def stage(stopped_clock: object, settings: object) -> Stage:
    settings.SENCE_BASE_URL = "http://127.0.0.1:9"  # type: ignore[attr-defined]
    return Stage(make_world(OURS), make_world(RIVALS), of_no_body())


def with_id() -> list[Route]:
    return [route for route in routes() if route.has_id]


def not_submitted(found: list[Route], who: str) -> list[Route]:
    """Return the routes of `found` on which `who` is a stranger to either body."""
    return [one for one in found if who != OFFICE or one.name not in SUBMITTED]


def without_id() -> list[Route]:
    return [route for route in routes() if not route.has_id]


def first_answer(world: World, route: Route, who: str, public_id: uuid.UUID) -> Answer:
    """Return what `who` of `world` gets, by the first method that is taken."""
    url = route.address(public_id=public_id, **world.values(route))
    answer = ask(world.clients[who], "GET", url)
    return ask(world.clients[who], "POST", url) if answer.status == 405 else answer


def opened(answer: Answer) -> bool:
    """Whether somebody got past the door, whatever came of it."""
    at_the_door = answer.location.startswith(reverse("login"))
    return answer.status not in {403, 404, 405} and not at_the_door


_KINDS: dict[str, str] = {}  # the same in every test: found once


def kind_of(route: Route, world: World) -> str:
    """Return the kind of rows that `route` leads to, "" where none opens it."""
    openers = ("office",) if route.name in SUBMITTED else (ADMIN, PARTICIPANT)
    if route.name not in _KINDS:
        _KINDS[route.name] = next(
            (
                kind
                for kind, public_id in world.every_id()
                for who in openers
                if opened(first_answer(world, route, who, public_id))
            ),
            "",
        )
    return _KINDS[route.name]


def addresses(route: Route, world: World) -> list[str]:
    """Return the addresses of `route` that lead to rows of `world`."""
    return [
        route.address(public_id=public_id, **world.values(route))
        for public_id in world.ids[kind_of(route, world)]
    ]


def test_every_kind_of_row_with_an_address_is_in_either_world(stage: Stage) -> None:
    kinds = {model._meta.label for model in models_with_ids()}
    for world in (stage.ours, stage.rivals):
        assert {kind for kind, ids in world.ids.items() if ids} == kinds


def test_every_address_with_an_id_opens_for_somebody_of_its_body(stage: Stage) -> None:
    """Else the crawl below would prove nothing of it."""
    closed = [one.name for one in with_id() if not kind_of(one, stage.ours)]
    assert closed == []


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("who", [*INSIDE, *OUTSIDE])
def test_address_with_an_id_of_ours_is_not_there_for_a_stranger(
    who: str, method: str, stage: Stage
) -> None:
    """404; 403 and the way to sign in only where any id at all gets the same."""
    told = {}
    for client, world in stage.strangers(who):
        for route in not_submitted(with_id(), who):
            nobodys = route.address(public_id=uuid.uuid4(), **world.values(route))
            as_nobodys = ask(client, method, nobodys).status
            assert as_nobodys in {302, 403, 404, 405}, route
            for url in addresses(route, world):
                answer = ask(client, method, url)
                if answer.status != as_nobodys or answer.shows(world.mark):
                    told[url] = answer.status
    assert told == {}


@pytest.mark.parametrize("method", METHODS)
def test_address_with_an_id_of_ours_for_who_may_do_all_elsewhere_is_404(
    method: str, stage: Stage
) -> None:
    """Never 403: whom no permission keeps out, the tenant does."""
    client = stage.rivals.clients[ADMIN]
    routes_asked = [
        one
        for one in with_id()
        if one.name not in SUBMITTED and not is_of_participants(one, stage)
    ]
    for route in routes_asked:
        for url in addresses(route, stage.ours):
            assert ask(client, method, url).status in {404, 405}, url
    assert len(routes_asked) > 20


def is_of_participants(route: Route, stage: Stage) -> bool:
    """Whether `route` asks for a participant's cookie and not for signing in."""
    url = route.address(public_id=uuid.uuid4(), **stage.ours.values(route))
    return ask(Client(), "GET", url).status != 302


@pytest.mark.parametrize("who", [*INSIDE, *OUTSIDE])
def test_page_without_an_id_shows_a_stranger_nothing_of_ours(
    who: str, stage: Stage
) -> None:
    """Asked for a word that stands in every name, lists answer with one's own."""
    told = {
        route.name
        for client, world in stage.strangers(who)
        for route in not_submitted(without_id(), who)
        if route.name not in BEARER
        if ask(client, "GET", questions(route, world)).shows(world.mark)
    }
    assert told == set()


def test_page_without_an_id_shows_its_own_people_what_is_theirs(stage: Stage) -> None:
    """The mark is found where it may be: else its absence above would prove nothing."""
    shown = {
        route.name
        for route in without_id()
        if ask(stage.ours.clients[ADMIN], "GET", questions(route, stage.ours)).shows(
            OURS
        )
    }
    assert shown >= LISTS_FOR_SURE


@pytest.fixture
def elsewhere(stage: Stage) -> Client:
    """An admin of Magallanes of our body, whose rows are all of the Maule."""
    stage.ours.body.name = "OTEC"  # it stands on every page of its people
    stage.ours.body.save()
    return sign_in(stage.ours.body, Role.REGIONAL_ADMIN, "MA").client


@pytest.mark.parametrize("method", METHODS)
def test_address_with_an_id_of_another_region_is_not_there(
    method: str, stage: Stage, elsewhere: Client
) -> None:
    """404, but for what is of the whole training body."""
    told = {}
    for route in with_id():
        nobodys = route.address(public_id=uuid.uuid4(), **stage.ours.values(route))
        as_nobodys = ask(elsewhere, method, nobodys).status
        for url in addresses(route, stage.ours):
            answer = ask(elsewhere, method, url)
            if answer.status != as_nobodys or answer.shows(OURS):
                told[route.name] = answer.status
    assert set(told) <= OF_NO_REGION
    assert "courses:edit_course" in told  # else this would prove nothing


def test_page_without_an_id_shows_nothing_of_another_region(
    stage: Stage, elsewhere: Client
) -> None:
    told = {
        route.name
        for route in without_id()
        if route.name not in BEARER
        if ask(elsewhere, "GET", questions(route, stage.ours)).shows(OURS)
    }
    assert told == LISTS_OF_NO_REGION | {"attendance:alerts", "home"}


def serves(route: Route) -> bool:
    """Say whether `route` is there to serve; /health tells by 503 that others don't."""
    return route.name != "health"


def questions(route: Route, world: World) -> str:
    return f"{route.address(**world.values(route))}?{QUESTIONS}"


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("who", INSIDE)
def test_address_of_ones_own_never_breaks(who: str, method: str, stage: Stage) -> None:
    client = stage.ours.clients[who]
    own = [url for one in with_id() for url in addresses(one, stage.ours)]
    own += [questions(one, stage.ours) for one in without_id() if serves(one)]
    broken = {u: s for u in own if (s := ask(client, method, u).status) >= 500}
    assert broken == {}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("who", OUTSIDE)
def test_address_without_an_id_never_breaks_for_who_has_no_body(
    who: str, method: str, stage: Stage
) -> None:
    client = stage.outside[who]
    urls = [questions(one, stage.ours) for one in without_id() if serves(one)]
    broken = {u: s for u in urls if (s := ask(client, method, u).status) >= 500}
    assert broken == {}


def test_office_opens_what_either_body_submitted_and_lists_both(stage: Stage) -> None:
    """Else what is left out for it above would hide more than that."""
    office = stage.outside[OFFICE]
    inbox = ask(office, "GET", reverse("certificates:office_inbox"))
    assert (inbox.shows(OURS), inbox.shows(RIVALS)) == (True, True)
    for route in [one for one in with_id() if one.name in SUBMITTED]:
        for world in (stage.ours, stage.rivals):
            for url in addresses(route, world):
                assert ask(office, "GET", url).status == 200, url


@pytest.mark.parametrize("name", ["curso", "parcial"])
def test_new_action_of_somebody_elses_row_is_not_there(name: str, stage: Stage) -> None:
    """C1: an id in the query is an id too."""
    kind = {"curso": "courses.Course", "parcial": "courses.TrainingAction"}[name]
    page = reverse("courses:new_action")
    for public_id in stage.ours.ids[kind]:
        answer = ask(stage.rivals.clients[ADMIN], "GET", f"{page}?{name}={public_id}")
        assert answer.status == 404


@pytest.mark.parametrize("who", [one for one in INSIDE if one != PARTICIPANT])
def test_admin_site_for_who_is_no_staff_leads_to_its_sign_in(
    who: str, stage: Stage
) -> None:
    given = {"app_label": "courses"}
    client = stage.ours.clients[who]
    asked = [
        one
        for one in routes(admin=True)
        if one.name.removeprefix("admin:") not in {"None", "login", "jsi18n"}
    ]
    for route in asked:
        values = {name: given.get(name, 1) for name in route.takes}
        answer = ask(client, "GET", route.address(**values))
        assert (answer.status, OURS in answer.text) == (302, False), route
    assert len(asked) > 50
