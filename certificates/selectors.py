"""What the pages of certificates show, and what emission starts from."""

from datetime import date

from certificates.annulment_rules import Situation
from certificates.models import AnnulmentRequest, Certificate, CertificateState
from courses.models import TrainingAction


def situation_of(
    certificate: Certificate, *, action: TrainingAction, today: date
) -> Situation:
    """Return what the rules of annulments need to know, as the database has it now."""
    later = Certificate.objects.filter(replaces=certificate).first()
    certification = certificate.certification
    certification.refresh_from_db(fields=["state"])
    return Situation(
        state=CertificateState(certification.state),
        reference=certificate.billing_reference,
        replaced_by=later.number if later else "",
        decision=action.decision,
        terms=action.terms(),
        today=today,
    )


def proposed_reference(action: TrainingAction) -> str:
    """Return the right number of the annulment by which `action` is emitted again.

    "" where it is emitted for the first time, or where that is not approved.
    """
    approved = AnnulmentRequest.objects.filter(
        certificate__certification__action=action,
        certificate__certification__state=CertificateState.REISSUE_APPROVED,
        decision__approved=True,
    )
    latest = approved.order_by("-pk").first()
    return latest.right_reference if latest else ""
