"""Every screen that shows an action shows where it stands on its terms."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from pytest_django import Settings

from courses.catalogue import save_action
from courses.ladder_picture import drawing
from courses.models import ActionState, TrainingAction
from courses.standing import ladder_of
from otec_portal.core.models import TrainingBody
from tests.certificates.desk import certifiable
from tests.conftest import SignedIn
from tests.crawl.routes import ask, routes
from tests.crawl.worlds import make_world
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
TODAY = NOW.date()
SMALL = re.compile(r'<svg class="ladder-small".*?</svg></span>')
WORDS = "Quedan 12 días para emitir"
PAGES = [
    *("courses:action", "courses:action_history", "courses:switch_environment"),
    *("courses:roster", "courses:links", "courses:import_roster"),
    *("attendance:participants", "attendance:classes", "attendance:days"),
    *("attendance:distribution", "attendance:online_of_action"),
    *("attendance:reconciliation", "attendance:upload_export"),
    *("certificates:certificate", "certificates:prepare"),
    *("liquidation:declarations", "liquidation:out_of_term", "liquidation:remind"),
]


@pytest.fixture
def action(our_body: TrainingBody) -> TrainingAction:
    """Ended 28 days ago."""
    return certifiable(
        our_body,
        starts_on=TODAY - timedelta(days=40),
        ends_on=TODAY - timedelta(days=28),
    )


def text(who: SignedIn, url: str) -> str:
    answer: Any = who.client.get(url)
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.parametrize("name", PAGES)
def test_page_of_an_action_shows_its_ladder(
    name: str, admin: SignedIn, action: TrainingAction
) -> None:
    """E1."""
    shown = text(admin, reverse(name, args=[action.public_id]))
    assert shown.count('aria-label="Plazos de la acción"') == 1
    assert WORDS in shown
    for day in (40, 58, 59, 60):
        assert f"{action.ends_on + timedelta(days=day):%d-%m-%Y}" in shown


def test_page_of_a_participant_shows_the_ladder_of_the_action(
    admin: SignedIn, action: TrainingAction
) -> None:
    enrolment = action.enrolments.order_by("pk")[0]
    assert WORDS in text(
        admin, reverse("attendance:detail", args=[enrolment.public_id])
    )


@pytest.mark.parametrize(
    "url", ["/cursos/?programa=3", "certificates:choose", "courses:course"]
)
def test_list_of_actions_says_where_each_stands(
    url: str, admin: SignedIn, action: TrainingAction
) -> None:
    args = [action.course.public_id] if url == "courses:course" else []
    shown = text(admin, url if url.startswith("/") else reverse(url, args=args))
    assert WORDS in shown
    drawn = drawing(ladder_of(action, today=TODAY))
    small = SMALL.search(shown)
    assert small is not None
    assert "aria-hidden" in small[0]
    for x in (*drawn.ends, drawn.today, *(part.x for part in drawn.parts)):
        assert f'x="{x}"' in small[0]


def test_list_of_missing_declarations_draws_the_ladder_small(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    ended = TODAY - timedelta(days=45)
    certifiable(our_body, starts_on=ended - timedelta(days=12), ends_on=ended)
    assert SMALL.search(text(admin, reverse("liquidation:missing")))


def test_list_draws_nothing_of_an_annulled_action(
    admin: SignedIn, action: TrainingAction
) -> None:
    TrainingAction.objects.filter(pk=action.pk).update(decision=ActionState.ANNULLED)
    url = reverse("courses:course", args=[action.course.public_id])
    shown = text(admin, url)
    assert "Acción anulada: no tiene plazos" in shown
    assert not SMALL.search(shown)


def test_end_date_corrected_moves_the_ladder_and_stands_in_the_history(
    admin: SignedIn, action: TrainingAction
) -> None:
    """E9."""
    before = action.ends_on
    action.ends_on = before + timedelta(days=3)
    save_action(action, by=admin.membership, at=NOW)
    shown = text(admin, reverse("courses:action", args=[action.public_id]))
    assert "Quedan 15 días para emitir" in shown
    assert f"<del>{before:%d-%m-%Y}</del>" in shown
    assert f"<ins>{action.ends_on:%d-%m-%Y}</ins>" in shown


# pages that lead to one row and don't show its action's ladder, and why not
NOT_OF_AN_ACTION = {
    **dict.fromkeys(
        (
            *("user", "correct_user", "add_profile", "reset_second_factor"),
            *("profile_regions", "remove_profile", "attendance:token"),
            "attendance:revoke_token",
        ),
        "of the training body: it has no term",
    ),
    "mail": "a mail, which tells what was so when it was made",
    "attendance:review": "an answer of SENCE's, which may belong to no action",
    **dict.fromkeys(
        (
            *("liquidation:packet", "liquidation:add_to_packet"),
            "liquidation:build",
            "liquidation:discard_packet",
        ),
        "a packet of several actions: each ladder there is named by its code",
    ),
    **dict.fromkeys(
        (
            *("liquidation:papers", "liquidation:paper", "liquidation:delivery"),
            *("liquidation:send", "liquidation:hand_over"),
        ),
        "a step of a packet of several actions, whose page draws their ladders",
    ),
    "certificates:batch": "many actions, none of which is to be emitted any more",
    **dict.fromkeys(
        ("courses:course", "courses:edit_course"), "a course: a list of its actions"
    ),
    **dict.fromkeys(
        ("courses:edit_company", "courses:edit_intermediary"), "of many actions"
    ),
}


def test_every_page_of_one_action_in_the_url_conf_shows_its_ladder(
    settings: Settings,
) -> None:
    """Whatever page is added draws it, or stands above with its reason."""
    settings.SENCE_BASE_URL = "http://127.0.0.1:9"
    world = make_world("Zarzamora")
    without, found = set(), 0
    for route in (one for one in routes() if one.has_id):
        for _, public_id in world.every_id():
            url = route.address(public_id=public_id, **world.values(route))
            answer = ask(world.clients["national_admin"], "GET", url)
            if answer.status == 404:
                continue
            if answer.status == 200 and "<html" in answer.text:
                found += 1
                if answer.text.count('aria-label="Plazos de la acción"') != 1:
                    without.add(route.name)
            break
    assert without == set(NOT_OF_AN_ACTION)
    assert found > len(PAGES)
