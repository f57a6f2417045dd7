"""Adding and changing courses, actions, companies and OTICs: audited, within reach."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Model

from courses import catalogue
from courses.catalogue import save_action, save_course, save_institution
from courses.history import history_of
from courses.models import (
    ActionState,
    ActivityType,
    Company,
    Course,
    Environment,
    Modality,
    TrainingAction,
)
from courses.services import ActionClosed, switch_environment
from otec_portal.core.changes import Change
from otec_portal.core.models import AuditEntry, TrainingBody
from tests.at_once import at_once
from tests.conftest import SignedIn
from tests.factories import NOW
from tests.factories.core import MembershipFactory
from tests.factories.courses import (
    CompanyFactory,
    ComplementaryFactory,
    CourseFactory,
    TrainingActionFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def action(our_body: TrainingBody) -> TrainingAction:
    made: TrainingAction = TrainingActionFactory(course__training_body=our_body)
    return made


def test_course_added_is_audited(admin: SignedIn, our_body: TrainingBody) -> None:
    course = Course(training_body=our_body, name="Grúa", sence_code="1238000001")
    save_course(course, by=admin.membership, at=NOW)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.user) == ("courses.course_added", admin.membership.user)
    assert (entry.at, entry.target_id) == (NOW, str(course.pk))


def test_date_corrected_stands_in_the_history_with_both_values(
    admin: SignedIn, action: TrainingAction
) -> None:
    """E9: the old end date is kept beside the new one."""
    old, new = action.ends_on, action.ends_on + timedelta(days=5)
    action.ends_on = new
    save_action(action, by=admin.membership, at=NOW)
    entry = AuditEntry.objects.get(action="courses.trainingaction_changed")
    assert entry.data == {"changes": {"ends_on": [old.isoformat(), new.isoformat()]}}
    (told,) = history_of(action)
    assert told.changes == [
        Change("Fecha de término", f"{old:%d-%m-%Y}", f"{new:%d-%m-%Y}")
    ]


def test_row_saved_unchanged_leaves_no_trace(
    admin: SignedIn, action: TrainingAction
) -> None:
    save_action(action, by=admin.membership, at=NOW)
    assert not AuditEntry.objects.exists()


def test_row_of_another_body_is_refused(
    rival: SignedIn, action: TrainingAction
) -> None:
    """C1: the service itself refuses what a page would not even show."""
    company = CompanyFactory(training_body=action.course.training_body)
    deeds: list[tuple[Callable[..., None], Model]] = [
        (save_course, action.course),
        (save_action, action),
        (save_institution, company),
    ]
    for save, row in deeds:
        with pytest.raises(catalogue.OutOfReach) as refused:
            save(row, by=rival.membership, at=NOW)
        assert refused.value.code == "out_of_reach"


@pytest.mark.parametrize(("region", "reached"), [("ML", True), ("MA", False)])
def test_action_of_a_regional_admin_is_of_their_region(
    region: str, reached: bool, regional_admin: SignedIn, action: TrainingAction
) -> None:
    action.region, action.places = region, 7
    if reached:
        save_action(action, by=regional_admin.membership, at=NOW)
    else:
        with pytest.raises(catalogue.OutOfReach):
            save_action(action, by=regional_admin.membership, at=NOW)
    action.refresh_from_db()
    assert action.places == (7 if reached else None)


def test_action_is_not_moved_out_of_anothers_reach_into_ones_own(
    regional_admin: SignedIn,
    rival: SignedIn,
    action: TrainingAction,
) -> None:
    """What is stored counts, not what it would become: region and training body."""
    mine = regional_admin.membership
    beyond = TrainingActionFactory(course=action.course, region="MA")
    theirs = TrainingActionFactory(
        course__training_body=rival.membership.training_body, region="ML"
    )
    beyond.region, theirs.course = "ML", action.course
    for row in (beyond, theirs):
        with pytest.raises(catalogue.OutOfReach):
            save_action(row, by=mine, at=NOW)
    beyond.refresh_from_db()
    assert beyond.region == "MA"


@pytest.mark.parametrize(("region", "reached"), [("ML", True), ("MA", False)])
def test_course_of_actions_beyond_a_regional_admin_is_refused_by_the_service(
    region: str, reached: bool, regional_admin: SignedIn, action: TrainingAction
) -> None:
    """One action beyond is enough, whatever else is theirs."""
    TrainingActionFactory(course=action.course, region=region)
    course = action.course
    course.hours = Decimal(1)
    if reached:
        save_course(course, by=regional_admin.membership, at=NOW)
    else:
        with pytest.raises(catalogue.OutOfReach) as refused:
            save_course(course, by=regional_admin.membership, at=NOW)
        assert "1 acción de otras regiones" in refused.value.message
    course.refresh_from_db()
    assert course.hours == (1 if reached else 40)


@pytest.mark.parametrize(
    ("closed", "refused"),
    [
        ({"frozen_at": NOW}, True),
        ({"frozen_at": NOW + timedelta(seconds=1)}, True),  # it waited for the row
        ({"frozen_at": None}, False),
        ({"decision": ActionState.LIQUIDATED}, True),
        ({"decision": ActionState.ANNULLED}, True),
    ],
)
def test_closed_action_changes_no_more(
    closed: dict[str, object], refused: bool, admin: SignedIn, action: TrainingAction
) -> None:
    TrainingAction.objects.filter(pk=action.pk).update(**closed)
    action.places = 9
    if not refused:
        save_action(action, by=admin.membership, at=NOW)
        return
    with pytest.raises(ActionClosed) as told:
        save_action(action, by=admin.membership, at=NOW)
    assert told.value.code == "action_closed"
    with pytest.raises(ActionClosed):
        switch_environment(
            action, to=Environment.PRODUCTION, by=admin.membership.user, at=NOW
        )


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"hours": 20}, True),
        ({"sence_code": "1238000009"}, True),
        ({"name": "Otro nombre"}, True),
        ({"modality": Modality.CLASSROOM}, False),
    ],
)
@pytest.mark.parametrize("closed", [True, False])
def test_course_of_a_closed_action_keeps_what_its_papers_say(
    closed: bool,
    change: dict[str, object],
    refused: bool,
    admin: SignedIn,
    action: TrainingAction,
) -> None:
    """A percentage is of the hours: they can't change below a certificate."""
    at = NOW + timedelta(seconds=1) if closed else None  # it waited for the row
    TrainingAction.objects.filter(pk=action.pk).update(frozen_at=at)
    course = Course.objects.get(pk=action.course_id)
    for name, value in change.items():
        setattr(course, name, value)
    if not (closed and refused):
        save_course(course, by=admin.membership, at=NOW)
        return
    with pytest.raises(ActionClosed) as told:
        save_course(course, by=admin.membership, at=NOW)
    assert action.action_code in told.value.message
    stored = Course.objects.get(pk=course.pk)
    assert not any(getattr(stored, name) == value for name, value in change.items())


