"""The calendar on the screen: months, filters, who sees what, and where it leads."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from certificates.models import CertificateState
from courses.ladder_words import steps_in_words
from courses.month import Month, month_named
from courses.standing import ladder_of
from otec_portal.core.models import Role, TrainingBody
from tests.conftest import SignedIn, sign_in
from tests.courses.test_agenda import TODAY, ended
from tests.factories.courses import TrainingActionFactory
from tests.reminding import certify

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
URL = "/calendario/"
QUERIES = 8  # session, user, second factor, membership, its regions, actions, …


def page(who: SignedIn, **asked: Any) -> Any:
    answer = who.client.get(URL, asked)
    assert answer.status_code == 200
    return answer


def told(answer: Any) -> list[tuple[date, str]]:
    return [
        (day.on, entry.step.kind.value)
        for day in answer.context["days"]
        for entry in day.entries
    ]


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("2026-11", date(2026, 11, 1), date(2026, 11, 30)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("", date(2026, 6, 1), date(2026, 6, 30)),
        ("2026-13", date(2026, 6, 1), date(2026, 6, 30)),
        ("9999-12", date(2026, 6, 1), date(2026, 6, 30)),
        ("ayer", date(2026, 6, 1), date(2026, 6, 30)),
    ],
)
def test_month_of_an_address(name: str, first: date, last: date) -> None:
    month = month_named(name, today=TODAY)
    assert (month.first, month.last) == (first, last)
    assert month.before.after == month


def test_weeks_run_from_monday_to_sunday() -> None:
    weeks = Month(date(2026, 9, 1)).weeks([], today=date(2026, 9, 6))
    assert all(week[0].on.weekday() == 0 and len(week) == 7 for week in weeks)
    assert [day.on for week in weeks for day in week if day.today] == [
        date(2026, 9, 6)  # the day without midnight (E2)
    ]


def test_calendar_shows_the_month_and_leads_to_the_action(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    action = ended(our_body, 30)
    answer = page(admin)
    assert told(answer) == [(date(2026, 6, 25), "ordinary")]
    assert reverse("courses:action", args=[action.public_id]) in answer.content.decode()
    following = page(admin, mes="2026-07")
    assert [kind for _, kind in told(following)] == [
        "recommended",
        "last",
        "liquidation",
    ]


def test_calendar_by_what_is_at_stake(admin: SignedIn, our_body: TrainingBody) -> None:
    ended(our_body, 30)
    answer = page(admin, mes="2026-07", que="liquidar")
    assert [kind for _, kind in told(answer)] == ["liquidation"]
    ways = answer.context["ways"]
    assert "que=liquidar" in ways["before"]
    assert "mes=2026-06" in ways["before"]
    assert "que" not in ways["all"]
    both = page(admin, mes="2026-07", que=["liquidar", "emitir"])
    assert len(told(both)) == 3
    assert len(told(page(admin, mes="2026-07", que="otra cosa"))) == 3


def test_calendar_with_what_is_done(admin: SignedIn, our_body: TrainingBody) -> None:
    ended(our_body, 5)
    assert told(page(admin)) == []
    assert told(page(admin, muestra="todo")) == [(date(2026, 6, 10), "end")]


def test_calendar_of_what_is_missing_has_the_ordinary_term_that_was_missed(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """It passed, and the certificate is still missing."""
    ended(our_body, 45)
    assert told(page(admin)) == [
        (date(2026, 6, 10), "ordinary"),
        (date(2026, 6, 28), "recommended"),
        (date(2026, 6, 29), "last"),
        (date(2026, 6, 30), "liquidation"),
    ]


def test_clearing_the_filters_keeps_the_list(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    ways = page(admin, ver="lista", que="otic").context["ways"]
    assert "ver=lista" in ways["all"]
    assert "que" not in ways["all"]
    assert "ver" not in page(admin, que="otic").context["ways"]["all"]


def test_empty_month_of_what_is_missing_offers_what_is_done(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    TrainingActionFactory(course__training_body=our_body)
    assert "Lo ya hecho no se muestra" in page(admin).content.decode()
    assert "Lo ya hecho no se muestra" not in page(admin, muestra="todo").text


def test_calendar_as_a_list_has_no_grid(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    ended(our_body, 30)
    assert 'class="calendar"' in page(admin).content.decode()
    assert 'class="calendar"' not in page(admin, ver="lista").content.decode()


def listed(answer: Any) -> list[tuple[str, list[tuple[date, str]]]]:
    return [
        (
            group.title,
            [
                (day.on, one.step.kind.value)
                for day in group.days
                for one in day.entries
            ],
        )
        for group in answer.context["groups"]
    ]


def test_list_without_a_month_has_what_is_to_come_over_the_months(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """What the links of home and digests promise."""
    ended(our_body, 30)
    answer = page(admin, ver="lista")
    assert listed(answer) == [
        ("Junio de 2026", [(date(2026, 6, 25), "ordinary")]),
        (
            "Julio de 2026",
            [
                (date(2026, 7, 13), "recommended"),
                (date(2026, 7, 14), "last"),
                (date(2026, 7, 15), "liquidation"),
            ],
        ),
    ]
    heading = " ".join(strip_tags(answer.text.partition('id="mes">')[2][:200]).split())
    assert heading.startswith("Plazos del 15-06-2026 al 13-09-2026")
    assert 'name="mes"' not in answer.text
    assert [title for title, _ in listed(page(admin, ver="lista", que="otic"))] == []


def test_list_without_a_month_begins_with_what_is_lost_and_still_matters(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """Day 40 gave way to day 59; day 59 gave way to nothing; long ago is not told."""
    ended(our_body, 45)
    ended(our_body, 62)
    ended(our_body, 121)
    (title, lost), *ahead = listed(page(admin, ver="lista"))
    assert title == "Vencidos que siguen pendientes"
    assert lost == [(date(2026, 6, 12), "last"), (date(2026, 6, 13), "liquidation")]
    assert [name for name, _ in ahead] == ["Junio de 2026"]
    ended(our_body, 120)
    lost = listed(page(admin, ver="lista"))[0][1]
    assert lost[0] == (date(2026, 4, 16), "liquidation")


@pytest.mark.parametrize(
    ("since_end", "there"), [(-50, True), (-90, True), (-91, False)]
)
def test_list_without_a_month_ends_after_ninety_days(
    admin: SignedIn, our_body: TrainingBody, since_end: int, there: bool
) -> None:
    ended(our_body, since_end)
    groups = listed(page(admin, ver="lista"))
    assert ("end" in [kind for _, found in groups for _, kind in found]) == there


def test_list_of_a_month_and_the_grid_stay_as_they_are(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    ended(our_body, 45)
    for asked in ({}, {"mes": "2026-06"}, {"mes": "2026-06", "ver": "lista"}):
        answer = page(admin, **asked)
        assert answer.context["groups"] == []
        assert (date(2026, 6, 10), "ordinary") in told(answer)
        assert "ver=lista" in answer.context["ways"]["upcoming"]
        assert "mes" not in answer.context["ways"]["upcoming"]
        assert "mes=2026-06" in answer.context["ways"]["list_of_month"]


def test_empty_list_without_a_month_does_not_speak_of_this_month(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    assert "Todavía no hay acciones" in page(admin, ver="lista").text
    TrainingActionFactory(course__training_body=our_body)
    for asked in ({}, {"que": "otic"}, {"muestra": "todo"}):
        text = page(admin, ver="lista", **asked).text
        assert "vence" in text
        assert "este mes" not in text.lower()


def test_empty_calendar_says_what_to_do(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    assert "Todavía no hay acciones" in page(admin).content.decode()
    TrainingActionFactory(course__training_body=our_body)
    assert "Este mes no vence nada" in page(admin).content.decode()
    narrowed = page(admin, que="otic").content.decode()
    assert "Quitar los filtros" in narrowed


def test_calendar_of_a_regional_admin_is_of_their_regions(
    our_body: TrainingBody,
) -> None:
    """C1."""
    ended(our_body, 30, region="ML")
    ended(our_body, 30, region="MA")
    one = sign_in(our_body, Role.REGIONAL_ADMIN, "ML")
    answer = page(one)
    assert len(told(answer)) == 1
    assert "region" not in answer.context["form"].fields
    assert len(told(page(one, region="MA"))) == 1  # not a choice of theirs
    national = sign_in(our_body, Role.NATIONAL_ADMIN)
    assert len(told(page(national))) == 2
    assert len(told(page(national, region="MA"))) == 1


def test_day_with_many_entries_shows_some_and_leads_to_the_others(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    for _ in range(5):
        ended(our_body, 30)
    text = page(admin).content.decode()
    assert "y 2 más" in text
    assert "#dia-2026-06-25" in text


@pytest.mark.parametrize("view", ["", "lista"])
@pytest.mark.parametrize(
    ("since_end", "words"),
    [
        (37, "Quedan 3 días"),
        (39, "Queda 1 día"),
        (40, "Vence hoy"),
        (0, "Hoy"),
        (41, "Venció ayer"),
        (43, "Venció hace 3 días"),
    ],
)
def test_calendar_says_of_each_term_how_near_it_is(
    admin: SignedIn, our_body: TrainingBody, view: str, since_end: int, words: str
) -> None:
    """In grid and list, in the words of the ladder."""
    action = ended(our_body, since_end)
    text = page(admin, ver=view, mes="2026-06").text
    ladder = steps_in_words(ladder_of(action, today=TODAY))
    assert words in [one.standing.text for one in ladder]
    said = f">{words}</span>"
    assert said in text.partition('class="stack')[2]
    assert (said in text.partition('<table class="calendar"')[2]) or view


@pytest.mark.parametrize("view", ["", "lista"])
def test_calendar_says_of_a_step_that_waits_for_the_answer_what_the_ladder_says(
    admin: SignedIn, our_body: TrainingBody, view: str
) -> None:
    """The certificate may have to be emitted again: it is not done."""
    action = ended(our_body, 30)
    certify(action, CertificateState.ANNULMENT_REQUESTED)
    text = page(admin, ver=view, mes="2026-06", muestra="todo").text
    assert "Espera la respuesta sobre la anulación" in text
    assert "Listo" not in text


def test_calendar_with_more_actions_asks_the_same_queries(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    for batch in (1, 8):
        for _ in range(batch):
            ended(our_body, 30)
        with CaptureQueriesContext(connection) as asked:
            page(admin)
        assert len(asked) == QUERIES
