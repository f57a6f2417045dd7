"""Rows and steps that the tests of certificates share."""

from datetime import date
from typing import Any

from django.utils import timezone

from attendance.models import AttendanceTotal
from certificates.contents import digest_of
from certificates.facts import facts_of
from certificates.models import Certificate, Certification
from certificates.rules import Order
from certificates.services.emission import emit
from courses.models import TrainingAction
from courses.services import unfreeze
from otec_portal.core.models import TrainingBody, User
from tests.factories import NOW
from tests.factories.attendance import AttendanceTotalFactory
from tests.factories.core import UserFactory
from tests.factories.courses import (
    CompanyFactory,
    EnrolmentFactory,
    TrainingActionFactory,
)

TODAY = NOW.date()
ORDER = Order(billing_reference="F-1234")


def signing(body: TrainingBody) -> TrainingBody:
    """`body` with somebody authorised to sign."""
    body.signatory_name = "Rosa Firmante Autorizada"
    body.signatory_rut = "12345678-5"
    body.save()
    return body


def certifiable(
    body: TrainingBody, *, people: int = 2, **fields: Any
) -> TrainingAction:
    """An action of `body` whose certificate can be emitted today."""
    signing(body)
    action: TrainingAction = TrainingActionFactory(
        **{
            "course__training_body": body,
            "course__hours": 8,
            "company": CompanyFactory(training_body=body),
            "production": True,
            **fields,
        }
    )
    for number in range(people):
        attended(action, hours=8 - number)
    return action


def adjusted(action: TrainingAction) -> TrainingAction:
    """`action` with a minute added by hand to the percentage of its first."""
    total = AttendanceTotal.objects.filter(enrolment__action=action).earliest("pk")
    total.adjusted_seconds = 60
    total.save()
    return action


def attended(action: TrainingAction, *, hours: float) -> None:
    """One more participant of `action`, with `hours` of attendance."""
    AttendanceTotalFactory(
        enrolment=EnrolmentFactory(action=action),
        outside_seconds=int(hours * 3600),
        sessions=1,
    )


def seen_of(
    action: TrainingAction, *, order: Order = ORDER, today: date = TODAY
) -> str:
    """The digest of the summary of `order` as it would be shown `today`."""
    stored = TrainingAction.objects.select_related("course__training_body")
    facts = facts_of(
        stored.get(pk=action.pk), today=today, real_ends_on=order.real_ends_on
    )
    return digest_of(facts, order)


def emitted(
    action: TrainingAction,
    *,
    order: Order = ORDER,
    by: User | None = None,
    at: Any = NOW,
) -> Certificate:
    """The certificate of `action`, emitted by somebody who saw the summary."""
    seen = seen_of(action, order=order, today=timezone.localdate(at))
    return emit(action, order=order, seen=seen, by=by or UserFactory(), at=at)


def annulled(certificate: Certificate) -> None:
    """`certificate`, whose annulment was asked for and approved."""
    certification = Certification.objects.get(pk=certificate.certification_id)
    certification.advance("request_annulment", at=NOW)
    certification.advance("approve_reissue", at=NOW)
    unfreeze(certification.action)


def replaced(certificate: Certificate, *, at: Any = NOW) -> Certificate:
    """What was emitted in the place of `certificate` after its annulment."""
    annulled(certificate)
    action = Certification.objects.get(pk=certificate.certification_id).action
    return emitted(action, at=at)
