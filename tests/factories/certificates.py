"""Certificates, annulments and batches for tests."""

from datetime import datetime
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from certificates.contents import digest_of
from certificates.facts import facts_of
from certificates.models import (
    AnnulmentDecision,
    AnnulmentEvidence,
    AnnulmentRequest,
    BatchItem,
    Certificate,
    CertificateFile,
    CertificateSeries,
    CertificateState,
    Certification,
    DecisionEvidence,
    EmissionBatch,
)
from certificates.rules import Order
from certificates.services.emission import emit
from certificates.snapshot import Certified, Named, Snapshot, digest
from courses.models import TrainingAction
from courses.terms import ANSWER
from otec_portal.core.business_days import add_business_days
from otec_portal.core.models import User
from otec_portal.core.rut import with_check_digit
from tests.factories import NOW
from tests.factories.attendance import AttendanceTotalFactory
from tests.factories.core import TrainingBodyFactory, UserFactory
from tests.factories.courses import CompanyFactory, TrainingActionFactory


class CertificationFactory(DjangoModelFactory[Certification]):
    """An action in production whose certificate is issued."""

    class Meta:
        model = Certification

    action = factory.SubFactory(TrainingActionFactory, production=True)
    state = CertificateState.ISSUED


class CertificateSeriesFactory(DjangoModelFactory[CertificateSeries]):
    class Meta:
        model = CertificateSeries

    training_body = factory.SubFactory(TrainingBodyFactory)
    year = NOW.year
    last = 1


def snapshot_of(one: Any) -> str:
    """What a certificate of CertificateFactory certifies: one participant, 100 %."""
    action, course = one.certification.action, one.certification.action.course
    body = Named(one.training_body.name, one.training_body.rut)
    return Snapshot(
        number=f"{one.sequence}-{one.year}",
        code=one.code,
        address=f"https://portal.example/v/{one.code}/",
        replaces=one.replaces.number if one.replaces else "",
        issued_on=one.issued_on,
        issued_at=one.issued_at,
        programme="Impulsa Personas",
        activity="Actividad dentro del año calendario",
        training_body=body,
        company=None,
        intermediary=None,
        course=course.name,
        sence_code=course.sence_code,
        action_code=action.action_code,
        hours="40",
        starts_on=action.starts_on,
        ends_on=action.ends_on,
        real_starts_on=None,
        real_ends_on=None,
        billing_reference=one.billing_reference,
        justification="",
        signatory=body,
        emitter=Named(one.by.full_name, one.by.rut),
        participants=[Certified(with_check_digit(45_000_000), "Ñusta Soto", 100)],
    ).text


_AS_LETTERS = str.maketrans("0123456789", "ABCDEFGHJK")


class CertificateFactory(DjangoModelFactory[Certificate]):
    """A certificate emitted at NOW with a wrong invoice number."""

    class Meta:
        model = Certificate

    certification = factory.SubFactory(CertificationFactory)
    training_body = factory.SelfAttribute("certification.action.course.training_body")
    year = NOW.year
    sequence = factory.Sequence(lambda n: n + 1)
    code = factory.Sequence(lambda n: "TEST" + f"{n:08}".translate(_AS_LETTERS))
    replaces = None
    billing_reference = "F-1234"
    by = factory.SubFactory(UserFactory)
    issued_on = NOW.date()
    issued_at = NOW
    snapshot = factory.LazyAttribute(snapshot_of)
    sha256 = factory.LazyAttribute(lambda one: digest(one.snapshot))


class CertificateFileFactory(DjangoModelFactory[CertificateFile]):
    """A file that says it is a PDF."""

    class Meta:
        model = CertificateFile

    certificate = factory.SubFactory(CertificateFactory)
    content = b"%PDF-1.7"
    sha256 = "0" * 64
    size = 8
    renderer = "a test"
    made_at = NOW


class AnnulmentRequestFactory(DjangoModelFactory[AnnulmentRequest]):
    """Sent at NOW, to be answered 20 business days later."""

    class Meta:
        model = AnnulmentRequest

    certificate = factory.SubFactory(
        CertificateFactory,
        certification__state=CertificateState.ANNULMENT_REQUESTED,
    )
    reason = "La factura se emitió con otro número."
    right_reference = "F-4321"
    due_on = factory.LazyAttribute(lambda one: add_business_days(one.at.date(), ANSWER))
    by = factory.SubFactory(UserFactory)
    at = NOW


