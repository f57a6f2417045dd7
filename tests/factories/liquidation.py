"""Declarations and requests out of term for tests."""

import factory
from factory.django import DjangoModelFactory

from liquidation.models import (
    Declaration,
    DeclarationDocument,
    DeclarationReminder,
    DeclarationReport,
    DeclarationState,
    GcaList,
    OutOfTermAnswer,
    OutOfTermRequest,
    Source,
)
from tests.factories import NOW
from tests.factories.core import OutgoingEmailFactory, UserFactory
from tests.factories.courses import EnrolmentFactory, TrainingActionFactory


class DeclarationFactory(DjangoModelFactory[Declaration]):
    """A participant's declaration, issued at NOW; `of_otec`: the OTEC's own."""

    class Meta:
        model = Declaration

    class Params:
        of_otec = factory.Trait(enrolment=None, number="")

    enrolment = factory.SubFactory(EnrolmentFactory)
    action = factory.LazyAttribute(
        lambda one: one.enrolment.action if one.enrolment else TrainingActionFactory()
    )
    state = DeclarationState.ISSUED
    number = ""
    source = Source.BY_HAND
    recorded_at = NOW


class DeclarationReportFactory(DjangoModelFactory[DeclarationReport]):
    """What the PDF of the OTEC's declaration said."""

    class Meta:
        model = DeclarationReport

    declaration = factory.SubFactory(DeclarationFactory, of_otec=True)
    state = DeclarationState.ISSUED
    source = Source.PDF
    by = factory.SubFactory(UserFactory)
    at = NOW


class DeclarationDocumentFactory(DjangoModelFactory[DeclarationDocument]):
    """The PDF of the OTEC's declaration of `action`."""

    class Meta:
        model = DeclarationDocument
        exclude = ("action",)

    action = factory.SubFactory(TrainingActionFactory)
    report = factory.SubFactory(
        DeclarationReportFactory,
        declaration__action=factory.SelfAttribute("...action"),
    )
    name = "dj.pdf"
    content = b"%PDF-1.7"
    sha256 = "0" * 64
    size = 8
    pages = 1


class DeclarationReminderFactory(DjangoModelFactory[DeclarationReminder]):
    """A reminder of NOW."""

    class Meta:
        model = DeclarationReminder

    enrolment = factory.SubFactory(EnrolmentFactory)
    on = NOW.date()
    mail = factory.SubFactory(OutgoingEmailFactory)
    by = factory.SubFactory(UserFactory)
    at = NOW


class OutOfTermRequestFactory(DjangoModelFactory[OutOfTermRequest]):
    """A request of the day of NOW, with its document."""

    class Meta:
        model = OutOfTermRequest

    action = factory.SubFactory(TrainingActionFactory)
    requested_on = NOW.date()
    reason = "Un incendio cerró la oficina."
    name = "solicitud.pdf"
    kind = "application/pdf"
    content = b"%PDF-1.7"
    sha256 = "0" * 64
    size = 8
    by = factory.SubFactory(UserFactory)
    at = NOW


class OutOfTermAnswerFactory(DjangoModelFactory[OutOfTermAnswer]):
    """The regional office accepted on the day of NOW."""

    class Meta:
        model = OutOfTermAnswer

    request = factory.SubFactory(OutOfTermRequestFactory)
    accepted = True
    answered_on = NOW.date()
    name = "respuesta.pdf"
    kind = "application/pdf"
    content = b"%PDF-1.7"
    sha256 = "1" * 64
    size = 8
    by = factory.SubFactory(UserFactory)
    at = NOW


class GcaListFactory(DjangoModelFactory[GcaList]):
    """A list copied from GCA at NOW."""

    class Meta:
        model = GcaList

    action = factory.SubFactory(TrainingActionFactory)
    text = "12.345.678-5\tAna Soto\t1\tEmitida"
    sha256 = factory.Sequence("{:064x}".format)
    by = factory.SubFactory(UserFactory)
    at = NOW
