"""When a certificate may be emitted: every rule at its boundary."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from certificates.models import CertificateState
from certificates.rules import (
    Facts,
    Order,
    Person,
    against,
    against_order,
    cautions,
    needs_justification,
)
from courses.models import ActivityType, TrainingAction
from courses.terms import Terms
from tests.certificates.desk import ORDER, TODAY
from tests.factories import TrainingActionFactory, TrainingBodyFactory

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
    assert cautions(facts_of()) == []
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
        ({"exempt": 1}, "exempt"),
        ({"unreconciled": 1}, "unreconciled"),
        ({"expired": 1}, "expired"),
        ({"to_review": 1}, "to_review"),
    ],
)
def test_what_to_look_at_first_is_told(facts: dict[str, Any], code: str) -> None:
    assert codes(cautions(facts_of(**facts))) == [code]
    assert against(facts_of(**facts)) == []


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
