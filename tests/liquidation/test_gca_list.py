"""The participants' list of SENCE's system: read, shown with what it changes, done."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.models import Enrolment, TrainingAction
from liquidation.gca_list import (
    MAX_BYTES,
    MAX_LINES,
    GcaRow,
    ListUnreadable,
    decode,
    read,
    read_state,
)
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
from tests.factories import NOW, ParticipantFactory, UserFactory
from tests.liquidation.desk import ISSUED, ended, enrolled, issued, otec_issued

HEAD = "RUT\tNombre\tN° sesiones\tEstado DJ"


def line(enrolment: Enrolment, state: str = "Emitida", sessions: int = 1) -> str:
    person = enrolment.participant
    return f"{person.run}\t{person.full_name}\t{sessions}\t{state}"


def listed(*lines: str) -> str:
    return "\n".join([HEAD, *lines])


def code_of(text: str) -> str:
    with pytest.raises(ListUnreadable) as unreadable:
        read(text)
    return unreadable.value.code


@pytest.mark.parametrize("separator", ["\t", ";", ",", "|"])
def test_list_with_any_separator_is_read(separator: str) -> None:
    text = f"{HEAD}\n12.345.678-5\tÑusta Pérez\t3\tEmitida\n".replace("\t", separator)
    assert read(text) == [GcaRow(2, "12.345.678-5", "Ñusta Pérez", "3", "Emitida")]


def test_list_with_other_headings_in_another_order_is_read() -> None:
    text = "Mis cursos\n\nESTADO D.J.;Correo;NOMBRE ;Nº Sesiones;Rut Participante\n"
    text += "Emitido;a@b.cl;Ana;2;1-9"
    assert read(text) == [GcaRow(4, "1-9", "Ana", "2", "Emitido")]


def test_list_without_headings_is_read_in_the_usual_order() -> None:
    assert read("12345678-5\tAna\t3\tEmitida") == [
        GcaRow(1, "12345678-5", "Ana", "3", "Emitida")
    ]


def test_list_that_says_nothing_is_refused_in_words() -> None:
    assert code_of(" \n\t\t\n") == "empty"
    assert code_of("Hola, ¿me mandas la lista?") == "columns"
    assert code_of("RUT\tNombre\n1-9\tAna") == "columns"


def test_list_of_too_many_lines_is_refused_at_the_boundary() -> None:
    row = "\n12345678-5\tAna\t3\tEmitida"
    assert len(read(HEAD + row * MAX_LINES)) == MAX_LINES
    assert code_of(HEAD + row * (MAX_LINES + 10)) == "too_long"


def test_file_in_latin_1_or_utf_8_says_the_same() -> None:
    text = "RUT;Nombre\n1-9;Ñusta Peña"
    for encoding in ("utf-8", "utf-8-sig", "latin-1", "cp1252"):
        assert decode(text.encode(encoding)) == text


def test_file_that_is_no_text_or_too_big_is_refused() -> None:
    for data, code in (
        (b"PK\x03\x04", "not_text"),
        (b"a\x00b", "not_text"),
        (b"a" * (MAX_BYTES + 1), "too_big"),
    ):
        with pytest.raises(ListUnreadable) as unreadable:
            decode(data)
        assert unreadable.value.code == code
    assert decode(b"a" * MAX_BYTES)


@given(st.text(max_size=300))
def test_whatever_is_pasted_is_read_or_refused(text: str) -> None:
    try:
        rows = read(text)
    except ListUnreadable:
        return
    assert all(isinstance(one, GcaRow) for one in rows)


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ("Pendiente de emitir", "pending"),
        ("PENDIENTE DE EMISIÓN", "pending"),
        ("Pendiente", "pending"),
        ("Emitida", "issued"),
        ("Declaración Jurada emitida", "issued"),
        ("DJ Emitido", "issued"),
        ("Pendiente de validación", "in_validation"),
        ("Aprobado para su Re-emisión", "reissue_approved"),
        ("Rechazado para su re-emisión", "rejected"),
        ("Anulada", "annulled"),
        ("", None),
        ("Otra cosa", None),
        ("No emitida", None),
    ],
)
def test_state_is_understood_as_sence_writes_it(words: str, state: str | None) -> None:
    assert read_state(words) == state


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
