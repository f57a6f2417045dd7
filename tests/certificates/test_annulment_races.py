"""Annulments answered and certificates emitted at the same moment, on PostgreSQL."""

from dataclasses import replace
from functools import partial

import pytest

from certificates.models import AnnulmentDecision, AnnulmentRequest, Certificate
from certificates.services.annulment import AnnulmentRefused
from certificates.services.emission import EmissionRefused, emit
from courses.models import TrainingAction
from otec_portal.core.models import TrainingBody, TransitionLog, User
from tests.at_once import at_once
from tests.certificates.annulments import LATER, answered, recorded, requested
from tests.certificates.desk import ORDER, certifiable, emitted, seen_of
from tests.factories.core import UserFactory

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("postgresql"),
]
MANY = 6
AGAIN = replace(ORDER, billing_reference="F-4321")


@pytest.fixture
def action(our_body: TrainingBody) -> TrainingAction:
    return certifiable(our_body, people=1)


def try_request(certificate: Certificate, by: User) -> str:
    mine = Certificate.objects.select_related("certification").get(pk=certificate.pk)
    try:
        requested(mine, by=by)
    except AnnulmentRefused as refused:
        return refused.code
    return "sent"


def try_answer(request: AnnulmentRequest, approved: bool, by: User) -> str:
    mine = AnnulmentRequest.objects.get(pk=request.pk)
    try:
        made = answered(mine, approved=approved, by=by)
    except AnnulmentRefused as refused:
        return refused.code
    return str(made)


def try_emission(action: TrainingAction, seen: str, by: User) -> str:
    try:
        return emit(action, order=AGAIN, seen=seen, by=by, at=LATER).number
    except EmissionRefused as refused:
        return refused.notices[0].code


def test_annulment_requested_by_many_at_once_is_one(action: TrainingAction) -> None:
    certificate = emitted(action)
    people = [UserFactory() for _ in range(MANY)]
    said = at_once(*[partial(try_request, certificate, by) for by in people])
    assert sorted(said) == sorted(["sent", *["requested"] * (MANY - 1)])
    assert AnnulmentRequest.objects.count() == 1


def test_two_answers_at_once_are_one(action: TrainingAction) -> None:
    """One of them wins: the state, the log and the row are of the same one."""
    asked = requested(emitted(action))
    deeds = [
        partial(try_answer, asked, number % 2 == 0, UserFactory())
        for number in range(MANY)
    ]
    said = at_once(*deeds)
    (kept,) = AnnulmentDecision.objects.all()
    assert sorted(said) == sorted([str(kept), *["decided"] * (MANY - 1)])
    log = TransitionLog.objects.filter(target_type="certificates.Certification").latest(
        "pk"
    )
    assert log.transition == ("approve_reissue" if kept.approved else "reject_reissue")
    action.refresh_from_db()
    assert (action.frozen_at is None) == kept.approved


def test_answer_recorded_while_the_office_answers_is_one(
    action: TrainingAction,
) -> None:
    asked = requested(emitted(action))

    def on_paper() -> str:
        try:
            return str(recorded(AnnulmentRequest.objects.get(pk=asked.pk)))
        except AnnulmentRefused as refused:
            return refused.code

    office = partial(try_answer, asked, True, UserFactory())
    assert sorted(at_once(office, on_paper)) == ["aprobada", "decided"]


def test_approval_at_the_same_moment_as_an_emission_gives_one_new_number(
    action: TrainingAction,
) -> None:
    """Whoever comes first: never a certificate before the approval, never two."""
    asked = requested(emitted(action))
    seen = seen_of(action, order=AGAIN)
    approve = partial(try_answer, asked, True, UserFactory())
    press = [partial(try_emission, action, seen, UserFactory()) for _ in range(MANY)]
    said = at_once(approve, *press)
    assert said[0] == "aprobada"
    again = said.count("2-2026")
    assert again <= 1
    assert set(said[1:]) <= {"2-2026", "in_validation", "issued"}
    assert Certificate.objects.count() == 1 + again
    if not again:
        assert try_emission(action, seen, UserFactory()) == "2-2026"


def test_reissue_pressed_by_many_at_once_is_one(action: TrainingAction) -> None:
    answered(requested(emitted(action)))
    seen = seen_of(action, order=AGAIN)
    press = [partial(try_emission, action, seen, UserFactory()) for _ in range(MANY)]
    said = at_once(*press)
    assert sorted(said) == sorted(["2-2026", *["issued"] * (MANY - 1)])


def test_rejection_at_the_same_moment_as_an_emission_gives_none(
    action: TrainingAction,
) -> None:
    asked = requested(emitted(action))
    seen = seen_of(action, order=AGAIN)
    reject = partial(try_answer, asked, False, UserFactory())
    press = [partial(try_emission, action, seen, UserFactory()) for _ in range(MANY)]
    said = at_once(reject, *press)
    assert set(said[1:]) <= {"in_validation", "rejected"}
    assert Certificate.objects.count() == 1
