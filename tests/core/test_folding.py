"""Folded columns: never behind the words they fold, whatever way the words change."""

import pytest
from django.db.models import F
from hypothesis import given
from hypothesis import strategies as st

from courses.models import Participant, TrainingAction
from otec_portal.core.folding import fold
from tests.factories.courses import ParticipantFactory, TrainingActionFactory


@given(st.text())
def test_fold_of_what_is_folded_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(), st.text())
def test_fold_of_two_words_is_the_words_folded(one: str, other: str) -> None:
    """So a name is found by its parts, whichever column they came from."""
    assert fold(f"{one} {other}") == f"{fold(one)} {fold(other)}".strip()


@given(st.text(alphabet="abcñáéíóúüÁÉÍÓÚÜÑ ", min_size=1))
def test_fold_ignores_case_and_accents(text: str) -> None:
    assert fold(text.upper()) == fold(text.lower()) == fold(fold(text))
    assert fold(text).isascii()


@pytest.mark.django_db
class TestFoldedColumn:
    def test_row_made_has_its_words_folded(self) -> None:
        person = ParticipantFactory(first_names="Ñusta  Belén", last_names="PÉREZ")
        person.refresh_from_db()
        assert person.name_folded == "nusta belen perez"

    def test_row_saved_by_fields_has_its_words_folded(self) -> None:
        person = ParticipantFactory()
        person.last_names = "Ibáñez"
        person.save(update_fields=["last_names"])
        assert Participant.objects.filter(name_folded="nusta belen ibanez").exists()

    def test_rows_made_in_bulk_have_their_words_folded(self) -> None:
        person = ParticipantFactory.build(
            training_body=ParticipantFactory().training_body
        )
        Participant.objects.bulk_create([person])
        assert not Participant.objects.exclude(
            name_folded__startswith="nusta belen"
        ).exists()

    def test_rows_changed_in_bulk_have_their_words_folded(self) -> None:
        person = ParticipantFactory()
        person.first_names = "Água"
        Participant.objects.bulk_update([person], ["first_names"])
        assert Participant.objects.filter(name_folded__startswith="agua ").exists()

    def test_only_source_changed_by_update_has_its_words_folded(self) -> None:
        TrainingActionFactory()
        TrainingAction.objects.update(action_code="RLAB-Ñ")
        assert TrainingAction.objects.get().code_folded == "rlab-n"

    @pytest.mark.parametrize(
        "changes", [{"last_names": "Ibáñez"}, {"first_names": F("last_names")}]
    )
    def test_source_among_others_changed_by_update_is_refused(
        self, changes: dict[str, object]
    ) -> None:
        """It would leave the folded column behind, and the row not to be found."""
        with pytest.raises(TypeError, match="name_folded"):
            Participant.objects.update(**changes)

    def test_other_columns_are_updated_as_ever(self) -> None:
        ParticipantFactory()
        assert Participant.objects.update(email="a@b.example") == 1

    def test_row_checked_before_it_is_saved_is_folded_already(self) -> None:
        action = TrainingActionFactory()
        TrainingAction(
            course=action.course,
            action_code="6700199",
            line=3,
            starts_on=action.starts_on,
            ends_on=action.ends_on,
            region="ML",
            supervising_entity="Corporación Ñielol",
        ).full_clean()
