"""Finding a row by what people type: RUT however written, accents and case ignored."""

from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from courses import lookups
from courses.lookups import KINDS, find
from courses.models import ActivityType, Company
from otec_portal.core import rut
from otec_portal.core.models import Role, TrainingBody
from tests.conftest import SignedIn
from tests.factories.core import MembershipFactory
from tests.factories.courses import (
    CompanyFactory,
    ComplementaryFactory,
    CourseFactory,
    TrainingActionFactory,
)

pytestmark = pytest.mark.django_db
COMPANIES = KINDS["empresas"]


@pytest.fixture
def company(our_body: TrainingBody) -> Company:
    CompanyFactory(training_body=our_body, name="Maderas Río Seco Ltda.")
    made: Company = CompanyFactory(training_body=our_body, name="Lácteos Ñirehuao SpA")
    return made


@pytest.mark.parametrize(
    "typed", ["lacteos", "NIREHUAO", "spa ñire", "Lácteos Ñirehuao"]
)
def test_name_typed_without_accents_or_case_is_found(
    typed: str, company: Company, admin: SignedIn
) -> None:
    assert find(COMPANIES.rows(admin.membership), typed, kind=COMPANIES) == company


def test_rut_however_typed_is_found(company: Company, admin: SignedIn) -> None:
    rows = COMPANIES.rows(admin.membership)
    bare = company.rut.replace("-", "")
    for typed in (company.rut, bare, rut.display(company.rut), bare.upper()):
        assert find(rows, typed, kind=COMPANIES) == company


def test_label_as_offered_is_found(company: Company, admin: SignedIn) -> None:
    """What the browser's list puts into the field is understood on the way back."""
    label = COMPANIES.label(company)
    assert find(COMPANIES.rows(admin.membership), label, kind=COMPANIES) == company


def test_whole_name_wins_over_those_it_is_a_part_of(
    our_body: TrainingBody, admin: SignedIn
) -> None:
    courses = KINDS["cursos"]
    short = CourseFactory(training_body=our_body, name="Soldadura", sence_code="")
    CourseFactory(training_body=our_body, name="Soldadura al arco", sence_code="")
    assert find(courses.rows(admin.membership), "soldadura", kind=courses) == short


def test_whole_name_is_found_however_many_contain_it(
    our_body: TrainingBody, admin: SignedIn
) -> None:
    """What the list offered is taken, though it comes last among those that fit."""
    courses = KINDS["cursos"]
    for number in range(lookups.OFFERED + 5):
        CourseFactory(training_body=our_body, name=f"Curso de Excel básico {number:02}")
    short = CourseFactory(training_body=our_body, name="Excel (básico)", sence_code="")
    coded = CourseFactory(training_body=our_body, name="Excel (básico) II")
    rows = courses.rows(admin.membership)
    for course in (short, coded):
        assert find(rows, courses.label(course), kind=courses) == course


def test_courses_called_the_same_are_offered_apart(
    our_body: TrainingBody, admin: SignedIn
) -> None:
    courses = KINDS["cursos"]
    for _ in range(2):
        CourseFactory(training_body=our_body, name="Excel", sence_code="")
    rows = courses.rows(admin.membership)
    labels = [courses.label(row) for row in rows]
    assert len(set(labels)) == 2
    found = [find(rows, label, kind=courses) for label in labels]
    assert found == list(rows)
    with pytest.raises(ValidationError) as refused:
        find(rows, "Excel", kind=courses)
    assert all(label in refused.value.messages[0] for label in labels)


def test_several_that_fit_are_named(our_body: TrainingBody, admin: SignedIn) -> None:
    for name in ("Sur Uno", "Sur Dos"):
        CompanyFactory(training_body=our_body, name=name)
    with pytest.raises(ValidationError) as refused:
        find(COMPANIES.rows(admin.membership), "sur", kind=COMPANIES)
    assert refused.value.code == "several_fit"
    assert "Sur Uno" in refused.value.messages[0]


def test_row_of_the_rival_is_not_found(company: Company, rival: SignedIn) -> None:
    """C1: neither by name nor by its whole RUT."""
    for typed in ("Ñirehuao", company.rut, COMPANIES.label(company)):
        with pytest.raises(ValidationError) as refused:
            find(COMPANIES.rows(rival.membership), typed, kind=COMPANIES)
        assert refused.value.code == "none_fits"


def test_partials_alone_can_be_related(admin: SignedIn, our_body: TrainingBody) -> None:
    partials = KINDS["parciales"]
    free = TrainingActionFactory(
        course__training_body=our_body, activity_type=ActivityType.PARTIAL
    )
    taken = ComplementaryFactory(related_action__course=free.course).related_action
    TrainingActionFactory(course=free.course)
    assert list(partials.rows(admin.membership)) == [free]
    assert set(partials.rows(admin.membership, taken.pk)) == {free, taken}


def test_partial_is_found_by_the_beginning_of_its_code(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    partials = KINDS["parciales"]
    partial = TrainingActionFactory(
        course__training_body=our_body,
        action_code="AB-77",
        activity_type=ActivityType.PARTIAL,
    )
    rows = partials.rows(admin.membership)
    assert find(rows, "ab-7", kind=partials) == partial
    assert find(rows, partials.label(partial), kind=partials) == partial
    assert not lookups.search(rows, "77", kind=partials)


class AnyText(TestCase):
    def setUp(self) -> None:
        body = CompanyFactory(name="Ñandú & Cía.").training_body
        self.by = MembershipFactory(training_body=body, role=Role.NATIONAL_ADMIN)

    @given(
        st.text(
            st.characters(exclude_characters="\0", exclude_categories=["Cs"]),
            min_size=1,
            max_size=60,
        )
    )
    def test_any_text_finds_one_or_is_refused_in_words(self, typed: str) -> None:
        with suppress(ValidationError):
            found = find(COMPANIES.rows(self.by), typed, kind=COMPANIES)
            assert isinstance(found, Company)


def test_search_with_marks_of_a_pattern_takes_them_as_they_are(
    our_body: TrainingBody, admin: SignedIn
) -> None:
    CompanyFactory(training_body=our_body, name="Norte")
    rows = COMPANIES.rows(admin.membership)
    assert not lookups.search(rows, "%", kind=COMPANIES)
    assert not lookups.search(rows, "n_rte", kind=COMPANIES)
