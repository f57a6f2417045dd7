"""What the pages of certificates show, and what emission starts from."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from certificates.annulment_rules import Situation
from certificates.models import AnnulmentRequest, Certificate, CertificateState
from certificates.rules import Annulled
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


def approved_requests() -> QuerySet[AnnulmentRequest]:
    """Return the requests by which actions are to be emitted again, the latest last.

    None of an action that is emitted for the first time, or whose annulment is not
    approved.
    """
    return AnnulmentRequest.objects.filter(
        certificate__certification__state=CertificateState.REISSUE_APPROVED,
        decision__approved=True,
    ).order_by("pk")


def annulled_of(actions: Iterable[TrainingAction]) -> dict[int, Annulled]:
    """Return what was annulled of `actions` and is to be replaced, by their keys.

    One query.
    """
    rows = approved_requests().filter(certificate__certification__action__in=actions)
    found = rows.select_related("certificate__certification").defer(
        "certificate__snapshot"
    )
    return {
        one.certificate.certification.action_id: Annulled(
            number=one.certificate.number,
            reference=one.certificate.billing_reference,
            right_reference=one.right_reference,
        )
        for one in found
    }
