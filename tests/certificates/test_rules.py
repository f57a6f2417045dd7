"""When a certificate may be emitted: every rule at its boundary."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from certificates.models import CertificateState
from certificates.rules import (
    Annulled,
    Facts,
    Order,
    Person,
    against,
    against_order,
    cautions,
    needs_justification,
    suggested,
)
from courses.models import ActivityType, TrainingAction
from courses.terms import Terms
from tests.certificates.desk import ORDER, TODAY
from tests.factories.core import TrainingBodyFactory
from tests.factories.courses import TrainingActionFactory

DAY = timedelta(days=1)


UNSIGNED = TrainingBodyFactory.build()


def action_of(**fields: Any) -> TrainingAction:
    body = TrainingBodyFactory.build(
        signatory_name="Rosa Firmante", signatory_rut="12345678-5"
    )
    made: TrainingAction = TrainingActionFactory.build(
        **{
            "production": True,
            "starts_on": TODAY - 30 * DAY,
            "ends_on": TODAY - DAY,
            "course__training_body": body,
            **fields,
        }
    )
    return made


def facts_of(**fields: Any) -> Facts:
    action = fields.pop("action", None) or action_of()
    return Facts(
        **{
            "action": action,
            "state": CertificateState.PENDING,
            "terms": action.terms(),
            "today": TODAY,
            "people": [Person("45000000-K", "Ana Araya", 100, "ana@correo.example")],
            "exempt": 0,
            "why_none": "",
            "threshold": 75,
            "live": 0,
            "open_classes": 0,
            "expired": 0,
            "unreconciled": 0,
            "to_review": 0,
            **fields,
        }
    )


def ended(days_ago: int) -> dict[str, Any]:
    return {"terms": Terms(TODAY - days_ago * DAY)}


def codes(found: list[Any]) -> list[str]:
    return [one.code for one in found]


def test_action_with_everything_in_order_can_be_certified() -> None:
    assert against(facts_of()) == []
    assert cautions(facts_of(), ORDER) == []
    assert against_order(facts_of(), ORDER) == {}


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"state": CertificateState.ISSUED}, "issued"),
        ({"state": CertificateState.ANNULMENT_REQUESTED}, "in_validation"),
        ({"state": CertificateState.ANNULMENT_REJECTED}, "rejected"),
        (ended(60), "term_over"),
        ({"people": []}, "nobody"),
        ({"why_none": "El curso no tiene horas."}, "no_percentages"),
        ({"live": 1}, "open_sessions"),
        ({"open_classes": 1}, "open_classes"),
        ({"action": action_of(decision="liquidated")}, "action_liquidated"),
        ({"action": action_of(decision="annulled")}, "action_annulled"),
        ({"action": action_of(production=False)}, "test_environment"),
        (
            {"action": action_of(course__training_body=UNSIGNED)},
            "no_signatory",
        ),
    ],
)
def test_what_stands_in_the_way_is_told(facts: dict[str, Any], code: str) -> None:
    assert codes(against(facts_of(**facts))) == [code]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"action": action_of(ends_on=TODAY)}, "before_the_end"),
        (ended(41), "justified"),
        ({"people": [Person("1-9", "B", 74, "b@correo.example")]}, "below_threshold"),
        ({"people": [Person("1-9", "B", 75)]}, "without_email"),
        (
            {"people": [Person("1-9", "B", 75, "b@correo.example", adjusted=-1)]},
            "adjusted",
        ),
        ({"exempt": 1}, "exempt"),
        ({"unreconciled": 1}, "unreconciled"),
        ({"expired": 1}, "expired"),
        ({"to_review": 1}, "to_review"),
    ],
)
def test_what_to_look_at_first_is_told(facts: dict[str, Any], code: str) -> None:
    assert codes(cautions(facts_of(**facts), ORDER)) == [code]
    assert against(facts_of(**facts)) == []


def test_adjustments_are_named_with_their_time() -> None:
    people = [
        Person("1-9", "Berta", 90, "b@correo.example"),
        Person("2-7", "Clara", 80, "c@correo.example", adjusted=600),
    ]
    [told] = cautions(facts_of(people=people), ORDER)
    assert list(told.names) == ["Clara: +00:10:00"]


def test_certificate_approved_for_reissue_can_be_emitted() -> None:
    assert against(facts_of(state=CertificateState.REISSUE_APPROVED)) == []


@pytest.mark.parametrize(
    ("days", "window"),
    [
        (40, (False, [])),
        (41, (True, [])),
        (59, (True, [])),
        (60, (False, ["term_over"])),
    ],
)
def test_term_by_day(days: int, window: tuple[bool, list[str]]) -> None:
    facts = facts_of(**ended(days))
    assert (needs_justification(facts), codes(against(facts))) == window


def test_refusal_after_day_59_names_the_date() -> None:
    (refusal,) = against(facts_of(**ended(60)))
    assert f"{TODAY - DAY:%d-%m-%Y}" in refusal.message


@pytest.mark.parametrize("blank", ["", "  "])
def test_order_without_a_billing_reference_is_refused(blank: str) -> None:
    found = against_order(facts_of(), Order(billing_reference=blank))
    assert found["billing_reference"].code == "no_billing_reference"


@pytest.mark.parametrize("blank", ["", "  "])
def test_order_from_day_41_on_wants_a_justification(blank: str) -> None:
    late = facts_of(**ended(41))
    found = against_order(late, replace(ORDER, justification=blank))
    assert found["justification"].code == "no_justification"
    assert against_order(late, replace(ORDER, justification="Faltó la factura.")) == {}


PARTIAL = action_of(activity_type=ActivityType.PARTIAL)
COMPLEMENTARY = action_of(activity_type=ActivityType.COMPLEMENTARY)


@pytest.mark.parametrize(
    ("action", "field"),
    [(PARTIAL, "real_ends_on"), (COMPLEMENTARY, "real_starts_on")],
)
@pytest.mark.parametrize(
    ("day", "code"),
    [
        (None, "no_real_date"),
        (PARTIAL.starts_on - DAY, "real_date_outside"),
        (PARTIAL.starts_on, None),
        (PARTIAL.ends_on, None),
        (PARTIAL.ends_on + DAY, "real_date_outside"),
    ],
)
def test_real_date_lies_within_the_action(
    action: TrainingAction, field: str, day: date | None, code: str | None
) -> None:
    dates: Any = {field: day}
    found = against_order(facts_of(action=action), replace(ORDER, **dates))
    assert (found[field].code if field in found else None) == code


def test_real_date_of_tomorrow_is_refused() -> None:
    action = action_of(activity_type=ActivityType.PARTIAL, ends_on=TODAY + 9 * DAY)
    order = replace(ORDER, real_ends_on=TODAY + DAY)
    found = against_order(facts_of(action=action), order)
    assert found["real_ends_on"].code == "real_date_to_come"
    order = replace(ORDER, real_ends_on=TODAY)
    assert against_order(facts_of(action=action), order) == {}


OVER_NEW_YEAR = action_of(
    activity_type=ActivityType.PARTIAL,
    starts_on=date(2025, 11, 3),
    ends_on=date(2026, 3, 27),
)


@pytest.mark.parametrize(
    ("day", "code"),
    [(date(2025, 12, 31), None), (date(2026, 1, 1), "real_date_outside")],
)
def test_partial_action_ends_in_the_year_in_which_it_began(
    day: date, code: str | None
) -> None:
    """E8: what follows is its complementary's; no term runs from there."""
    facts = facts_of(action=OVER_NEW_YEAR, today=date(2026, 2, 20))
    late = replace(ORDER, real_ends_on=day, justification="Faltó la factura.")
    found = against_order(facts, late).get("real_ends_on")
    assert (found.code if found else None) == code
    assert not found or "31-12-2025" in found.message


