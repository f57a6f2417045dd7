"""Annulment, from the request to the certificate that is emitted again."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from certificates import annulment_mail
from certificates.annulment_rules import Petition
from certificates.models import (
    AnnulmentEvidence,
    AnnulmentRequest,
    Certificate,
    CertificateState,
)
from certificates.selectors import annulled_of
from certificates.services.annulment import (
    AnnulmentRefused,
    request_annulment,
)
from certificates.services.emission import EmissionRefused
from certificates.snapshot import read
from courses.models import ActivityType, TrainingAction
from courses.services import ActionClosed, refuse_change
from otec_portal.core.models import (
    AuditEntry,
    Role,
    TrainingBody,
    TransitionLog,
    User,
)
from otec_portal.history import in_words
from tests.certificates.annulments import LATER, PAPER, RIGHT, WHY, answered, requested
from tests.certificates.desk import ORDER, certifiable, emitted
from tests.conftest import sign_in
from tests.factories import NOW
from tests.factories.core import UserFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def approved_reference(action: TrainingAction) -> str:
    """The number with which `action` is to be emitted again, "" where it is not."""
    annulled = annulled_of([action]).get(action.pk)
    return annulled.right_reference if annulled else ""


@pytest.fixture
def action(our_body: TrainingBody) -> TrainingAction:
    return certifiable(our_body)


@pytest.fixture
def certificate(action: TrainingAction) -> Certificate:
    return emitted(action)


@pytest.fixture
def somebody(our_body: TrainingBody) -> User:
    user: User = sign_in(our_body, Role.REGIONAL_ADMIN, "ML").membership.user
    return user


def state(certificate: Certificate) -> str:
    certificate.certification.refresh_from_db()
    return certificate.certification.state


def code_of(deed: Callable[[], object]) -> str:
    with pytest.raises(AnnulmentRefused) as refused:
        deed()
    return refused.value.code


def test_request_is_kept_whole_with_its_due_date(
    certificate: Certificate, somebody: User
) -> None:
    asked = requested(certificate, by=somebody)
    assert (asked.reason, asked.right_reference) == (WHY, RIGHT)
    # Monday 29 June 2026 is a holiday
    assert f"{asked.due_on:%Y-%m-%d}" == "2026-07-14"
    assert bytes(asked.evidence.content) == PAPER.content
    assert state(certificate) == CertificateState.ANNULMENT_REQUESTED


def test_request_is_in_the_history(certificate: Certificate, somebody: User) -> None:
    asked = requested(certificate, by=somebody)
    entry = AuditEntry.objects.get(action="certificates.annulment_requested")
    assert (entry.user, entry.data["sha256"]) == (somebody, asked.evidence.sha256)
    assert in_words(entry) == (
        "Solicitó anular el certificado N° 1-2026; el número correcto es F-4321"
    )
    log = TransitionLog.objects.latest("pk")
    assert (log.transition, log.by) == ("request_annulment", str(somebody))


def test_action_stays_closed_while_the_office_decides(
    certificate: Certificate, action: TrainingAction
) -> None:
    requested(certificate)
    action.refresh_from_db()
    with pytest.raises(ActionClosed):
        refuse_change(action)
    with pytest.raises(EmissionRefused) as refused:
        emitted(action)
    assert "in_validation" in [one.code for one in refused.value.notices]


@pytest.mark.parametrize(
    ("day", "refused"),
    [
        (datetime(2026, 9, 7, 2, 59, 59, tzinfo=UTC), False),  # 23:59:59 of day 60
        (datetime(2026, 9, 7, 3, 0, 0, tzinfo=UTC), True),
    ],
)
def test_request_ends_with_day_60_in_santiago(
    our_body: TrainingBody, day: datetime, refused: bool
) -> None:
    """The night of 5 to 6 September has no midnight: summer time begins."""
    ended = certifiable(our_body, ends_on=datetime(2026, 7, 8, tzinfo=UTC).date())
    certificate = emitted(ended)
    if refused:
        assert code_of(lambda: requested(certificate, at=day)) == "term_over"
    else:
        assert requested(certificate, at=day).pk


def test_term_of_a_partial_action_runs_from_its_real_end(
    our_body: TrainingBody,
) -> None:
    action = certifiable(
        our_body,
        activity_type=ActivityType.PARTIAL,
        starts_on=NOW.date() - 90 * DAY,
        ends_on=NOW.date(),
    )
    order = replace(ORDER, real_ends_on=NOW.date() - 30 * DAY)
    certificate = emitted(action, order=order)
    late = NOW + 31 * DAY
    assert code_of(lambda: requested(certificate, at=late)) == "term_over"
    requested(certificate, at=late - DAY)


def test_refused_request_leaves_nothing_behind(certificate: Certificate) -> None:
    assert code_of(lambda: requested(certificate, right="f-1234 ")) == "same_reference"
    assert not AnnulmentRequest.objects.exists()
    assert state(certificate) == CertificateState.ISSUED


def test_request_that_fails_at_the_end_leaves_nothing_behind(
    certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: Any, **__: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(annulment_mail, "tell_of_request", break_down)
    with pytest.raises(RuntimeError):
        requested(certificate)
    assert not AnnulmentEvidence.objects.exists()
    assert state(certificate) == CertificateState.ISSUED


def test_second_request_is_refused(certificate: Certificate) -> None:
    requested(certificate)
    assert code_of(lambda: requested(certificate)) == "requested"


def test_approval_opens_the_action_and_the_whole_circle_closes(
    certificate: Certificate, action: TrainingAction
) -> None:
    """Requested, approved, emitted again: a new number, the old one kept and named."""
    assert approved_reference(action) == ""
    asked = requested(certificate)
    assert approved_reference(action) == ""
    answered(asked)
    action.refresh_from_db()
    refuse_change(action)  # it may change again
    assert approved_reference(action) == RIGHT

    order = replace(ORDER, billing_reference=approved_reference(action))
    again = emitted(action, order=order, at=LATER)
    assert (again.number, again.billing_reference) == ("2-2026", RIGHT)
    assert again.replaces == certificate
    assert read(again.snapshot).replaces == "1-2026"
    assert state(certificate) == CertificateState.ISSUED
    assert approved_reference(action) == ""
    kept = Certificate.objects.get(pk=certificate.pk)
    assert (kept.billing_reference, kept.replaced_by) == ("F-1234", again)
    action.refresh_from_db()
    assert action.billing_reference == RIGHT
    with pytest.raises(ActionClosed):
        refuse_change(action)
    moves = TransitionLog.objects.filter(target_type="certificates.Certification")
    assert list(moves.order_by("pk").values_list("transition", flat=True)) == [
        "issue",
        "request_annulment",
        "approve_reissue",
        "reissue",
    ]


def test_certificate_emitted_again_can_be_annulled_but_not_the_one_it_replaced(
    certificate: Certificate, action: TrainingAction
) -> None:
    answered(requested(certificate))
    order = replace(ORDER, billing_reference=RIGHT)
    again = emitted(action, order=order, at=LATER)
    assert code_of(lambda: requested(certificate, at=LATER)) == "replaced"
    answered(requested(again, right="F-3", at=LATER))
    assert approved_reference(action) == "F-3"


def test_rejection_is_definitive(
    certificate: Certificate, action: TrainingAction
) -> None:
    answered(requested(certificate), approved=False)
    assert state(certificate) == CertificateState.ANNULMENT_REJECTED
    assert code_of(lambda: requested(certificate, at=LATER)) == "rejected"
    action.refresh_from_db()
    with pytest.raises(ActionClosed):
        refuse_change(action)
    with pytest.raises(EmissionRefused) as refused:
        emitted(action)
    assert "rejected" in [one.code for one in refused.value.notices]
    assert approved_reference(action) == ""


def test_words_are_kept_without_the_spaces_around_them(
    certificate: Certificate,
) -> None:
    asked = request_annulment(
        certificate,
        petition=Petition(reason=f"  {WHY} ", right_reference=" F-9 "),
        evidence=PAPER,
        filename="factura.pdf",
        by=UserFactory(),
        at=NOW,
    )
    assert (asked.reason, asked.right_reference) == (WHY, "F-9")