def test_action_read_before_a_switch_does_not_switch_back(
    admin: SignedIn, action: TrainingAction
) -> None:
    """What other services move is left as it is, however old the page was."""
    switch_environment(
        action, to=Environment.PRODUCTION, by=admin.membership.user, at=NOW
    )
    action.places = 30
    save_action(action, by=admin.membership, at=NOW)
    action.refresh_from_db()
    assert (action.environment, action.places) == (Environment.PRODUCTION, 30)


def test_new_action_starts_in_test_whatever_is_asked(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    draft = TrainingActionFactory.build(
        course=CourseFactory(training_body=our_body), production=True, frozen_at=NOW
    )
    save_action(draft, by=admin.membership, at=NOW)
    assert (draft.environment, draft.frozen_at) == (Environment.TEST, None)


def test_action_that_breaks_a_rule_is_refused_by_the_service(
    admin: SignedIn, action: TrainingAction
) -> None:
    action.session_max_minutes = 1441
    with pytest.raises(ValidationError):
        save_action(action, by=admin.membership, at=NOW)


def test_complementary_drafted_carries_over_what_both_share(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    partial = TrainingActionFactory(
        course__training_body=our_body,
        partial=True,
        company=CompanyFactory(training_body=our_body),
        places=12,
        ends_on=date(2027, 2, 10),
    )
    draft = catalogue.draft_complementary(partial)
    assert (draft.starts_on, draft.ends_on) == (date(2027, 1, 1), date(2027, 2, 10))
    draft.action_code = "7000000"
    save_action(draft, by=admin.membership, at=NOW)
    assert partial.its_complementary() == draft
    assert draft.activity_type == ActivityType.COMPLEMENTARY
    assert (draft.company, draft.places) == (partial.company, 12)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("postgresql")
def test_same_company_added_twice_at_once_is_there_once(
    our_body: TrainingBody,
) -> None:
    """Of two who add the same RUT one wins; the other reads why, not a fault."""
    by = MembershipFactory(training_body=our_body)

    def add() -> str:
        company = Company(training_body=our_body, rut="44444444-4", name="Sur SpA")
        try:
            save_institution(company, by=by, at=NOW)
        except catalogue.AlreadyThere as refused:
            return refused.code
        except ValidationError:
            return "rut_taken"
        return "added"

    results = at_once(*[add] * 4)
    assert results.count("added") == 1
    assert set(results) <= {"added", "already_there", "rut_taken"}
    assert AuditEntry.objects.count() == Company.objects.count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("postgresql")
def test_partial_changed_while_it_gets_its_complementary_stays_a_pair(
    our_body: TrainingBody,
) -> None:
    """Whichever comes first, no complementary ends up naming a total action."""
    by = MembershipFactory(training_body=our_body)
    partial = TrainingActionFactory(course__training_body=our_body, partial=True)

    def make_total() -> None:
        stale = TrainingAction.objects.get(pk=partial.pk)
        stale.activity_type = ActivityType.TOTAL
        with suppress(ValidationError):
            save_action(stale, by=by, at=NOW)

    def add_complementary() -> None:
        related = TrainingAction.objects.get(pk=partial.pk)
        draft = ComplementaryFactory.build(related_action=related)
        with suppress(ValidationError):
            save_action(draft, by=by, at=NOW)

    at_once(make_total, add_complementary)
    named = TrainingAction.objects.filter(complementary_action__isnull=False)
    assert all(one.activity_type == ActivityType.PARTIAL for one in named)
