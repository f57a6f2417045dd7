"""What the ladder of an action needs to know of its certificate (courses.ladder)."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from django.db.models import OuterRef, QuerySet, Subquery

from certificates.models import AnnulmentRequest, CertificateState, Certification
from courses.ladder import Emission, Known

EMISSIONS: Final = {
    CertificateState.PENDING: Emission.PENDING,
    CertificateState.ISSUED: Emission.ISSUED,
    CertificateState.ANNULMENT_REQUESTED: Emission.REQUESTED,
    CertificateState.REISSUE_APPROVED: Emission.APPROVED,
    CertificateState.ANNULMENT_REJECTED: Emission.REJECTED,
}


def known_of(actions: Iterable[int]) -> Mapping[int, Known]:
    """Return what became of the certificates of `actions`, by their keys. One query.

    An action without a row has none yet.
    """
    waiting = AnnulmentRequest.objects.filter(
        certificate__certification=OuterRef("pk"), decision=None
    )
    rows = Certification.objects.filter(action__in=list(actions)).annotate(
        answer_due_on=Subquery(waiting.values("due_on")[:1])
    )
    return {
        action: Known(EMISSIONS[CertificateState(state)], due_on)
        for action, state, due_on in rows.values_list(
            "action", "state", "answer_due_on"
        )
    }


def answers_due(first: date, last: date) -> QuerySet[Any, Any]:
    """Return the keys of actions for whose annulment an answer is due in this span."""
    waiting = AnnulmentRequest.objects.filter(
        decision=None, due_on__range=(first, last)
    )
    return waiting.values("certificate__certification__action")
