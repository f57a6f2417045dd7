"""Annulment: requested by the training body, answered once, all or nothing.

Source: domain.md, "Annulment"; seed 001, questions 130 and 131.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from certificates import annulment_mail
from certificates.annulment_rules import (
    Answer,
    Petition,
    against_annulment,
    against_answer,
    against_petition,
    against_request,
)
from certificates.models import (
    AnnulmentDecision,
    AnnulmentEvidence,
    AnnulmentRequest,
    Certificate,
    DecisionEvidence,
)
from certificates.refusal import Refusal
from certificates.rules import Notice
from certificates.selectors import situation_of
from courses.models import TrainingAction
from courses.services import unfreeze
from otec_portal.core import audit
from otec_portal.core.kept_documents import as_fields
from otec_portal.core.models import User
from otec_portal.core.uploads import Document

APPROVED, REJECTED = "annulment_approved", "annulment_rejected"  # in the audit trail


class AnnulmentRefused(Refusal):
    """This can't be requested or answered."""

    code = "annulment_refused"


@transaction.atomic
def request_annulment(
    certificate: Certificate,
    *,
    petition: Petition,
    evidence: Document,
    filename: str,
    by: User,
    at: datetime,
) -> AnnulmentRequest:
    """Ask the regional office to annul `certificate`, and write to it.

    Raises AnnulmentRefused.
    """
    action = _locked(certificate)
    today = timezone.localdate(at)
    situation = situation_of(certificate, action=action, today=today)
    notices = against_request(situation)
    fields = against_petition(situation, petition)
    if notices or fields:
        raise AnnulmentRefused(notices, fields=fields)
    certificate.certification.advance("request_annulment", at=at, by=str(by))
    made = AnnulmentRequest.objects.create(
        certificate=certificate,
        reason=petition.reason.strip(),
        right_reference=petition.right_reference.strip(),
        due_on=situation.due_on,
        by=by,
        at=at,
    )
    kept = AnnulmentEvidence.objects.create(
        request=made, **as_fields(evidence, filename)
    )
    audit.record(
        "certificates.annulment_requested",
        at=at,
        by=by,
        training_body=certificate.training_body,
        target=action,
        number=certificate.number,
        right_reference=made.right_reference,
        due_on=f"{made.due_on:%d-%m-%Y}",
        sha256=kept.sha256,
    )
    annulment_mail.tell_of_request(made, action=action, at=at)
    return made


@transaction.atomic
def decide(
    request: AnnulmentRequest,
    *,
    answer: Answer,
    by: User,
    at: datetime,
    evidence: Document | None = None,
    filename: str = "",
) -> AnnulmentDecision:
    """Answer `request`, once: approved, its action opens again; rejected is final.

    A `recorded` answer needs its `evidence`; after the term it still counts. Raises
    AnnulmentRefused.
    """
    action = _locked(request.certificate)
    _refuse_answer(request, answer, evidence, decision=action.decision, at=at)
    made = AnnulmentDecision.objects.create(
        request=request,
        approved=answer.approved,
        remarks=answer.remarks.strip(),
        recorded=answer.recorded,
        answered_on=answer.answered_on,
        by=by,
        at=at,
    )
    if evidence:
        DecisionEvidence.objects.create(decision=made, **as_fields(evidence, filename))
    move = "approve_reissue" if answer.approved else "reject_reissue"
    request.certificate.certification.advance(move, at=at, by=str(by))
    if answer.approved:
        unfreeze(action)
    _record(made, action, by=by, at=at)
    annulment_mail.withdraw_request(request, at=at)
    annulment_mail.tell_of_decision(made, action=action, at=at)
    if made.recorded:
        annulment_mail.tell_of_recorded(made, action=action, at=at)
    return made


def _locked(certificate: Certificate) -> TrainingAction:
    """Return the action, its row locked until commit, as an emission locks it."""
    rows = TrainingAction.objects.select_related("course__training_body")
    return rows.select_for_update(of=("self",)).get(
        certification=certificate.certification_id
    )


def _refuse_answer(
    request: AnnulmentRequest,
    answer: Answer,
    evidence: Document | None,
    *,
    decision: str,
    at: datetime,
) -> None:
    given = AnnulmentDecision.objects.filter(request=request).first()
    if given is not None:
        told = f"La solicitud ya fue {given} el {given.answered_on:%d-%m-%Y}."
        raise AnnulmentRefused([Notice("decided", told)])
    notices = list(against_annulment(decision)) if answer.approved else []
    fields = against_answer(
        answer,
        requested_on=timezone.localdate(request.at),
        today=timezone.localdate(at),
    )
    if answer.recorded and evidence is None:
        fields["evidence"] = Notice(
            "no_evidence", "Elige el documento en que la Dirección Regional respondió."
        )
    if notices or fields:
        raise AnnulmentRefused(notices, fields=fields)


def _record(
    made: AnnulmentDecision, action: TrainingAction, *, by: User, at: datetime
) -> None:
    certificate = made.request.certificate
    audit.record(
        "certificates.annulment_recorded"
        if made.recorded
        else "certificates.annulment_decided",
        at=at,
        by=by,
        training_body=certificate.training_body,
        target=action,
        number=certificate.number,
        answer=APPROVED if made.approved else REJECTED,
        answered_on=f"{made.answered_on:%d-%m-%Y}",
        remarks=made.remarks,
    )
