"""The list of sessions: its columns sort, and its cost has a bound."""

import re
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendance.models import SenceSession, SessionState
from attendance.views import operator
from otec_portal.core.models import TrainingBody
from tests.conftest import SignedIn
from tests.factories import NOW, SESSION_MAX, TICK
from tests.factories.attendance import SenceSessionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
LIST = reverse("attendance:sessions")
SIGNING_IN = 5  # queries: session, user, second factor, profile, its regions


def session_of(body: TrainingBody, *, minutes: int = 0, **made: object) -> SenceSession:
    """Return a session asked for so many minutes after NOW."""
    session: SenceSession = SenceSessionFactory(
        enrolment__action__course__training_body=body,
        started_at=NOW + timedelta(minutes=minutes),
        **made,
    )
    return session


@pytest.fixture
def three(our_body: TrainingBody) -> list[SenceSession]:
    """Three sessions; each column puts them in an order of its own."""
    person, action = "enrolment__participant__", "enrolment__action__"
    wanted = [
        ("Beta", "11111111-1", "6000003", {"opened": True}),
        ("Alfa", "22222222-2", "6000001", {"opened": True}),
        ("Gama", "10000013-k", "6000002", {"failed": True}),
    ]
    return [
        session_of(
            our_body,
            minutes=number,
            **{
                f"{person}last_names": name,
                f"{person}run": run,
                f"{action}action_code": code,
                **traits,
            },
        )
        for number, (name, run, code, traits) in enumerate(wanted)
    ]


@pytest.mark.parametrize(
    ("asked", "places"),
    [
        ("", [2, 1, 0]),
        ("solicitada", [0, 1, 2]),
        ("-solicitada", [2, 1, 0]),
        ("participante", [1, 0, 2]),
        ("-participante", [2, 0, 1]),
        ("run", [2, 0, 1]),
        ("accion", [1, 2, 0]),
        ("estado", [0, 1, 2]),
        ("-estado", [2, 1, 0]),
        ("queda", [0, 1, 2]),  # whose time is up first; then who is not in
        ("-queda", [1, 0, 2]),
        ("nivel", [2, 1, 0]),  # is none that sorts
    ],
)
def test_sessions_sorted_by_a_column_come_in_its_order(
    asked: str, places: list[int], admin: SignedIn, three: list[SenceSession]
) -> None:
    rows = admin.client.get(LIST, {"orden": asked}).context["rows"]
    assert [row.session for row in rows] == [three[place] for place in places]


@pytest.mark.parametrize(("late", "state"), [(False, "open"), (True, "expired")])
def test_sessions_sorted_by_state_go_by_the_clock(
    late: bool, state: str, admin: SignedIn, our_body: TrainingBody
) -> None:
    """At the very limit still open; after it expired, whether or not a job ran."""
    limit = NOW - SESSION_MAX - (TICK if late else 0 * TICK)
    running = session_of(our_body, opened=True)
    SenceSession.objects.filter(pk=running.pk).update(
        started_at=limit, opened_at=limit, expires_at=limit + SESSION_MAX
    )
    closed = session_of(our_body, closed=True)
    rows = admin.client.get(LIST, {"orden": "estado"}).context["rows"]
    last = running if late else closed
    assert rows[-1].session == last
    assert [row.state for row in rows if row.session == running] == [state]


def test_sort_and_filter_stand_in_the_address_of_what_renews_itself(
    admin: SignedIn, three: list[SenceSession]
) -> None:
    page = admin.client.get(LIST, {"state": "now", "orden": "-run"}).content.decode()
    assert 'hx-get="?state=now&amp;orden=-run"' in page
    assert "?state=now&amp;orden=run" in page
    assert 'aria-sort="descending"' in page


