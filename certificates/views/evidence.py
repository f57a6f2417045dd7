"""Documents behind annulments; who opened which is written down (C14)."""

import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from certificates.models import AnnulmentEvidence, Certificate, DecisionEvidence
from otec_portal.core import audit
from otec_portal.core.downloads import kept_document
from otec_portal.core.kept_documents import KeptDocument
from otec_portal.core.permissions import OperatorRequest, Permission, operator

_OF_A_REQUEST = "request__certificate__certification__action"
_OF_A_DECISION = "decision__request__certificate__certification__action"


@never_cache
@require_GET
@operator(Permission.EMIT_CERTIFICATES)
def evidence(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """The document that was sent with a request."""
    mine = AnnulmentEvidence.objects.visible_to(request.membership)
    one = get_object_or_404(mine.select_related(_OF_A_REQUEST), public_id=public_id)
    return _handed_out(request, one, one.request.certificate)


@never_cache
@require_GET
@operator(Permission.EMIT_CERTIFICATES)
def decision_evidence(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """The document in which the regional office answered."""
    mine = DecisionEvidence.objects.visible_to(request.membership)
    one = get_object_or_404(mine.select_related(_OF_A_DECISION), public_id=public_id)
    return _handed_out(request, one, one.decision.request.certificate)


@never_cache
@require_GET
@operator(Permission.DECIDE_ANNULMENTS)
def office_evidence(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """The document that came with a request, for the office that answers it."""
    ours = AnnulmentEvidence.objects.submitted_to(request.membership)
    one = get_object_or_404(ours.select_related(_OF_A_REQUEST), public_id=public_id)
    return _handed_out(request, one, one.request.certificate)


@never_cache
@require_GET
@operator(Permission.DECIDE_ANNULMENTS)
def office_answer(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """The document with which an answer was recorded in the office's name."""
    ours = DecisionEvidence.objects.submitted_to(request.membership)
    one = get_object_or_404(ours.select_related(_OF_A_DECISION), public_id=public_id)
    return _handed_out(request, one, one.decision.request.certificate)


def _handed_out(
    request: OperatorRequest, one: KeptDocument, certificate: Certificate
) -> HttpResponse:
    audit.record(
        "certificates.evidence_opened",
        at=timezone.now(),
        by=request.user,
        training_body=certificate.training_body,
        target=certificate.certification.action,
        number=certificate.number,
        sha256=one.sha256,
    )
    return kept_document(one)
