"""What is typed into the search: capitals don't count, an accent alone is nothing."""

import pytest

from courses.forms.roster import RosterSearch
from courses.forms.search import MISSING, SearchForm
from courses.models import Enrolment, Participant
from courses.models.people import meant_by
from courses.search import Criterion
from otec_portal.core.models import TrainingBody
from tests.conftest import SignedIn
from tests.factories.courses import EnrolmentFactory, TrainingActionFactory

pytestmark = pytest.mark.django_db
TYPED = [one for one in Criterion if one != Criterion.REGION]


def form(who: SignedIn, criterion: Criterion, sought: str) -> SearchForm:
    asked = {"programa": "3", "criterio": criterion.value, criterion.value: sought}
    return SearchForm(asked, membership=who.membership, regions=[])


@pytest.mark.parametrize("typed", ["12380abcde", "12380ABC", "1238 0aB"])
def test_sence_code_is_found_in_capitals_or_not(
    typed: str, admin: SignedIn, our_body: TrainingBody
) -> None:
    action = TrainingActionFactory(
        course__training_body=our_body, course__sence_code="12380AbCDE"
    )
    asked = form(admin, Criterion.SENCE_CODE, typed)
    assert asked.is_valid()
    assert list(asked.found()) == [action]


@pytest.mark.parametrize("sought", ["\N{ACUTE ACCENT}", "\N{DIAERESIS}", " \u0301 "])
@pytest.mark.parametrize("criterion", TYPED)
def test_search_for_an_accent_alone_asks_for_words(
    criterion: Criterion, sought: str, admin: SignedIn, our_body: TrainingBody
) -> None:
    """It would stand in every name: all courses would be shown as if they fitted."""
    EnrolmentFactory(action__course__training_body=our_body)
    asked = form(admin, criterion, sought)
    assert asked.errors == {criterion.value: [MISSING[criterion]]}


@pytest.mark.parametrize("typed", ["", " ", "\N{ACUTE ACCENT}"])
def test_nobody_is_named_by_no_word(typed: str) -> None:
    enrolment = EnrolmentFactory()
    assert not Participant.objects.found_by(typed).exists()
    assert not Participant.objects.filter(meant_by(typed)).exists()
    narrowed = RosterSearch({"q": typed}).apply(Enrolment.objects.all())
    assert list(narrowed) == ([] if typed.strip() else [enrolment])
