"""The list of sessions narrowed: by the clock, and by whom or what they concern."""

from datetime import timedelta

import pytest
from django.urls import reverse

from attendance.forms import NOW as OPEN_NOW
from attendance.forms import SessionFilter
from attendance.models import SenceSession, SessionState
from otec_portal.core.models import TrainingBody
from tests.conftest import SignedIn
from tests.factories import NOW, SESSION_MAX
from tests.factories.attendance import SenceSessionFactory

pytestmark = pytest.mark.django_db
RUN_LIKE = "12345678-5"


def found(**asked: str) -> set[SenceSession]:
    return found_at(NOW, **asked)


def found_at(now: object, **asked: str) -> set[SenceSession]:
    """Asked for as few, and as many: the same ones."""
    narrow, rows = SessionFilter(asked), SenceSession.objects.all()
    found = narrow.find(rows, now=now)  # type: ignore[arg-type]
    few = set(found.few)
    assert few == set(found.many)
    assert few.issuperset(found.some or [])
    return few


def test_who_that_is_no_right_run_is_a_code_at_most() -> None:
    """A whole RUN with a wrong check digit is nobody's."""
    by_code = SenceSessionFactory(enrolment__action__action_code="12345678-9")
    SenceSessionFactory(enrolment__participant__run=RUN_LIKE)
    assert found(who="12345678-9") == {by_code}


def test_who_that_is_a_run_and_a_code_finds_both() -> None:
    by_code = SenceSessionFactory(enrolment__action__action_code=RUN_LIKE)
    by_run = SenceSessionFactory(enrolment__participant__run=RUN_LIKE)
    SenceSessionFactory()
    assert found(who=RUN_LIKE) == {by_code, by_run}
    assert found(who="12.345.678-5") == {by_run}


@pytest.mark.parametrize("who", ["nuñez", "NUNEZ", "núñez  maria", "maria nu"])
def test_who_by_name_ignores_accents_case_and_order(who: str) -> None:
    maria = SenceSessionFactory(
        enrolment__participant__first_names="María",
        enrolment__participant__last_names="Núñez",
    )
    SenceSessionFactory(enrolment__participant__last_names="Pérez")
    assert found(who=who) == {maria}


def test_who_by_code_ignores_case() -> None:
    social = SenceSessionFactory(enrolment__action__social=True)
    SenceSessionFactory()
    assert found(who="rlab-26") == {social}


@pytest.mark.parametrize(
    ("state", "at_the_limit", "after_it"),
    [
        (OPEN_NOW, True, False),
        (SessionState.OPEN, True, False),
        (SessionState.EXPIRED, False, True),
    ],
)
def test_state_goes_by_the_clock_whether_or_not_the_job_has_run(
    state: str, at_the_limit: bool, after_it: bool
) -> None:
    SenceSessionFactory(opened=True)
    limit = NOW + SESSION_MAX
    assert bool(found_at(limit, state=state)) == at_the_limit
    assert bool(found_at(limit + timedelta(microseconds=1), state=state)) == after_it


@pytest.mark.parametrize(
    ("state", "at_the_limit"),
    [(SessionState.STARTING, True), (SessionState.ABANDONED, False)],
)
def test_start_goes_by_the_clock(state: str, at_the_limit: bool) -> None:
    limit = SenceSessionFactory().start_by
    later = limit + timedelta(microseconds=1)
    assert bool(found_at(limit, state=state)) == at_the_limit
    assert bool(found_at(later, state=state)) != at_the_limit


@pytest.mark.parametrize("who", ["12.345.678", "12345678", "12345", "12.345.6"])
def test_who_by_the_first_digits_of_a_run_needs_no_check_digit(who: str) -> None:
    by_run = SenceSessionFactory(enrolment__participant__run=RUN_LIKE)
    SenceSessionFactory()
    assert found(who=who) == {by_run}


@pytest.mark.parametrize("who", ["\N{ACUTE ACCENT}", "\N{DIAERESIS}"])
def test_who_without_a_letter_is_nobody(who: str) -> None:
    """It would stand in every name and in every code."""
    SenceSessionFactory()
    assert found(who=who) == set()


@pytest.mark.parametrize(
    ("who", "told"),
    [("á" * 101, "a lo más 100 caracteres"), ("Nu\0ñez", "caracteres nulos")],
)
def test_who_that_can_not_be_understood_is_refused_in_words(
    who: str, told: str, admin: SignedIn, our_body: TrainingBody
) -> None:
    """Not ignored: a list of all would pass for what was found."""
    SenceSessionFactory(enrolment__action__course__training_body=our_body)
    answer = admin.client.get(reverse("attendance:sessions"), {"who": who})
    assert answer.context["rows"] == []
    assert told in answer.content.decode()
