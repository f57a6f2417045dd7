"""The home page: what needs me today, the most urgent first; calm when nothing does."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendance.models import Decision, Outcome, SenceSession, TokenState
from attendance.readiness import refusals
from attendance.services.tokens import revoke_token
from certificates.models import Certification
from courses.models import Environment, TrainingAction
from otec_portal.core.attention import Item, Urgency
from otec_portal.core.models import Role, TrainingBody
from otec_portal.home import SHOWN
from tests.conftest import SignedIn, browser_of, sign_in
from tests.factories import NOW
from tests.factories.attendance import (
    OperatorAlertFactory,
    ReceiptFactory,
    SenceSessionFactory,
)
from tests.factories.core import TrainingBodyFactory
from tests.factories.courses import (
    CourseFactory,
    EnrolmentFactory,
    IntermediaryFactory,
    TrainingActionFactory,
)
from tests.factories.tokens import SenceTokenFactory
from tests.sence_messages import close_confirmed, start_failed, urlencoded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
DAY = timedelta(days=1)
TODAY = NOW.date()
FORM = "application/x-www-form-urlencoded"
QUERIES = 40
LIVE_QUERIES = 7  # session, user, membership, its regions, who is in, their receipts


def items(client: SignedIn) -> dict[str, Item]:
    """Return what the home page says needs a person, by kind and in order."""
    answer = client.client.get(reverse("home"))
    assert answer.status_code == 200
    return {item.kind: item for item in answer.context["items"]}


def action_of(body: TrainingBody, *, people: int = 1, **more: Any) -> TrainingAction:
    """Return an action, in production since yesterday unless said otherwise."""
    given = {"starts_on": TODAY - DAY, "environment": Environment.PRODUCTION, **more}
    action: TrainingAction = TrainingActionFactory(course__training_body=body, **given)
    EnrolmentFactory.create_batch(people, action=action)
    return action


def open_session(action: TrainingAction, **more: Any) -> Any:
    return SenceSessionFactory(
        enrolment=EnrolmentFactory(action=action), **{"opened": True, **more}
    )


def post(name: str, fields: dict[str, str]) -> None:
    url = reverse(f"attendance:{name}")
    Client().post(url, urlencoded(fields), content_type=FORM)


def failed_start(action: TrainingAction, code: str) -> None:
    session = SenceSessionFactory(enrolment=EnrolmentFactory(action=action))
    post("start_failed", start_failed(session, code))


def late_close(action: TrainingAction) -> None:
    session = open_session(action, expired=True, started_at=NOW - timedelta(hours=4))
    post("close_confirmed", close_confirmed(session))


def test_home_with_nothing_to_do_says_so(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    open_session(action_of(our_body))
    assert items(admin) == {}
    page = admin.client.get(reverse("home")).content.decode()
    assert "No hay nada pendiente" in page
    assert "Para empezar" not in page


def suspect_token(body: TrainingBody) -> None:
    body.sence_tokens.get().advance("suspect", at=NOW)


def no_token_left(body: TrainingBody) -> None:
    for token in body.sence_tokens.all():
        revoke_token(token, by=sign_in(body, Role.FACILITATOR).membership.user, at=NOW)


def starts(days: int, **more: Any) -> Callable[[TrainingBody], object]:
    return lambda body: action_of(body, starts_on=TODAY + days * DAY, **more)


@pytest.mark.parametrize(
    ("arrange", "kind", "urgency", "title"),
    [
        (
            lambda body: OperatorAlertFactory(training_body=body),
            "attendance.alerts",
            Urgency.NOW,
            "1 alerta sin resolver",
        ),
        (
            suspect_token,
            "attendance.tokens",
            Urgency.NOW,
            "1 token SENCE está en duda",
        ),
        (
            no_token_left,
            "attendance.tokens",
            Urgency.NOW,
            "No queda ningún token SENCE vigente",
        ),
        (
            lambda body: late_close(action_of(body)),
            "attendance.to_review",
            Urgency.TODAY,
            "1 respuesta de SENCE por revisar",
        ),
        (
            action_of,
            "attendance.without_sessions",
            Urgency.TODAY,
            "1 acción en ejecución no tiene ninguna sesión",
        ),
        (
            lambda body: open_session(action_of(body, environment=Environment.TEST)),
            "courses.running_in_test",
            Urgency.TODAY,
            "1 acción en ejecución sigue en ambiente de prueba",
        ),
        (
            starts(7, people=0),
            "courses.not_ready",
            Urgency.SOON,
            "1 acción empieza pronto y no está lista",
        ),
        (
            starts(1, environment=Environment.TEST),
            "courses.not_ready",
            Urgency.SOON,
            "1 acción empieza pronto y no está lista",
        ),
        (
            starts(0, people=0),
            "courses.not_ready",
            Urgency.NOW,
            "1 acción empieza pronto y no está lista",
        ),
    ],
)
def test_home_tells_what_needs_a_person(
    arrange: Callable[[TrainingBody], object],
    kind: str,
    urgency: Urgency,
    title: str,
    admin: SignedIn,
    rival: SignedIn,
    our_body: TrainingBody,
) -> None:
    open_session(action_of(our_body))
    arrange(our_body)
    found = items(admin)
    assert list(found) == [kind]
    assert (found[kind].urgency, found[kind].title) == (urgency, title)
    assert items(rival) == {}


@pytest.mark.parametrize(
    "arrange",
    [
        starts(8, people=0),
        starts(0),
        starts(1, people=0, decision="annulled"),
        lambda body: action_of(body, decision="annulled"),
        lambda body: action_of(body, starts_on=TODAY),
        lambda body: action_of(body, ends_on=TODAY - DAY),
        lambda body: OperatorAlertFactory(
            training_body=body,
            resolved_at=NOW,
            resolved_by=sign_in(body, Role.FACILITATOR).membership.user,
        ),
    ],
)
def test_home_leaves_out_what_needs_nobody(
    arrange: Callable[[TrainingBody], object], admin: SignedIn, our_body: TrainingBody
) -> None:
    open_session(action_of(our_body))
    arrange(our_body)
    assert items(admin) == {}


def test_home_puts_the_most_urgent_first(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    action_of(our_body, people=0, starts_on=TODAY + 2 * DAY)
    late_close(action_of(our_body))
    suspect_token(our_body)
    urgencies = [item.urgency for item in items(admin).values()]
    assert urgencies == [Urgency.NOW, Urgency.TODAY, Urgency.SOON]


def test_item_of_many_names_the_first_and_counts_the_others(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    for _ in range(5):
        action_of(our_body, people=0, starts_on=TODAY + DAY)
    item = items(admin)["courses.not_ready"]
    assert (item.count, len(item.examples), item.others) == (5, 3, 2)
    assert item.examples[0].text.endswith("empieza mañana, sin participantes")


@pytest.mark.parametrize(
    ("kind", "environment"),
    [
        ("attendance.without_sessions", Environment.PRODUCTION),
        ("courses.running_in_test", Environment.TEST),
    ],
)
def test_item_of_many_leads_to_all_of_them(
    kind: str, environment: str, admin: SignedIn, our_body: TrainingBody
) -> None:
    made = [action_of(our_body, environment=environment) for _ in range(5)]
    action_of(TrainingBodyFactory(), environment=environment)
    item = items(admin)[kind]
    listed = admin.client.get(item.url).context["list"]
    assert item.count == listed.page.paginator.count == 5
    assert {one.pk for one in listed.page} == {one.pk for one in made}


def test_actions_not_ready_are_all_found_though_many_others_start_before(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """The home page shows the first that start, ready or not."""
    for _ in range(SHOWN):
        action_of(our_body, people=1, starts_on=TODAY)
    made = [
        action_of(our_body, people=0, starts_on=TODAY + day * DAY) for day in (3, 1)
    ]
    in_test = action_of(
        our_body, people=1, starts_on=TODAY + 2 * DAY, environment=Environment.TEST
    )
    action_of(TrainingBodyFactory(), people=0, starts_on=TODAY + DAY)
    item = items(admin)["courses.not_ready"]
    page = admin.client.get(item.url)
    rows = page.context["rows"]
    assert item.count == 3
    assert [one for one, _ in rows] == [made[1], in_test, made[0]]
    assert [lacks for _, lacks in rows][1] == ["en ambiente de prueba"]
    sorted_by_people = admin.client.get(item.url, {"orden": "-participantes"})
    assert sorted_by_people.context["rows"][0][0] == in_test


def test_actions_not_ready_are_found_in_constant_queries(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            admin.client.get(reverse("courses:not_ready"))
        return len(captured)

    action_of(our_body, people=0, starts_on=TODAY + DAY)
    few = queries()
    for _ in range(5):
        action_of(our_body, people=0, starts_on=TODAY + DAY)
    assert queries() == few


def test_actions_that_are_all_ready_say_so(admin: SignedIn) -> None:
    page = admin.client.get(reverse("courses:not_ready")).content.decode()
    assert "No queda ninguna" in page


def test_home_of_a_regional_admin_tells_of_their_regions_only(
    our_body: TrainingBody,
) -> None:
    """C1."""
    action_of(our_body, region="ML", people=0, starts_on=TODAY)
    failed_start(action_of(our_body, region="ML"), "211")
    regional = sign_in(our_body, Role.REGIONAL_ADMIN, "MA")
    page = regional.client.get(reverse("home"))
    assert [item.kind for item in page.context["items"]] == [
        "attendance.tokens",
        "attendance.alerts",
    ]
    assert page.context["errors"] == []
    assert page.context["starting"] == []


def test_errors_of_today_are_grouped_by_cause_with_whom_they_struck(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    first, second = action_of(our_body, people=0), action_of(our_body, people=0)
    for action, code in ((first, "204"), (first, "204"), (second, "204;211")):
        failed_start(action, code)
    failed_start(first, "")
    errors = admin.client.get(reverse("home")).context["errors"]
    assert [(one.error.code, one.times) for one in errors] == [
        ("204", 3),
        ("211", 1),
        ("", 1),
    ]
    struck = errors[0].struck
    assert {action: len(names) for action, names in struck.items()} == {
        first.action_code: 2,
        second.action_code: 1,
    }


def test_error_that_is_not_believed_is_counted_nowhere(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """A quarantined one may be forged; a repeated one tells of no error besides."""
    action = action_of(our_body, people=0)
    failed_start(action, "204")
    session = SenceSession.objects.get()
    for outcome in set(Outcome) - {Outcome.APPLIED}:
        receipt = ReceiptFactory(session=session, kind="start_failed")
        Decision.objects.create(receipt=receipt, outcome=outcome, codes=["204"], at=NOW)
    (home,) = admin.client.get(reverse("home")).context["errors"]
    (of_action,) = refusals(action, now=NOW)
    assert (home.times, of_action.times) == (1, 1)


def test_error_of_yesterday_is_not_of_today(
    admin: SignedIn, our_body: TrainingBody, stopped_clock: Any
) -> None:
    """The day is Santiago's: 03:59 in UTC is still yesterday there, in June."""
    failed_start(action_of(our_body), "204")
    stopped_clock.move_to(NOW.replace(day=16, hour=3, minute=59))
    client = browser_of(admin.membership.user)
    assert len(client.get(reverse("home")).context["errors"]) == 1
    stopped_clock.move_to(NOW.replace(day=16, hour=4, minute=0))
    assert client.get(reverse("home")).context["errors"] == []


