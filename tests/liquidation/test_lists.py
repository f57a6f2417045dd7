"""The participants' list of SENCE's system: shown with what it changes, then done."""

import pytest

from courses.models import Enrolment, TrainingAction
from liquidation.gca_list import read
from liquidation.models import (
    Declaration,
    DeclarationReport,
    DeclarationState,
    GcaList,
    Source,
)
from liquidation.plan import Outcome, make_plan
from liquidation.services.lists import ListRefused, import_list
from otec_portal.core.models import AuditEntry, TrainingBody, TransitionLog
from tests.factories import NOW
from tests.factories.core import UserFactory
from tests.factories.courses import ParticipantFactory
from tests.liquidation.desk import ISSUED, ended, enrolled, issued, otec_issued

HEAD = "RUT\tNombre\tN° sesiones\tEstado DJ"


def line(enrolment: Enrolment, state: str = "Emitida", sessions: int = 1) -> str:
    person = enrolment.participant
    return f"{person.run}\t{person.full_name}\t{sessions}\t{state}"


def listed(*lines: str) -> str:
    return "\n".join([HEAD, *lines])


@pytest.fixture
def action(our_body: TrainingBody) -> TrainingAction:
    made = ended(our_body)
    otec_issued(made)
    return made


def done(action: TrainingAction, text: str) -> int:
    """Show the plan and take it over."""
    digest = make_plan(action, read(text)).digest
    return import_list(action, text, digest=digest, by=UserFactory(), at=NOW)


@pytest.mark.django_db
def test_list_is_shown_line_by_line_before_anything_changes(
    action: TrainingAction, rival_body: TrainingBody
) -> None:
    news, same, back, stranger = (enrolled(action) for _ in range(4))
    issued(same)
    issued(back)
    missing = enrolled(action)
    theirs = ParticipantFactory(training_body=rival_body)
    text = listed(
        line(news),
        line(same),
        line(back, "Pendiente de emitir"),
        f"{theirs.run}\tDe otra OTEC\t1\tEmitida",
        "123\tSin RUT\t1\tEmitida",
        line(stranger, "Quizás"),
    )
    plan = make_plan(action, read(text))
    assert [one.outcome for one in plan.rows] == [
        Outcome.CHANGES,
        Outcome.EQUAL,
        Outcome.BLOCKED,
        Outcome.WRONG,
        Outcome.WRONG,
        Outcome.WRONG,
    ]
    words = [one.message for one in plan.rows[2:]]
    assert "corrígelo a mano" in words[0]
    assert words[1:] == [
        "No está en la nómina de esta acción.",
        "El RUT no es válido.",
        "No se entiende este estado.",
    ]
    assert plan.absent == [missing]
    assert Declaration.objects.exclude(enrolment=None).count() == 2


@pytest.mark.django_db
def test_list_before_the_otecs_declaration_is_blocked(our_body: TrainingBody) -> None:
    """E10."""
    action = ended(our_body)
    plan = make_plan(action, read(listed(line(enrolled(action)))))
    assert plan.rows[0].outcome == Outcome.BLOCKED
    assert "primero la declaración de la OTEC" in plan.rows[0].message


@pytest.mark.django_db
def test_list_proves_what_the_portal_did_not_see(action: TrainingAction) -> None:
    """Without a session here, but issued at SENCE: recorded, and said."""
    one = enrolled(action, sessions=0)
    text = listed(line(one, sessions=3))
    assert make_plan(action, read(text)).rows[0].note == (
        "SENCE cuenta 3 sesiones y el portal 0."
    )
    assert done(action, text) == 1


@pytest.mark.django_db
def test_person_named_twice_counts_once_or_is_an_error(action: TrainingAction) -> None:
    one, other = enrolled(action), enrolled(action)
    plan = make_plan(
        action,
        read(listed(line(one), line(one), line(other), line(other, "Anulada"))),
    )
    assert [row.outcome for row in plan.rows] == [
        Outcome.CHANGES,
        Outcome.EQUAL,
        Outcome.WRONG,
        Outcome.WRONG,
    ]


@pytest.mark.django_db
def test_list_taken_over_is_kept_with_its_source(action: TrainingAction) -> None:
    one, other = enrolled(action), enrolled(action)
    text = listed(line(one), line(other, "Pendiente de emitir"))
    assert done(action, text) == 1
    mine = Declaration.objects.get(enrolment=one)
    assert (mine.state, mine.source) == (ISSUED, Source.GCA_LIST)
    report = DeclarationReport.objects.get(declaration=mine)
    assert report.gca_list == GcaList.objects.get(text=text)
    assert not Declaration.objects.filter(enrolment=other).exists()
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.data["changed"]) == ("liquidation.list_imported", 1)


@pytest.mark.django_db
def test_list_again_changes_and_writes_nothing(action: TrainingAction) -> None:
    text = listed(line(enrolled(action)), line(enrolled(action), "Anulada"))
    assert done(action, text) == 2
    before = [
        model.objects.count()
        for model in (DeclarationReport, TransitionLog, AuditEntry, GcaList)
    ]
    assert done(action, text) == 0
    assert before == [
        model.objects.count()
        for model in (DeclarationReport, TransitionLog, AuditEntry, GcaList)
    ]


@pytest.mark.django_db
def test_list_is_not_taken_over_when_things_moved_meanwhile(
    action: TrainingAction,
) -> None:
    one = enrolled(action)
    text = listed(line(one))
    digest = make_plan(action, read(text)).digest
    issued(one, state=DeclarationState.ANNULLED)
    with pytest.raises(ListRefused) as refused:
        import_list(action, text, digest=digest, by=UserFactory(), at=NOW)
    assert refused.value.code == "plan_changed"
    assert not GcaList.objects.exists()