class AnnulmentEvidenceFactory(DjangoModelFactory[AnnulmentEvidence]):
    """A document that says it is a PDF."""

    class Meta:
        model = AnnulmentEvidence

    request = factory.SubFactory(AnnulmentRequestFactory)
    name = "factura correcta.pdf"
    kind = "application/pdf"
    content = b"%PDF-1.7"
    sha256 = "0" * 64
    size = 8


class AnnulmentDecisionFactory(DjangoModelFactory[AnnulmentDecision]):
    """An approval by the regional office's account, at NOW."""

    class Meta:
        model = AnnulmentDecision

    class Params:
        rejected = factory.Trait(
            approved=False,
            remarks="La factura adjunta es de otra acción.",
            decided=CertificateState.ANNULMENT_REJECTED,
        )
        decided = CertificateState.REISSUE_APPROVED

    request = factory.SubFactory(
        AnnulmentRequestFactory,
        certificate__certification__state=factory.SelfAttribute("....decided"),
    )
    approved = True
    recorded = False
    answered_on = NOW.date()
    by = factory.SubFactory(UserFactory)
    at = NOW


class DecisionEvidenceFactory(DjangoModelFactory[DecisionEvidence]):
    """The office's answer on paper, recorded by the training body."""

    class Meta:
        model = DecisionEvidence

    decision = factory.SubFactory(AnnulmentDecisionFactory, recorded=True)
    name = "respuesta.pdf"
    kind = "application/pdf"
    content = b"%PDF-1.7"
    sha256 = "0" * 64
    size = 8


class EmissionBatchFactory(DjangoModelFactory[EmissionBatch]):
    """Accepted at NOW, with nothing in it."""

    class Meta:
        model = EmissionBatch

    training_body = factory.SubFactory(TrainingBodyFactory)
    by = factory.SubFactory(UserFactory)
    at = NOW


class BatchItemFactory(DjangoModelFactory[BatchItem]):
    """An action that waits for its emission."""

    class Meta:
        model = BatchItem

    batch = factory.SubFactory(EmissionBatchFactory)
    action = factory.SubFactory(
        TrainingActionFactory,
        course__training_body=factory.SelfAttribute("...batch.training_body"),
        production=True,
    )
    billing_reference = "F-1234"
    seen = "0" * 64


class CertifiableActionFactory(TrainingActionFactory):
    """Its certificate can be emitted at NOW: somebody attended, somebody signs."""

    production = True
    course__hours = 8
    company = factory.SubFactory(
        CompanyFactory,
        training_body=factory.SelfAttribute("..course.training_body"),
    )

    class Meta:
        skip_postgeneration_save = True

    @factory.post_generation
    def people(self: TrainingAction, create: bool, extracted: int | None) -> None:
        """One participant with all hours, or as many as are asked for."""
        body = self.course.training_body
        body.signatory_name = body.signatory_name or "Rosa Firmante Autorizada"
        body.signatory_rut = body.signatory_rut or "12345678-5"
        body.save()
        for _ in range(1 if extracted is None else extracted):
            AttendanceTotalFactory(
                enrolment__action=self, outside_seconds=8 * 3600, sessions=1
            )


class EmittedCertificateFactory(DjangoModelFactory[Certificate]):
    """Emitted by the service, at NOW; its PDF is still to be made."""

    class Meta:
        model = Certificate

    action = factory.SubFactory(CertifiableActionFactory)
    by = factory.SubFactory(UserFactory)
    at = NOW
    billing_reference = "F-1234"

    @classmethod
    def _create(cls, model_class: object, **given: object) -> Certificate:
        return _emitted(**given)


def _emitted(
    action: TrainingAction, by: User, at: datetime, billing_reference: str
) -> Certificate:
    stored = TrainingAction.objects.select_related("course__training_body")
    seen = facts_of(stored.get(pk=action.pk), today=timezone.localdate(at))
    order = Order(billing_reference=billing_reference)
    return emit(
        action,
        order=order,
        seen=digest_of(seen, order),
        by=by,
        at=at,
    )
