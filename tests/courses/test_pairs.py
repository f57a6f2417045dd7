"""A partial action and its complementary name each other, and fit (domain.md)."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from courses import selectors
from courses.models import ActivityType, TrainingAction
from tests.conftest import SignedIn
from tests.factories.courses import (
    CompanyFactory,
    ComplementaryFactory,
    CourseFactory,
    TrainingActionFactory,
)

pytestmark = pytest.mark.django_db


def codes_of(action: TrainingAction) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refused:
        action.full_clean()
    return {
        field: [str(error.code) for error in errors]
        for field, errors in refused.value.error_dict.items()
    }


def test_pair_that_fits_is_taken() -> None:
    """E8: the complementary begins in the year after the partial's."""
    complementary = ComplementaryFactory()
    complementary.full_clean()
    complementary.related_action.full_clean()


@pytest.mark.parametrize("day", [date(2026, 12, 31), date(2028, 1, 1)])
def test_complementary_not_of_the_next_year_is_refused(day: date) -> None:
    late = date(2028, 12, 31)
    action = ComplementaryFactory.build(
        related_action=TrainingActionFactory(partial=True), starts_on=day, ends_on=late
    )
    assert codes_of(action) == {"related_action": ["not_the_next_year"]}


@pytest.mark.parametrize("day", [date(2027, 1, 1), date(2027, 12, 31)])
def test_complementary_on_any_day_of_the_next_year_is_taken(day: date) -> None:
    related = TrainingActionFactory(partial=True)
    ComplementaryFactory.build(
        related_action=related, starts_on=day, ends_on=date(2027, 12, 31)
    ).full_clean()


def test_complementary_of_another_course_or_company_is_refused() -> None:
    related = TrainingActionFactory(partial=True)
    body = related.course.training_body
    action = ComplementaryFactory.build(
        related_action=related,
        course=CourseFactory(training_body=body),
        company=CompanyFactory(training_body=body),
    )
    assert codes_of(action) == {"related_action": ["other_course", "other_company"]}


def test_complementary_of_an_action_that_is_not_partial_is_refused() -> None:
    action = ComplementaryFactory.build(related_action=TrainingActionFactory())
    assert codes_of(action) == {"related_action": ["not_partial"]}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"activity_type": ActivityType.TOTAL}, "not_partial"),
        ({"starts_on": date(2025, 12, 31)}, "not_the_next_year"),
    ],
)
def test_partial_that_no_longer_fits_its_complementary_is_refused(
    changes: dict[str, Any], code: str
) -> None:
    partial = ComplementaryFactory().related_action
    for name, value in changes.items():
        setattr(partial, name, value)
    assert codes_of(partial) == {"activity_type": [code]}


def test_related_action_is_seen_from_both_sides(admin: SignedIn) -> None:
    body = admin.membership.training_body
    one = ComplementaryFactory(related_action__course__training_body=body)
    other = one.related_action
    assert selectors.related_to(one, admin.membership) == other
    assert selectors.related_to(other, admin.membership) == one
    alone = TrainingActionFactory(course=other.course)
    assert selectors.related_to(alone, admin.membership) is None


def test_related_action_of_another_region_stays_out_of_sight(
    regional_admin: SignedIn,
) -> None:
    """C1: a regional admin sees their own, not that it has another."""
    body = regional_admin.membership.training_body
    one = ComplementaryFactory(
        related_action__course__training_body=body, related_action__region="MA"
    )
    assert selectors.related_to(one, regional_admin.membership) is None
