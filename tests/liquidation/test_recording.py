"""What is recorded of sworn statements: by hand, by its PDF; corrected, never lost."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from courses.models import Modality, TrainingAction
from courses.roster.evidence import held
from liquidation.models import (
    Declaration,
    DeclarationDocument,
    DeclarationReport,
    DeclarationState,
    Source,
)
from liquidation.services.declarations import DeclarationRefused
from otec_portal.core import uploads
from otec_portal.core.models import AuditEntry, TrainingBody, TransitionLog
from tests.core.documents import pdf
from tests.factories import NOW
from tests.factories.core import UserFactory
from tests.liquidation.desk import (
    ISSUED,
    TODAY,
    ended,
    enrolled,
    issued,
    learn,
    otec_issued,
)

pytestmark = pytest.mark.django_db
PENDING = DeclarationState.PENDING


@pytest.fixture
def action(our_body: TrainingBody) -> TrainingAction:
    return ended(our_body)


def code_of(*args: object, **facts: object) -> str:
    with pytest.raises(DeclarationRefused) as refused:
        learn(*args, **facts)  # type: ignore[arg-type]
    return refused.value.code


def test_recorded_state_keeps_number_source_and_who(action: TrainingAction) -> None:
    by = UserFactory()
    assert learn(action, number="12345-2026", by=by) is True
    one = Declaration.objects.get()
    assert (one.state, one.number, one.source) == (ISSUED, "12345-2026", "by_hand")
    assert (one.enrolment, one.recorded_at) == (None, NOW)
    report = DeclarationReport.objects.get()
    assert (report.state, report.number, report.by) == (ISSUED, "12345-2026", by)
    assert TransitionLog.objects.get().transition == "issue"
    entry = AuditEntry.objects.get(action="liquidation.declaration_recorded")
    assert entry.user == by
    assert entry.training_body == action.course.training_body
    assert entry.data["number"] == "12345-2026"


def test_recorded_twice_changes_nothing(action: TrainingAction) -> None:
    assert learn(action, number="1-2026") is True
    assert learn(action, number="1-2026") is False
    assert learn(action) is False
    assert DeclarationReport.objects.count() == 1
    assert AuditEntry.objects.count() == 1


def test_pending_of_what_nothing_is_known_writes_nothing(
    action: TrainingAction,
) -> None:
    assert learn(action, enrolled(action), to=PENDING) is False
    assert not Declaration.objects.exists()


def test_number_learned_later_is_added(action: TrainingAction) -> None:
    learn(action)
    assert learn(action, number="7-2026") is True
    assert Declaration.objects.get().number == "7-2026"
    assert TransitionLog.objects.count() == 1
    assert [one.number for one in DeclarationReport.objects.order_by("pk")] == [
        "",
        "7-2026",
    ]


def test_other_number_for_what_is_out_is_refused(action: TrainingAction) -> None:
    learn(action, number="7-2026")
    assert code_of(action, number="8-2026") == "other_number"


def test_number_of_another_declaration_is_refused(action: TrainingAction) -> None:
    otec_issued(action)
    issued(enrolled(action), number="7-2026")
    assert code_of(action, enrolled(action), number="7-2026") == "number_taken"
    other = ended(action.course.training_body)
    assert learn(other, number="7-2026")


def test_participant_before_the_otec_is_refused_whatever_the_source(
    action: TrainingAction,
) -> None:
    """E10: SENCE can't have issued it."""
    one = enrolled(action)
    for source in (Source.BY_HAND, Source.PDF):
        assert code_of(action, one, source=source) == "otec_first"
    otec_issued(action)
    assert learn(action, one)


def test_participant_while_the_otecs_is_being_annulled_is_recorded(
    action: TrainingAction,
) -> None:
    """It was issued before: what SENCE did is not undone here."""
    otec = otec_issued(action)
    otec.advance("ask_annulment", at=NOW)
    assert learn(action, enrolled(action))


def test_participant_without_session_needs_more_than_a_word(
    action: TrainingAction,
) -> None:
    """E10 by hand; the paper of SENCE proves that the portal lacks a session."""
    otec_issued(action)
    one = enrolled(action, sessions=0)
    assert code_of(action, one) == "no_session"
    assert learn(action, one, source=Source.PDF, document=uploads.accept(pdf()))


def test_otec_on_the_last_day_is_refused_by_hand(our_body: TrainingBody) -> None:
    """The day after the end it is authorised: both sides of the boundary."""
    assert code_of(ended(our_body, ends_on=TODAY)) == "not_yet"
    assert learn(ended(our_body, ends_on=TODAY - timedelta(days=1)))


