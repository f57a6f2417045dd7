"""When an annulment may be requested and answered: every rule at its boundary."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from certificates.annulment_rules import (
    Answer,
    Petition,
    Situation,
    against_answer,
    against_petition,
    against_request,
    time_left,
    too_late_to_reissue,
)
from certificates.models import CertificateState
from courses.terms import Terms
from tests.certificates.desk import TODAY

DAY = timedelta(days=1)
PETITION = Petition(reason="La factura salió con otro número.", right_reference="F-2")
APPROVED = Answer(approved=True, remarks="", answered_on=TODAY, recorded=False)


def situation(**fields: Any) -> Situation:
    return Situation(
        **{
            "state": CertificateState.ISSUED,
            "reference": "F-1",
            "replaced_by": "",
            "decision": "",
            "terms": Terms(TODAY - 10 * DAY),
            "today": TODAY,
            **fields,
        }
    )


def codes(found: list[Any]) -> list[str]:
    return [one.code for one in found]


def test_annulment_of_a_certificate_in_force_can_be_requested() -> None:
    assert against_request(situation()) == []
    assert against_petition(situation(), PETITION) == {}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"state": CertificateState.PENDING}, "not_issued"),
        ({"state": CertificateState.ANNULMENT_REQUESTED}, "requested"),
        ({"state": CertificateState.REISSUE_APPROVED}, "approved"),
        ({"state": CertificateState.ANNULMENT_REJECTED}, "rejected"),
        ({"replaced_by": "13-2026"}, "replaced"),
        ({"decision": "liquidated"}, "action_liquidated"),
        ({"decision": "annulled"}, "action_annulled"),
    ],
)
def test_what_stands_in_the_way_of_a_request_is_told(
    fields: dict[str, Any], code: str
) -> None:
    assert codes(against_request(situation(**fields))) == [code]


@pytest.mark.parametrize(("day", "found"), [(60, []), (61, ["term_over"])])
def test_annulment_can_be_requested_until_day_60(day: int, found: list[str]) -> None:
    assert codes(against_request(situation(terms=Terms(TODAY - day * DAY)))) == found


def test_worked_example_of_day_60() -> None:
    """domain.md: end 2026-07-08 → day 60 2026-09-06."""
    terms = Terms(date(2026, 7, 8))
    on_day_60 = situation(terms=terms, today=date(2026, 9, 6))
    assert against_request(on_day_60) == []
    (refusal,) = against_request(replace(on_day_60, today=date(2026, 9, 7)))
    assert "06-09-2026" in refusal.message


@pytest.mark.parametrize("same", ["F-1", " f-1 ", "F-1  "])
def test_right_number_differs_from_the_certified_one(same: str) -> None:
    found = against_petition(situation(), replace(PETITION, right_reference=same))
    assert {name: one.code for name, one in found.items()} == {
        "right_reference": "same_reference"
    }


@pytest.mark.parametrize("blank", ["", "  "])
@pytest.mark.parametrize(
    ("field", "code"),
    [("reason", "no_reason"), ("right_reference", "no_right_reference")],
)
def test_petition_with_a_blank_is_refused(field: str, code: str, blank: str) -> None:
    told: Any = {field: blank}
    found = against_petition(situation(), replace(PETITION, **told))
    assert {name: one.code for name, one in found.items()} == {field: code}


def test_office_answers_within_20_business_days() -> None:
    """E5: 18 and 19 September are holidays."""
    assert situation(today=date(2026, 8, 28)).due_on == date(2026, 9, 28)


@pytest.mark.parametrize(
    ("last", "code"),
    [
        (date(2026, 9, 29), None),  # one day in hand
        (date(2026, 9, 28), "no_time_to_reissue"),
        (date(2026, 8, 28), "no_time_to_reissue"),
        (date(2026, 8, 27), "reissue_over"),
    ],
)
def test_warning_when_an_answer_may_come_too_late_to_reissue(
    last: date, code: str | None
) -> None:
    """E6: the answer's term against day 59, with both dates."""
    one = situation(today=date(2026, 8, 28), terms=Terms(last - 59 * DAY))
    warning = too_late_to_reissue(one)
    assert (warning.code if warning else None) == code
    if warning:
        assert f"{last:%d-%m-%Y}" in warning.message
    if warning and code == "no_time_to_reissue":
        assert "28-09-2026" in warning.message


@pytest.mark.parametrize(
    ("answered_on", "found"),
    [
        (TODAY - 6 * DAY, ["answered_on"]),
        (TODAY - 5 * DAY, []),
        (TODAY, []),
        (TODAY + DAY, ["answered_on"]),
    ],
)
def test_answer_lies_between_the_request_and_today(
    answered_on: date, found: list[str]
) -> None:
    answer = replace(APPROVED, answered_on=answered_on)
    told = against_answer(answer, requested_on=TODAY - 5 * DAY, today=TODAY)
    assert list(told) == found


@pytest.mark.parametrize("blank", ["", "  "])
def test_rejection_says_why(blank: str) -> None:
    rejection = replace(APPROVED, approved=False, remarks=blank)
    found = against_answer(rejection, requested_on=TODAY, today=TODAY)
    assert {name: one.code for name, one in found.items()} == {"remarks": "no_remarks"}
    with_reason = replace(rejection, remarks="Otra acción.")
    assert against_answer(with_reason, requested_on=TODAY, today=TODAY) == {}


@pytest.mark.parametrize(
    ("due_on", "words"),
    [
        (date(2026, 9, 22), "quedan 2 días hábiles"),  # over the 18th and the weekend
        (date(2026, 9, 21), "queda 1 día hábil"),
        (date(2026, 9, 17), "vence hoy"),
        (date(2026, 9, 16), "venció el 16-09-2026"),
    ],
)
def test_term_that_is_left_is_told_in_business_days(due_on: date, words: str) -> None:
    assert time_left(due_on, today=date(2026, 9, 17)) == words
