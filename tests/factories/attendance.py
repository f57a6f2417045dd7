"""Sessions, answers, classes and reconciliations for tests."""

from datetime import timedelta
from typing import Any

import factory
from factory.django import DjangoModelFactory

from attendance.models import (
    Adjustment,
    AdjustmentEvidence,
    AlertSubject,
    AttendanceTotal,
    CallbackKind,
    ClassState,
    ClassTime,
    Clock,
    ExportSighting,
    ExportUpload,
    LeftOutLine,
    MarkTurn,
    OperatorAlert,
    Receipt,
    Reconciliation,
    ReconciliationNote,
    SenceExport,
    SenceFigure,
    SenceMark,
    SenceSession,
    SenceToken,
    SessionState,
    TrainingClass,
)
from courses.models import Environment, Line
from otec_portal.core.rut import with_check_digit
from tests.factories import NOW, SESSION_MAX
from tests.factories.core import TrainingBodyFactory, UserFactory
from tests.factories.courses import EnrolmentFactory, TrainingActionFactory


class SenceSessionFactory(DjangoModelFactory[SenceSession]):
    """A session just handed out at NOW; traits move it along its life."""

    class Meta:
        model = SenceSession

    class Params:
        opened = factory.Trait(
            state=SessionState.OPEN,
            opened_at=factory.SelfAttribute("started_at"),
            opened_clock=Clock.SENCE,
            expires_at=factory.LazyAttribute(lambda one: one.opened_at + SESSION_MAX),
            sence_id=factory.Sequence("sence-{}".format),
        )
        closing = factory.Trait(
            opened=True,
            state=SessionState.CLOSING,
            close_handed_at=factory.SelfAttribute("started_at"),
        )
        closed = factory.Trait(
            closing=True,
            state=SessionState.CLOSED,
            closed_at=factory.LazyAttribute(
                lambda one: one.opened_at + timedelta(hours=1)
            ),
            closed_clock=Clock.SENCE,
            expires_at=factory.LazyAttribute(
                lambda one: max(one.opened_at + SESSION_MAX, one.closed_at)
            ),
        )
        expired = factory.Trait(closing=True, state=SessionState.EXPIRED)
        failed = factory.Trait(state=SessionState.FAILED)
        abandoned = factory.Trait(state=SessionState.ABANDONED)

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> SenceSession:
        """Made in production it marks its action, as the service does."""
        action = kwargs["enrolment"].action
        if kwargs["environment"] == Environment.PRODUCTION:
            action.environment = Environment.PRODUCTION
            action.production_used_at = action.production_used_at or NOW
            action.save(update_fields=["environment", "production_used_at"])
        made: SenceSession = super()._create(model_class, *args, **kwargs)
        return made

    enrolment = factory.SubFactory(EnrolmentFactory)
    training_body = factory.SelfAttribute("enrolment.action.course.training_body")
    token = factory.LazyAttribute(
        lambda one: SenceToken.objects.filter(
            training_body=one.enrolment.action.course.training_body
        ).first()
    )
    environment = factory.SelfAttribute("enrolment.action.environment")
    otec_rut = factory.SelfAttribute("enrolment.action.course.training_body.rut")
    run = factory.SelfAttribute("enrolment.participant.run")
    sence_code = factory.LazyAttribute(
        lambda one: (
            ""
            if one.line == Line.SOCIAL_PROGRAMMES
            else one.enrolment.action.course.sence_code
        )
    )
    action_code = factory.SelfAttribute("enrolment.action.action_code")
    line = factory.SelfAttribute("enrolment.action.line")
    started_at = NOW
    start_by = factory.LazyAttribute(lambda one: one.started_at + timedelta(minutes=15))


class OperatorAlertFactory(DjangoModelFactory[OperatorAlert]):
    class Meta:
        model = OperatorAlert

    training_body = factory.SubFactory(TrainingBodyFactory)
    subject = AlertSubject.TOKENS
    cause = factory.Sequence("cause:{}".format)
    title = "El token no está vigente."
    next_step = "Pide un token nuevo."
    first_at = NOW
    last_at = NOW


class ReceiptFactory(DjangoModelFactory[Receipt]):
    """An empty callback of a session, received at NOW, not yet decided."""

    class Meta:
        model = Receipt

    session = factory.SubFactory(SenceSessionFactory)
    kind = CallbackKind.START_CONFIRMED
    received_at = NOW
    body = b""
    length = 0


class TrainingClassFactory(DjangoModelFactory[TrainingClass]):
    """A class in course since NOW; traits move it along its life."""

    class Meta:
        model = TrainingClass

    class Params:
        ended = factory.Trait(
            state=ClassState.ENDED,
            ended_at=factory.LazyAttribute(lambda one: one.started_at + SESSION_MAX),
        )
        annulled = factory.Trait(
            state=ClassState.ANNULLED,
            annulled_at=factory.SelfAttribute("started_at"),
            annulled_by=factory.SelfAttribute("facilitator"),
            annulment_reason="Era de otra acción.",
        )

    action = factory.SubFactory(TrainingActionFactory)
    facilitator = factory.SubFactory(UserFactory)
    started_at = NOW


