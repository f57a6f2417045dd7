"""Who can issue a sworn statement, and why not; in words, and at its boundaries."""

from datetime import date
from typing import Any

import pytest

from courses.models import (
    ActionState,
    ActivityType,
    Enrolment,
    Environment,
    Modality,
    TrainingAction,
)
from liquidation import declarations, selectors
from liquidation.declarations import (
    authorised_on,
    has_declarations,
    last_day_of,
    of_otec,
    of_participant,
    read_number,
    way,
    within_reach,
)
from liquidation.models import DeclarationState
from otec_portal.core.models import TrainingBody
from tests.factories.courses import CourseFactory, TrainingActionFactory
from tests.liquidation.desk import DAY, ISSUED, TODAY, ended, enrolled

PENDING = DeclarationState.PENDING
TOTAL = ActivityType.TOTAL
PARTIAL = ActivityType.PARTIAL


def an_action(**fields: object) -> TrainingAction:
    facts = {
        "starts_on": date(2026, 5, 1),
        "ends_on": date(2026, 6, 14),
        "environment": Environment.PRODUCTION,
        "course": CourseFactory.build(training_body=None),
    }
    made: TrainingAction = TrainingActionFactory.build(**{**facts, **fields})
    return made


def codes(standing: declarations.Standing) -> list[str]:
    return [one.code for one in standing.reasons]


def participant(action: TrainingAction, **facts: object) -> declarations.Standing:
    given: dict[str, Any] = {
        "otec": ISSUED,
        "state": PENDING,
        "sessions": 1,
        "exempt": False,
        "today": TODAY,
    }
    return of_participant(action, **{**given, **facts})


@pytest.mark.parametrize(
    ("kind", "start", "end", "first"),
    [
        (TOTAL, date(2026, 5, 1), date(2026, 6, 14), date(2026, 6, 15)),
        (TOTAL, date(2026, 5, 1), date(2026, 12, 31), date(2027, 1, 1)),
        (PARTIAL, date(2026, 11, 2), date(2027, 3, 26), date(2027, 1, 1)),
        (PARTIAL, date(2026, 11, 2), date(2026, 12, 18), date(2027, 1, 1)),
        (
            ActivityType.COMPLEMENTARY,
            date(2027, 1, 4),
            date(2027, 3, 26),
            date(2027, 3, 27),
        ),
    ],
)
def test_authorised_on_is_the_day_after_the_end_or_the_new_year(
    kind: ActivityType, start: date, end: date, first: date
) -> None:
    """[GCA], VI: a partial action from 1 January, the others from the day after."""
    action = an_action(activity_type=kind, starts_on=start, ends_on=end)
    assert authorised_on(action) == first
    assert codes(of_otec(action, state=PENDING, today=first - DAY)) == ["not_yet"]
    assert of_otec(action, state=PENDING, today=first).can


def test_otec_after_sixty_days_is_told_of_the_request_out_of_term() -> None:
    """Worked in domain.md, "Deadlines": end 2026-07-08, day 60 is 2026-09-06."""
    action = an_action(ends_on=date(2026, 7, 8))
    assert last_day_of(action) == date(2026, 9, 6)
    assert of_otec(action, state=PENDING, today=date(2026, 9, 6)).can
    late = of_otec(action, state=PENDING, today=date(2026, 9, 7))
    assert codes(late) == ["out_of_term"]
    assert "06-09-2026" in late.reasons[0].message


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"decision": ActionState.ANNULLED}, "annulled"),
        ({"decision": ActionState.LIQUIDATED}, "liquidated"),
        ({"environment": Environment.TEST}, "test"),
        ({"ends_on": TODAY}, "not_yet"),
    ],
)
def test_what_stands_against_the_action_stands_against_everybody(
    facts: dict[str, object], code: str
) -> None:
    action = an_action(**facts)
    assert codes(of_otec(action, state=PENDING, today=TODAY)) == [code]
    assert codes(participant(action)) == [code]


def test_participant_before_the_otec_is_blocked_with_the_reason() -> None:
    """E10."""
    blocked = participant(an_action(), otec=PENDING)
    assert codes(blocked) == ["otec_first"]
    assert not blocked.can
    assert participant(an_action()).can
    for state in set(DeclarationState) - {ISSUED}:
        assert codes(participant(an_action(), otec=state)) == ["otec_first"]


def test_participant_without_session_is_blocked_with_the_reason() -> None:
    """E10; who is exempt has none either, and is told so."""
    without = participant(an_action(), sessions=0)
    exempt = participant(an_action(), sessions=0, exempt=True)
    assert codes(without) == codes(exempt) == ["no_session"]
    assert "ninguna sesión" in without.reasons[0].message
    assert "exento" in exempt.reasons[0].message
    assert participant(an_action(), exempt=True).can


def test_participant_with_two_obstacles_is_told_of_both() -> None:
    both = participant(an_action(), sessions=0, otec=PENDING)
    assert codes(both) == ["no_session", "otec_first"]


