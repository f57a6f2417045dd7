"""The answer to a request: once, in time or late, by the office or on paper."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from certificates.models import (
    AnnulmentDecision,
    Certificate,
    CertificateState,
    DecisionEvidence,
)
from certificates.services.annulment import AnnulmentRefused, decide
from otec_portal.core.models import AuditEntry, TrainingBody
from otec_portal.history import in_words
from tests.certificates.annulments import (
    LATER,
    PAPER,
    answer_of,
    answered,
    recorded,
    requested,
)
from tests.certificates.desk import certifiable, emitted
from tests.factories import NOW
from tests.factories.core import UserFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def certificate(our_body: TrainingBody) -> Certificate:
    return emitted(certifiable(our_body))


def state(certificate: Certificate) -> str:
    certificate.certification.refresh_from_db()
    return certificate.certification.state


def code_of(deed: Callable[[], object]) -> str:
    with pytest.raises(AnnulmentRefused) as refused:
        deed()
    return refused.value.code


def test_second_answer_is_refused_and_says_which_was_given(
    certificate: Certificate,
) -> None:
    asked = requested(certificate)
    answered(asked)
    with pytest.raises(AnnulmentRefused) as refused:
        answered(asked, approved=False)
    assert refused.value.code == "decided"
    assert "aprobada el 18-06-2026" in refused.value.message
    assert AnnulmentDecision.objects.get().approved


def test_answer_after_the_term_still_counts_and_is_late(
    certificate: Certificate,
) -> None:
    asked = requested(certificate)
    in_time = datetime(2026, 7, 14, 20, tzinfo=UTC)
    late = answered(asked, at=in_time + DAY)
    assert late.is_late
    assert state(certificate) == CertificateState.REISSUE_APPROVED


def test_answer_on_its_last_day_is_not_late(certificate: Certificate) -> None:
    asked = requested(certificate)
    assert not answered(asked, at=datetime(2026, 7, 14, 20, tzinfo=UTC)).is_late


def test_recorded_answer_is_kept_with_its_document(
    certificate: Certificate,
) -> None:
    made = recorded(requested(certificate), answered_on=NOW.date() + DAY)
    kept = DecisionEvidence.objects.get()
    assert (kept.decision, bytes(kept.content)) == (made, PAPER.content)
    assert made.answered_on == NOW.date() + DAY
    entry = AuditEntry.objects.get(action="certificates.annulment_recorded")
    assert in_words(entry) == (
        "Registró la respuesta de la Dirección Regional por el certificado N° 1-2026: "
        "aprobada el 16-06-2026"
    )


def test_recorded_answer_without_its_document_is_refused(
    certificate: Certificate,
) -> None:
    asked = requested(certificate)
    answer = answer_of(recorded=True)
    assert (
        code_of(lambda: decide(asked, answer=answer, by=UserFactory(), at=LATER))
        == "no_evidence"
    )
    assert not AnnulmentDecision.objects.exists()


@pytest.mark.parametrize("days", [-1, 4])
def test_recorded_answer_of_an_impossible_day_is_refused(
    certificate: Certificate, days: int
) -> None:
    asked = requested(certificate)
    day = NOW.date() + days * DAY
    assert code_of(lambda: recorded(asked, answered_on=day)) == "answered_outside"


def test_office_decision_is_in_the_history_of_the_training_body(
    certificate: Certificate, our_body: TrainingBody
) -> None:
    official = UserFactory(full_name="Oficial Regional")
    answered(requested(certificate), by=official, approved=False)
    entry = AuditEntry.objects.get(action="certificates.annulment_decided")
    assert (entry.user, entry.training_body) == (official, our_body)
    assert in_words(entry).endswith("del certificado N° 1-2026: rechazada")
    assert entry.data["remarks"] == "La factura adjunta es de otra acción."