def test_actions_that_start_soon_are_listed_with_their_readiness(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    ready = action_of(our_body, starts_on=TODAY, people=3)
    action_of(our_body, starts_on=TODAY + DAY, people=0, environment=Environment.TEST)
    shown = admin.client.get(reverse("home")).context["starting"]
    assert [(one.people, lacks) for one, lacks in shown] == [
        (3, []),
        (0, ["sin participantes", "en ambiente de prueba"]),
    ]
    assert shown[0][0] == ready


def test_home_of_a_new_training_body_tells_how_to_begin(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    def done() -> list[bool]:
        steps = admin.client.get(reverse("home")).context["steps"]
        return [step.done for step in steps]

    assert done() == [False] * 4
    SenceTokenFactory(training_body=our_body)
    assert done() == [True, False, False, False]
    course = CourseFactory(training_body=our_body)
    assert done() == [True, True, False, False]
    action = TrainingActionFactory(course=course)
    assert done() == [True, True, True, False]
    EnrolmentFactory(action=action)
    assert done() == []


def test_home_of_a_facilitator_offers_no_deed(
    facilitator: SignedIn, our_body: TrainingBody
) -> None:
    assert facilitator.client.get(reverse("home")).context["steps"] == []
    SenceTokenFactory(training_body=our_body, state=TokenState.SUSPECT)
    assert items(facilitator)["attendance.tokens"].url == ""


def test_who_is_in_now_is_listed_live(admin: SignedIn, our_body: TrainingBody) -> None:
    session = open_session(action_of(our_body))
    open_session(action_of(our_body), started_at=NOW - timedelta(hours=4))
    for name in ("home", "live"):
        page = admin.client.get(reverse(name))
        assert [row.session for row in page.context["running"]] == [session]
        assert page.context["running_count"] == 1


def terms_near(body: TrainingBody) -> None:
    """An action to emit, one to hand to the OTIC, one to liquidate."""
    for days, state in ((35, None), (35, "issued"), (55, "issued"), (65, None)):
        action = action_of(
            body,
            starts_on=TODAY - (days + 5) * DAY,
            ends_on=TODAY - days * DAY,
            intermediary=IntermediaryFactory(training_body=body),
        )
        if state:
            Certification.objects.create(action=action, state=state)


@pytest.mark.parametrize(
    ("days", "told"), [(59, False), (60, True), (119, True), (120, False)]
)
def test_term_that_was_lost_is_told_to_national_admins_for_a_while(
    days: int, told: bool, admin: SignedIn, our_body: TrainingBody
) -> None:
    action = action_of(
        our_body,
        region="ML",
        starts_on=TODAY - (days + 5) * DAY,
        ends_on=TODAY - days * DAY,
    )
    found = items(admin)
    assert ("certificates.lost" in found) == told
    if told:
        assert action.action_code in found["certificates.lost"].examples[0].text
        assert "Dirección Regional" in found["certificates.lost"].next_step
    regional = sign_in(our_body, Role.REGIONAL_ADMIN, "ML")
    assert "certificates.lost" not in items(regional)


def test_home_with_more_rows_asks_the_same_number_of_queries(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    def fill() -> None:
        for region in ("ML", "MA"):
            action = action_of(our_body, region=region)
            open_session(action)
            failed_start(action, "204")
            late_close(action)
            action_of(our_body, people=0)
            action_of(our_body, starts_on=TODAY, people=0)
            OperatorAlertFactory(training_body=our_body)
            terms_near(our_body)

    def count(name: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert admin.client.get(reverse(name)).status_code == 200
        return len(queries)

    fill()
    assert (count("home"), count("live")) == (QUERIES, LIVE_QUERIES)
    for _ in range(3):
        fill()
    assert (count("home"), count("live")) == (QUERIES, LIVE_QUERIES)


def test_alert_on_the_home_page_names_whose_data_it_is_about(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """The same cause may strike two actions; more of them ask no more queries."""
    made = [action_of(our_body, action_code=code) for code in ("6700130", "6700131")]
    OperatorAlertFactory(training_body=our_body, title="Token vencido.")
    OperatorAlertFactory(training_body=our_body, action=made[0], title="Código malo.")
    with CaptureQueriesContext(connection) as few:
        page = admin.client.get(reverse("home"))
    (item,) = [one for one in page.context["items"] if one.kind == "attendance.alerts"]
    assert {one.text for one in item.examples} == {
        "De toda la OTEC: Token vencido.",
        "Acción 6700130: Código malo.",
    }
    OperatorAlertFactory(training_body=our_body, action=made[1], title="Código malo.")
    with CaptureQueriesContext(connection) as more:
        admin.client.get(reverse("home"))
    assert len(more) == len(few)
