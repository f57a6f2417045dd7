"""What SQL finds due is what the ladder and the notices say, of any action."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from certificates.models import CertificateState
from courses.digest_lines import Desk, Profile, profile_of
from courses.ladder import Kind
from courses.models import ActionState, ActivityType, Reminder, TrainingAction
from courses.notices import DAYS_BEFORE, DEFAULT, KINDS, NOTICES, OVER, Plan, notice_of
from courses.reminding import plan_of
from courses.standing import ladders_of
from otec_portal import reminders
from otec_portal.core.models import Role
from tests.bench.reminders import PLAIN_COUNT
from tests.factories.certificates import AnnulmentRequestFactory, CertificateFactory
from tests.factories.core import MembershipFactory, TrainingBodyFactory
from tests.factories.courses import (
    CourseFactory,
    IntermediaryFactory,
    ReminderSettingsFactory,
    ReminderSilenceFactory,
    TrainingActionFactory,
)
from tests.reminding import MONDAY, certify

DAY = timedelta(days=1)
DAYS = st.integers(-75, 35)
ACTIONS = st.fixed_dictionaries(
    {
        "ended": DAYS,
        "activity_type": st.sampled_from([ActivityType.TOTAL, ActivityType.PARTIAL]),
        "real": st.none() | DAYS,
        "otic": st.booleans(),
        "production": st.sampled_from([True, True, True, False]),
        "decision": st.sampled_from(["", "", "", *ActionState.values[3:]]),
        "region": st.sampled_from(["ML", "BI"]),
        "state": st.none() | st.sampled_from(CertificateState),
        "answer": st.integers(-12, 32),
    }
)
PLANS = st.fixed_dictionaries(
    {
        "notices": st.lists(st.sampled_from(NOTICES), unique=True),
        "kinds": st.lists(st.sampled_from([k.value for k in KINDS]), unique=True),
        "roles": st.lists(
            st.sampled_from([Role.NATIONAL_ADMIN.value, Role.REGIONAL_ADMIN.value]),
            unique=True,
        ),
        "quiet": st.booleans(),
    }
)
TODAYS = st.dates(date(2026, 1, 1), date(2027, 1, 31)) | st.dates(
    date(2026, 11, 28), date(2027, 1, 3)
)


def an_action(course: Any, today: date, given: dict[str, Any]) -> TrainingAction:
    """An action of `course` as `given` says."""
    ends_on = today - given["ended"] * DAY
    otic = IntermediaryFactory(training_body=course.training_body)
    partial = given["activity_type"] == ActivityType.PARTIAL
    real = given["real"]
    action: TrainingAction = TrainingActionFactory(
        course=course,
        production=given["production"],
        starts_on=ends_on - 20 * DAY,
        ends_on=ends_on,
        activity_type=given["activity_type"],
        real_ends_on=today - real * DAY if partial and real is not None else None,
        intermediary=otic if given["otic"] else None,
        decision=given["decision"],
        region=given["region"],
    )
    if state := given["state"]:
        certification = certify(action, state)
        if state == CertificateState.ANNULMENT_REQUESTED:
            AnnulmentRequestFactory(
                certificate=CertificateFactory(certification=certification),
                due_on=today + given["answer"] * DAY,
            )
    return action


class TestRule(TestCase):
    """hypothesis gives every example a database of its own."""

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        today=TODAYS,
        chosen=st.none() | PLANS,
        actions=st.lists(ACTIONS, min_size=1, max_size=6),
    )
    def test_due_rows_are_what_the_ladder_says(
        self, today: date, chosen: dict[str, Any] | None, actions: list[Any]
    ) -> None:
        """One rule: courses.ladder for the steps, courses.notices for the days."""
        body = TrainingBodyFactory()
        plan = DEFAULT
        if chosen is not None:
            plan = plan_of(ReminderSettingsFactory(training_body=body, **chosen))
        people = self.people(body)
        course = CourseFactory(training_body=body)
        made = [an_action(course, today, one) for one in actions]
        reminders.note(today)
        found = set(
            Reminder.objects.values_list("user", "action", "kind", "step_on", "notice")
        )
        assert found == set(expected(made, people, plan, today))
        assert reminders.count(today) == 0
        self.is_told(people, plan, today)

    def people(self, body: Any) -> dict[int, Profile]:
        """A national admin, one who wants none, and a regional one of the Maule."""
        rows = [MembershipFactory(training_body=body) for _ in range(2)]
        ReminderSilenceFactory(membership=rows[1])
        rows.append(MembershipFactory(training_body=body, role=Role.REGIONAL_ADMIN))
        rows[2].regions.create(region="ML")
        return {one.user_id: profile_of(one, silent=one is rows[1]) for one in rows}

    def is_told(self, people: dict[int, Profile], plan: Plan, today: date) -> None:
        """What was noted today holds today: all of it is told."""
        for user, profile in people.items():
            mine = Reminder.objects.filter(user=user)
            told = Desk(plan, [profile], today).tell(mine)
            assert (told.lapsed, told.count) == (0, mine.count())


def expected(
    actions: list[TrainingAction], people: dict[int, Profile], plan: Plan, today: date
) -> Any:
    """Yield what is due by the ladder in Python."""
    until = plan.told_until(today)
    if until is None:
        return
    ladders = ladders_of(actions, today=today)
    for action in actions:
        ladder = ladders[action.pk]
        steps = [] if ladder.facts.in_test else ladder.steps
        for step in steps:
            if step.kind not in KINDS or not step.needs_something:
                continue
            for user, profile in people.items():
                wanted = plan.wants(step.kind, profile.role, silent=profile.silent)
                notice = notice_of(step.kind, step.on, wanted, today=today, until=until)
                if notice is not None and profile.reaches(action):
                    yield user, action.pk, step.kind.value, step.on, notice


class TestDayZero(TestCase):
    """The column is courses.terms.day_zero."""

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(today=TODAYS, one=ACTIONS)
    def test_column_is_day_zero_of_the_terms(self, today: date, one: Any) -> None:
        action = an_action(CourseFactory(), today, {**one, "state": None})
        action.refresh_from_db()
        assert action.day_zero == action.terms().day_zero


class TestNotices(TestCase):
    """The days of notices, one by one."""

    @given(
        today=TODAYS,
        away=st.integers(-30, 45),
        notices=st.sets(st.sampled_from(NOTICES)),
        quiet=st.booleans(),
        kind=st.sampled_from(KINDS),
    )
    def test_latest_notice_whose_day_has_come_holds(
        self, today: date, away: int, notices: set[int], quiet: bool, kind: Kind
    ) -> None:
        plan = Plan(frozenset(notices), frozenset(KINDS), frozenset(), quiet)
        until = plan.told_until(today)
        if until is None:
            return
        on = today + away * DAY
        found = notice_of(kind, on, notices, today=today, until=until)
        if found is None:
            still = [n for n in notices if n >= 0 and on - n * DAY <= until]
            assert away < 0 or not still
        elif found == OVER:
            assert -10 <= away < 0
        else:
            assert on >= today
            assert on - found * DAY <= until
            later = [n for n in DAYS_BEFORE if n < found and n in notices]
            assert all(on - n * DAY > until for n in later)


@pytest.mark.postgresql
@pytest.mark.usefixtures("postgresql")
@pytest.mark.django_db(transaction=True)
def test_plain_count_of_the_bench_counts_what_is_noted() -> None:
    """What the pass is measured against is none of its own SQL."""
    course = CourseFactory(training_body=MembershipFactory().training_body)
    for days in range(-5, 80):
        ends_on = MONDAY - days * DAY
        TrainingActionFactory(
            course=course,
            production=True,
            starts_on=ends_on - DAY,
            ends_on=ends_on,
        )
    with connection.cursor() as cursor:
        cursor.execute(PLAIN_COUNT, {"today": MONDAY})
        (plain,) = cursor.fetchone()
    assert plain == reminders.count(MONDAY) == reminders.note(MONDAY) == 11 + 21 + 21