@pytest.mark.parametrize("modality", [Modality.CLASSROOM, Modality.SELF_INSTRUCTION])
def test_course_without_declarations_takes_none(
    our_body: TrainingBody, modality: Modality
) -> None:
    other = ended(our_body, course__modality=modality)
    assert code_of(other) == "no_declarations"


def test_state_learned_late_is_reached_step_by_step(action: TrainingAction) -> None:
    """What nobody saw is marked as deduced, and only the news is a report."""
    learn(action, to=DeclarationState.REJECTED)
    steps = TransitionLog.objects.order_by("pk").values_list("transition", "by")
    assert [name for name, _ in steps] == ["issue", "ask_annulment", "reject_reissue"]
    assert ["deducido" in by for _, by in steps] == [True, True, False]
    assert DeclarationReport.objects.get().state == DeclarationState.REJECTED


def test_rejected_is_never_issued_again(action: TrainingAction) -> None:
    learn(action, to=DeclarationState.REJECTED)
    assert code_of(action) == "not_reachable"
    assert learn(action, to=DeclarationState.ANNULLED)
    assert learn(action, number="9-2026")


def test_reissue_has_a_new_number_and_the_old_one_is_kept(
    action: TrainingAction,
) -> None:
    learn(action, number="1-2026")
    learn(action, to=DeclarationState.REISSUE_APPROVED)
    assert Declaration.objects.get().number == "1-2026"
    learn(action)
    assert Declaration.objects.get().number == ""
    learn(action, number="2-2026")
    assert Declaration.objects.get().number == "2-2026"
    numbers = DeclarationReport.objects.order_by("pk").values_list("number", flat=True)
    assert list(numbers) == ["1-2026", "1-2026", "", "2-2026"]


def test_correction_needs_a_reason_and_keeps_what_was_said(
    action: TrainingAction,
) -> None:
    learn(action, number="1-2026")
    assert code_of(action, to=PENDING) == "reason_missing"
    learn(action, to=PENDING, reason="Era de otra acción.")
    one = Declaration.objects.get()
    assert (one.state, one.number) == (PENDING, "")
    assert DeclarationReport.objects.count() == 2
    entry = AuditEntry.objects.latest("pk")
    assert entry.data["reason"] == "Era de otra acción."


def test_otecs_is_not_corrected_under_those_of_participants(
    action: TrainingAction,
) -> None:
    otec_issued(action)
    mine = issued(enrolled(action))
    correction: Any = {"to": PENDING, "reason": "Error."}
    assert code_of(action, **correction) == "participants_issued"
    learn(action, mine.enrolment, **correction)
    assert learn(action, **correction)


def test_pdf_is_kept_once_with_its_hash(action: TrainingAction) -> None:
    document = uploads.accept(pdf(pages=2))
    facts: Any = {"source": Source.PDF, "document": document, "filename": "dj.pdf"}
    assert learn(action, **facts) is True
    assert learn(action, **facts) is False
    kept = DeclarationDocument.objects.get()
    assert (bytes(kept.content), kept.pages) == (document.content, 2)
    assert kept.report.declaration.source == Source.PDF
    entry = AuditEntry.objects.get()
    assert entry.data["sha256"] == kept.sha256


def test_pdf_of_somebody_else_is_refused(action: TrainingAction) -> None:
    otec_issued(action)
    facts: Any = {"source": Source.PDF, "document": uploads.accept(pdf())}
    first, second = enrolled(action), enrolled(action)
    learn(action, first, **facts)
    with pytest.raises(DeclarationRefused) as refused:
        learn(action, second, **facts)
    assert refused.value.code == "known_pdf"
    assert first.participant.full_name in refused.value.message


def test_recorded_declaration_keeps_its_participant_on_the_roster(
    action: TrainingAction,
) -> None:
    otec_issued(action)
    one = enrolled(action)
    issued(one)
    assert held([one.pk]) == {one.pk: "declaraciones juradas"}


@pytest.mark.parametrize(
    "facts",
    [
        {"number": "12345"},
        {"number": "0-2026"},
        {"state": PENDING, "number": "1-2026"},
    ],
)
def test_database_itself_refuses_a_wrong_number(
    action: TrainingAction, facts: dict[str, str]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        issued(enrolled(action), **facts)


def test_database_itself_refuses_a_second_one_of_the_otec(
    action: TrainingAction,
) -> None:
    otec_issued(action)
    with pytest.raises(IntegrityError), transaction.atomic():
        otec_issued(action)