class AdjustmentFactory(DjangoModelFactory[Adjustment]):
    """Ten minutes added at NOW."""

    class Meta:
        model = Adjustment

    enrolment = factory.SubFactory(EnrolmentFactory)
    seconds = 600
    reason = "El facilitador certificó su presencia."
    by = factory.SubFactory(UserFactory)
    at = NOW


class AdjustmentEvidenceFactory(DjangoModelFactory[AdjustmentEvidence]):
    """A document that says it is a PDF."""

    class Meta:
        model = AdjustmentEvidence

    adjustment = factory.SubFactory(AdjustmentFactory)
    name = "libro firmado.pdf"
    kind = "application/pdf"
    content = b"%PDF-1.7"
    sha256 = "0" * 64
    size = 8


class AttendanceTotalFactory(DjangoModelFactory[AttendanceTotal]):
    class Meta:
        model = AttendanceTotal

    enrolment = factory.SubFactory(EnrolmentFactory)


class ClassTimeFactory(DjangoModelFactory[ClassTime]):
    class Meta:
        model = ClassTime

    action = factory.SubFactory(TrainingActionFactory)


class ExportUploadFactory(DjangoModelFactory[ExportUpload]):
    """An empty file of SENCE's, uploaded at NOW."""

    class Meta:
        model = ExportUpload

    action = factory.SubFactory(TrainingActionFactory)
    by = factory.SubFactory(UserFactory)
    filename = "conectividad.csv"
    content = b""
    created_at = NOW
    expires_at = NOW + timedelta(hours=12)


class SenceExportFactory(DjangoModelFactory[SenceExport]):
    """A detail of connectivity of all participants, accepted at NOW."""

    class Meta:
        model = SenceExport

    action = factory.SubFactory(TrainingActionFactory)
    kind = "detail"
    filename = "conectividad.csv"
    content = b""
    sha256 = factory.Sequence("{:064x}".format)
    digest = factory.Sequence("{:064x}".format)
    rows = 1
    by = factory.SubFactory(UserFactory)
    at = NOW


class ExportSightingFactory(DjangoModelFactory[ExportSighting]):
    """An export taken in again at NOW."""

    class Meta:
        model = ExportSighting

    export = factory.SubFactory(SenceExportFactory)
    by = factory.SubFactory(UserFactory)
    at = NOW


class LeftOutLineFactory(DjangoModelFactory[LeftOutLine]):
    """A line whose end can't be read."""

    class Meta:
        model = LeftOutLine

    export = factory.SubFactory(SenceExportFactory)
    number = factory.Sequence(lambda n: n + 2)
    run = factory.Sequence(lambda n: with_check_digit(42_000_000 + n))
    why = "La hora de fin «07h00» no se entiende."


class SenceMarkFactory(DjangoModelFactory[SenceMark]):
    """A mark of one hour in SENCE's export, from NOW on."""

    class Meta:
        model = SenceMark

    export = factory.SubFactory(SenceExportFactory)
    action = factory.SelfAttribute("export.action")
    number = factory.Sequence(lambda n: n + 2)
    run = factory.Sequence(lambda n: with_check_digit(42_000_000 + n))
    starts_at = NOW
    ends_at = NOW + timedelta(hours=1)


class MarkTurnFactory(DjangoModelFactory[MarkTurn]):
    """A whole list that no longer has the mark."""

    class Meta:
        model = MarkTurn

    mark = factory.SubFactory(SenceMarkFactory)
    gone = True
    at = NOW


class SenceFigureFactory(DjangoModelFactory[SenceFigure]):
    """One person in a list of percentages."""

    class Meta:
        model = SenceFigure

    export = factory.SubFactory(SenceExportFactory, kind="percentages")
    number = factory.Sequence(lambda n: n + 2)
    run = factory.Sequence(lambda n: with_check_digit(42_000_000 + n))
    value = 80


class ReconciliationFactory(DjangoModelFactory[Reconciliation]):
    """A session found in SENCE's export at NOW."""

    class Meta:
        model = Reconciliation

    session = factory.SubFactory(SenceSessionFactory, closed=True)
    mark = factory.SubFactory(
        SenceMarkFactory,
        export__action=factory.SelfAttribute("...session.enrolment.action"),
    )
    by = factory.SubFactory(UserFactory)
    at = NOW


class ReconciliationNoteFactory(DjangoModelFactory[ReconciliationNote]):
    """A note on a session, at NOW."""

    class Meta:
        model = ReconciliationNote

    session = factory.SubFactory(SenceSessionFactory, closed=True)
    action = factory.SelfAttribute("session.enrolment.action")
    text = "SENCE contestó que la sesión no quedó cerrada."
    by = factory.SubFactory(UserFactory)
    at = NOW