@pytest.mark.parametrize("state", DeclarationState)
def test_state_says_whether_it_is_still_to_issue(state: DeclarationState) -> None:
    standing = participant(an_action(), state=state)
    blocked = {
        DeclarationState.IN_VALIDATION: ["in_validation"],
        DeclarationState.REJECTED: ["rejected"],
    }
    assert standing.issued == (state == ISSUED)
    assert codes(standing) == blocked.get(state, [])
    assert standing.can == (state != ISSUED and state not in blocked)


@pytest.mark.parametrize(
    ("modality", "expected"),
    [
        (Modality.E_LEARNING, True),
        (Modality.SELF_INSTRUCTION, False),
        (Modality.CLASSROOM, False),
    ],
)
def test_declarations_are_of_e_learning_courses_only(
    modality: Modality, expected: bool
) -> None:
    course = CourseFactory.build(training_body=None, modality=modality)
    assert has_declarations(course) is expected


@pytest.mark.parametrize(
    ("start", "end", "steps"),
    [
        ("pending", "issued", ["issue"]),
        ("pending", "in_validation", ["issue", "ask_annulment"]),
        ("pending", "rejected", ["issue", "ask_annulment", "reject_reissue"]),
        ("pending", "annulled", ["issue", "annul"]),
        ("in_validation", "issued", ["approve_reissue", "reissue"]),
        ("annulled", "in_validation", ["reissue", "ask_annulment"]),
        ("rejected", "annulled", ["annul"]),
        ("rejected", "issued", None),  # no re-issue ever, unless SENCE annuls
        ("issued", "pending", None),  # but by a correction
        ("issued", "issued", []),
    ],
)
def test_way_is_the_shortest_that_the_table_allows(
    start: str, end: str, steps: list[str] | None
) -> None:
    assert way(start, end) == steps


def test_within_reach_of_rejected_is_annulment_or_correction() -> None:
    assert within_reach("rejected") == [PENDING, DeclarationState.ANNULLED]
    assert within_reach("pending") == [
        one for one in DeclarationState if one != PENDING
    ]
    assert ISSUED in within_reach("issued")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12345-2026", "12345-2026"),
        (" 12345 – 2026 ", "12345-2026"),
        ("1-2026", "1-2026"),
        ("1234567890-2026", "1234567890-2026"),
        ("", ""),
    ],
)
def test_number_is_folio_and_year(text: str, number: str) -> None:
    assert read_number(text, action=an_action(), today=TODAY) == number


@pytest.mark.parametrize(
    "text",
    ["12345", "12345-26", "0-2026", "012-2026", "12345678901-2026", "a-2026", "-2026"],
)
def test_number_of_another_form_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="12345-2026"):
        read_number(text, action=an_action(), today=TODAY)


def test_number_of_a_year_in_which_it_was_not_issued_is_refused() -> None:
    action = an_action(starts_on=date(2025, 11, 3))
    for year in (2025, 2026):
        assert read_number(f"7-{year}", action=action, today=TODAY)
    for year in (2024, 2027):
        with pytest.raises(ValueError, match="no calza"):
            read_number(f"7-{year}", action=action, today=TODAY)


@pytest.mark.django_db
def test_authorised_in_sql_equals_the_rule(our_body: TrainingBody) -> None:
    for kind in (ActivityType.TOTAL, ActivityType.PARTIAL):
        for start, end in (
            (date(2025, 11, 3), date(2025, 12, 31)),
            (date(2025, 11, 3), date(2026, 6, 14)),
            (date(2026, 1, 1), date(2026, 6, 14)),
            (date(2026, 1, 1), date(2026, 6, 15)),
        ):
            ended(our_body, activity_type=kind, starts_on=start, ends_on=end)
    for today in (
        date(2025, 12, 31),
        date(2026, 1, 1),
        TODAY - DAY,
        TODAY,
        TODAY + DAY,
        date(2027, 1, 1),
    ):
        chosen = TrainingAction.objects.filter(selectors.authorised(today))
        assert set(chosen) == {
            one for one in TrainingAction.objects.all() if authorised_on(one) <= today
        }


@pytest.mark.django_db
def test_counts_put_everybody_in_exactly_one_group(our_body: TrainingBody) -> None:
    from tests.liquidation.desk import issued

    action = ended(our_body)
    for state in DeclarationState:
        for sessions in (0, 2):
            person = enrolled(action, sessions=sessions)
            if state != PENDING:
                issued(person, state=state)
    counts = selectors.counts(selectors.of_action(action))
    assert counts == {
        "todas": 12,
        "emitidas": 2,
        "faltan": 3,
        "en_sence": 4,
        "sin_sesion": 3,
    }


@pytest.mark.django_db
def test_session_of_the_test_environment_is_none(our_body: TrainingBody) -> None:
    """One address: what counts for attendance counts here."""
    from attendance.services.totals import recount
    from tests.factories.attendance import SenceSessionFactory
    from tests.factories.courses import EnrolmentFactory

    action = ended(our_body)
    people: list[Enrolment] = EnrolmentFactory.create_batch(2, action=action)
    for one, environment in zip(people, Environment, strict=True):
        SenceSessionFactory(closed=True, enrolment=one, environment=environment)
        recount(one)
    rows = {one.pk: one.sessions for one in selectors.of_action(action)}
    assert [rows[one.pk] for one in people] == [0, 1]