@pytest.mark.parametrize(
    ("last", "told"),
    [
        (None, ["no_class_held"]),
        (TODAY, []),
        (TODAY + DAY, ["attendance_after_the_real_end"]),
    ],
)
def test_attendance_after_the_typed_end_is_told(
    last: date | None, told: list[str]
) -> None:
    order = replace(ORDER, real_ends_on=TODAY)
    assert codes(cautions(facts_of(last_held_on=last), order)) == told


AGAIN = facts_of(
    state=CertificateState.REISSUE_APPROVED,
    annulled=Annulled(number="1-2026", reference="F-1234", right_reference="F-4321"),
)


@pytest.mark.parametrize("typed", ["F-1234", "f-1234", " F-1234 "])
def test_annulled_number_is_not_certified_again(typed: str) -> None:
    found = against_order(AGAIN, Order(billing_reference=typed))
    assert found["billing_reference"].code == "annulled_reference"
    assert "F-4321" in found["billing_reference"].message


@pytest.mark.parametrize(
    ("typed", "told"),
    [("F-4321", []), ("f-4321", []), ("F-9", ["not_the_approved_reference"])],
)
def test_number_that_was_not_the_approved_one_is_told(
    typed: str, told: list[str]
) -> None:
    order = Order(billing_reference=typed)
    assert against_order(AGAIN, order) == {}
    assert codes(cautions(AGAIN, order)) == told