@pytest.mark.parametrize("more", [0, 1])
def test_more_sessions_than_are_counted_are_told_of_and_sorted_by_time_alone(
    more: int,
    admin: SignedIn,
    our_body: TrainingBody,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At the very bound all of them are there."""
    monkeypatch.setattr(operator, "MOST", 12)
    for number in range(12 + more):
        session_of(our_body, minutes=number)
    answer = admin.client.get(LIST, {"orden": "run", "registros": "10", "pagina": "99"})
    page = answer.content.decode()
    assert len(answer.context["rows"]) == 2
    assert ("Mostrando registros 11 a 12 de más de 12" in page) == bool(more)
    assert ("Acota la búsqueda" in page) == bool(more)
    assert ("orden=-run" in page) != bool(more)
    moments = [row.session.started_at for row in answer.context["rows"]]
    assert all(one > other for one, other in pairwise(moments)) == bool(more)


@pytest.mark.parametrize(("who", "queries"), [("Ñusta", 3), ("60", 4), ("", 3)])
def test_many_sessions_of_somebody_are_counted_no_further_and_asked_each(
    who: str,
    queries: int,
    admin: SignedIn,
    our_body: TrainingBody,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name is counted by its people; a code by all that it may mean."""
    monkeypatch.setattr(operator, "MOST", 2)
    made = [session_of(our_body, minutes=number) for number in range(4)]
    with CaptureQueriesContext(connection) as asked:
        rows = admin.client.get(LIST, {"who": who}).context["rows"]
    assert [row.session for row in rows] == [made[3], made[2]]
    assert len(asked) == SIGNING_IN + queries
    assert "UNION" not in asked[-2]["sql"]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"state": SessionState.EXPIRED},
        {"desde": "2026-01-01", "hasta": "2027-01-01"},
        {"orden": "participante"},
    ],
)
def test_sessions_asked_for_in_whatever_way_cost_three_queries(
    asked: dict[str, str], admin: SignedIn, our_body: TrainingBody
) -> None:
    """How many (up to the bound), the page's, and their receipts."""
    for _ in range(3):
        session_of(our_body, expired=True)
    with CaptureQueriesContext(connection) as queries:
        rows = admin.client.get(LIST, asked).context["rows"]
    assert len(rows) == 3
    assert len(queries) == SIGNING_IN + 3
    counted = queries[SIGNING_IN]["sql"]
    assert f"LIMIT {operator.MOST + 1}" in counted
    assert "ORDER BY" not in counted


def test_list_unasked_joins_nothing_to_count_but_what_says_whether_it_is_shown(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """One index knows the training body and the order (docs/adr/0024)."""
    session_of(our_body)
    with CaptureQueriesContext(connection) as queries:
        admin.client.get(LIST)
    joined = re.findall(r'JOIN "(\w+)"', queries[SIGNING_IN]["sql"])
    assert joined == ["courses_enrolment", "courses_trainingaction"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"desde": "2026-09-06"}, ["first", "noon"]),
        ({"desde": "06-09-2026"}, ["first", "noon"]),
        ({"desde": "2026-09-07"}, []),
        ({"hasta": "2026-09-05"}, ["before"]),
        ({"desde": "2026-09-06", "hasta": "2026-09-06"}, ["first", "noon"]),
        ({"hasta": "9999-12-31"}, ["before", "first", "noon"]),
        ({"desde": "0001-01-01"}, ["before", "first", "noon"]),
    ],
)
def test_sessions_of_days_are_those_asked_for_on_them_in_santiago(
    asked: dict[str, str], found: list[str], admin: SignedIn, our_body: TrainingBody
) -> None:
    """E2: 6 September 2026 has no midnight; its first moment is 04:00 UTC."""
    first = NOW.replace(year=2026, month=9, day=6, hour=4, minute=0, second=0)
    moments = {
        "before": first - TICK,
        "first": first,
        "noon": first + timedelta(hours=12),
    }
    made = {
        SenceSessionFactory(
            enrolment__action__course__training_body=our_body, started_at=at
        ): name
        for name, at in moments.items()
    }
    answer = admin.client.get(LIST, asked | {"orden": "solicitada"})
    assert [made[row.session] for row in answer.context["rows"]] == found


def test_days_are_typed_as_they_are_written_in_chile(admin: SignedIn) -> None:
    """Not in the order of the browser's language."""
    shown = admin.client.get(LIST).content.decode()
    assert 'type="date"' not in shown
    assert "Ejemplo: 31-12-2026." in shown


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"desde": "2026-06-16", "hasta": "2026-06-15"}, "anterior a la otra fecha"),
        ({"desde": "ayer"}, "Escribe un día que exista"),
    ],
)
def test_days_that_can_not_be_find_nothing_and_say_why(
    asked: dict[str, str], told: str, admin: SignedIn, our_body: TrainingBody
) -> None:
    session_of(our_body)
    answer = admin.client.get(LIST, asked)
    assert answer.context["rows"] == []
    assert told in answer.content.decode()