@pytest.mark.parametrize(
    ("demands", "number", "hinders", "told"),
    [
        (False, 1, [], ["unreconciled"]),
        (True, 1, ["not_reconciled"], []),
        (True, 0, [], []),
    ],
)
def test_body_that_demands_reconciled_marks_emits_on_nothing_less(
    demands: bool, number: int, hinders: list[str], told: list[str]
) -> None:
    """protocol.md, "How much a mark is worth"."""
    body = TrainingBodyFactory.build(
        signatory_name="Rosa", signatory_rut="12345678-5", demands_reconciled=demands
    )
    facts = facts_of(action=action_of(course__training_body=body), unreconciled=number)
    assert codes(against(facts)) == hinders
    assert codes(cautions(facts, ORDER)) == told


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (
            {"to_review": 1},
            "1 respuesta de SENCE espera tu revisión: después de emitir ya no cuenta.",
        ),
        (
            {"to_review": 2},
            (
                "2 respuestas de SENCE esperan tu revisión: después de emitir ya no "
                "cuentan."
            ),
        ),
        ({"exempt": 1}, "1 exento de registrar asistencia no va en el certificado."),
        ({"exempt": 2}, "2 exentos de registrar asistencia no van en el certificado."),
    ],
)
def test_warning_agrees_with_its_number(facts: dict[str, Any], words: str) -> None:
    assert [one.message for one in cautions(facts_of(**facts), ORDER)] == [words]


def test_last_day_recommends_no_day_that_is_over() -> None:
    """E3: day 58 is advised until it is over."""
    told = {
        days: next(one for one in cautions(facts_of(**ended(days)), ORDER)).message
        for days in (58, 59)
    }
    assert "te recomendamos hacerlo a más tardar el día 58" in told[58]
    assert "recomendamos" not in told[59]
    assert "es el último día" in told[59]


def test_partial_is_offered_the_last_day_on_which_something_was_held() -> None:
    partial = action_of(activity_type=ActivityType.PARTIAL)
    held = TODAY - 2 * DAY
    assert suggested(facts_of(action=partial, last_held_on=held)).real_ends_on == held
    assert suggested(facts_of(action=partial)).real_ends_on is None
    outside = facts_of(action=partial, last_held_on=partial.starts_on - DAY)
    assert suggested(outside).real_ends_on is None
    assert suggested(facts_of(last_held_on=held)).real_ends_on is None


def test_partial_of_which_nothing_was_held_is_told() -> None:
    partial = action_of(activity_type=ActivityType.PARTIAL)
    order = replace(ORDER, real_ends_on=TODAY - 2 * DAY)
    assert codes(cautions(facts_of(action=partial), order)) == ["no_class_held"]
    held = facts_of(action=partial, last_held_on=TODAY - 2 * DAY)
    assert cautions(held, order) == []
