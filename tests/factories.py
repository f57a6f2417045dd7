"""Rows for tests: valid by default, moved along their life by traits."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import factory
from django.utils import timezone
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
    ExportUpload,
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
from certificates.annulment_rules import ANSWER
from certificates.facts import digest_of, facts_of
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
from courses.feeds import hash_of
from courses.ladder import Kind
from courses.models import (
    ActivityType,
    CalendarFeed,
    Company,
    Course,
    Enrolment,
    Environment,
    Intermediary,
    Line,
    LinkDelivery,
    LinkWay,
    Participant,
    Reminder,
    ReminderDigest,
    ReminderLine,
    ReminderSettings,
    ReminderSilence,
    RosterImport,
    RosterUpload,
    TrainingAction,
)
from courses.notices import KINDS
from courses.roster.journal import Journal
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
from otec_portal.core.business_days import add_business_days
from otec_portal.core.models import Membership, OutgoingEmail, Role, TrainingBody, User
from otec_portal.core.rut import with_check_digit

NOW = datetime(2026, 6, 15, 15, 0, 0, tzinfo=UTC)  # 11:00:00 in Santiago
TICK = timedelta(microseconds=1)  # the least by which a limit can be passed
SESSION_MAX = timedelta(hours=3)
SECRET = "5e7ec0de-1111-4222-8333-abcdefabcdef"
PASSWORD = "una-clave-de-prueba-9"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    rut = factory.Sequence(lambda n: with_check_digit(47_000_000 + n))
    full_name = factory.Sequence("Persona Número {}".format)
    email = factory.Sequence("persona{}@otec.example".format)

    @factory.post_generation
    def password(self: User, create: bool, extracted: str | None) -> None:
        self.set_password(extracted or PASSWORD)
        self.save()


class TrainingBodyFactory(DjangoModelFactory[TrainingBody]):
    class Meta:
        model = TrainingBody

    rut = factory.Sequence(lambda n: with_check_digit(46_000_000 + n))
    name = factory.Sequence("OTEC Número {}".format)
    region = "ML"


class MembershipFactory(DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    training_body = factory.SubFactory(TrainingBodyFactory)
    role = Role.NATIONAL_ADMIN


class SenceTokenFactory(DjangoModelFactory[SenceToken]):
    class Meta:
        model = SenceToken

    training_body = factory.SubFactory(TrainingBodyFactory)
    label = "Token de prueba"
    secret = SECRET
    last4 = factory.LazyAttribute(lambda token: token.secret[-4:])
    created_at = NOW


class CourseFactory(DjangoModelFactory[Course]):
    class Meta:
        model = Course

    training_body = factory.SubFactory(TrainingBodyFactory)
    sence_code = factory.Sequence(lambda n: f"{1_238_000_000 + n}")
    name = "Operación de grúa horquilla"
    hours = 40


class TrainingActionFactory(DjangoModelFactory[TrainingAction]):
    """In execution around NOW, line 3, in SENCE's test environment."""

    class Meta:
        model = TrainingAction

    class Params:
        production = factory.Trait(environment=Environment.PRODUCTION)
        partial = factory.Trait(activity_type=ActivityType.PARTIAL)
        social = factory.Trait(
            line=Line.SOCIAL_PROGRAMMES,
            action_code=factory.Sequence("RLAB-26-02-08-{:04d}-1".format),
        )

    course = factory.SubFactory(CourseFactory)
    action_code = factory.Sequence(lambda n: f"{6_000_000 + n}")
    line = Line.TAX_FRANCHISE
    environment = Environment.TEST
    starts_on = NOW.date() - timedelta(days=10)
    ends_on = NOW.date() + timedelta(days=20)
    region = "ML"
    course_url = "https://aula.otec.example/curso"


class ComplementaryFactory(TrainingActionFactory):
    """Next year's part of a partial action."""

    related_action = factory.SubFactory(TrainingActionFactory, partial=True)
    course = factory.SelfAttribute("related_action.course")
    company = factory.SelfAttribute("related_action.company")
    activity_type = ActivityType.COMPLEMENTARY
    starts_on = date(NOW.year + 1, 1, 4)
    ends_on = date(NOW.year + 1, 3, 26)


class CalendarFeedFactory(DjangoModelFactory[CalendarFeed]):
    """An address whose secret is known here."""

    class Meta:
        model = CalendarFeed

    class Params:
        secret = factory.Sequence("secreto-{}".format)

    membership = factory.SubFactory(MembershipFactory)
    secret_hash = factory.LazyAttribute(lambda feed: hash_of(feed.secret))
    made_at = NOW


class ReminderSettingsFactory(DjangoModelFactory[ReminderSettings]):
    """A training body that wants fewer notices than the usual."""

    class Meta:
        model = ReminderSettings

    training_body = factory.SubFactory(TrainingBodyFactory)
    notices = [3, 0]
    kinds = [kind.value for kind in KINDS]
    roles = [Role.NATIONAL_ADMIN.value, Role.REGIONAL_ADMIN.value]


class ReminderSilenceFactory(DjangoModelFactory[ReminderSilence]):
    class Meta:
        model = ReminderSilence

    membership = factory.SubFactory(MembershipFactory)
    since = NOW


class ReminderFactory(DjangoModelFactory[Reminder]):
    """That the ordinary term ends in three days."""

    class Meta:
        model = Reminder

    user = factory.SubFactory(UserFactory)
    action = factory.SubFactory(TrainingActionFactory, production=True)
    kind = Kind.ORDINARY.value
    step_on = factory.LazyAttribute(lambda one: one.action.terms().ordinary_until)
    notice = 3
    noted_on = NOW.date()


class ReminderDigestFactory(DjangoModelFactory[ReminderDigest]):
    """A digest whose mail waits in the queue."""

    class Meta:
        model = ReminderDigest

    training_body = factory.SubFactory(TrainingBodyFactory)
    user = factory.SubFactory(UserFactory)
    on = NOW.date()
    edition = 1
    mail = factory.LazyAttribute(
        lambda one: OutgoingEmail.objects.create(
            training_body=one.training_body,
            dedup_key=f"reminders:{uuid4()}",
            to=one.user.email,
            subject="Plazos",
            text="Plazos",
            secret=False,
            message_id=f"<{one.user.pk}@portal.example>",
            due_at=NOW,
            created_at=NOW,
        )
    )


class ReminderLineFactory(DjangoModelFactory[ReminderLine]):
    class Meta:
        model = ReminderLine

    reminder = factory.SubFactory(ReminderFactory)
    digest = factory.SubFactory(
        ReminderDigestFactory,
        training_body=factory.SelfAttribute("..reminder.action.course.training_body"),
        user=factory.SelfAttribute("..reminder.user"),
    )


class ParticipantFactory(DjangoModelFactory[Participant]):
    class Meta:
        model = Participant

    training_body = factory.SubFactory(TrainingBodyFactory)
    run = factory.Sequence(lambda n: with_check_digit(45_000_000 + n))
    first_names = "Ñusta Belén"
    last_names = factory.Sequence("Apellido{}".format)
    email = factory.Sequence("participante{}@correo.example".format)


class EnrolmentFactory(DjangoModelFactory[Enrolment]):
    """A participant of an action of the same training body, which has a token."""

    class Meta:
        model = Enrolment
        skip_postgeneration_save = True

    action = factory.SubFactory(TrainingActionFactory)
    participant = factory.SubFactory(
        ParticipantFactory,
        training_body=factory.SelfAttribute("..action.course.training_body"),
    )

    @factory.post_generation
    def token(self: Enrolment, create: bool, extracted: object) -> None:
        body = self.action.course.training_body
        if not SenceToken.objects.filter(training_body=body).exists():
            SenceTokenFactory(training_body=body)


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


class OutgoingEmailFactory(DjangoModelFactory[OutgoingEmail]):
    """A mail in the queue, due at NOW; `settled` has forgotten its words.

    It carries a link that lets somebody in, unless `plain`.
    """

    class Meta:
        model = OutgoingEmail

    class Params:
        settled = factory.Trait(text="", text_sha256="0" * 64)
        plain = factory.Trait(secret=False)

    dedup_key = factory.Sequence("mail:{}".format)
    to = "ana@otec.example"
    subject = "Token vencido"
    text = "Pide un token nuevo."
    secret = True
    message_id = factory.Sequence("<{}@portal.example>".format)
    due_at = NOW
    created_at = NOW


class CompanyFactory(DjangoModelFactory[Company]):
    class Meta:
        model = Company

    training_body = factory.SubFactory(TrainingBodyFactory)
    rut = factory.Sequence(lambda n: with_check_digit(44_000_000 + n))
    name = factory.Sequence("Empresa {}".format)


class IntermediaryFactory(DjangoModelFactory[Intermediary]):
    class Meta:
        model = Intermediary

    training_body = factory.SubFactory(TrainingBodyFactory)
    rut = factory.Sequence(lambda n: with_check_digit(43_000_000 + n))
    name = factory.Sequence("OTIC {}".format)


class RosterUploadFactory(DjangoModelFactory[RosterUpload]):
    """A file without lines, uploaded at NOW."""

    class Meta:
        model = RosterUpload

    action = factory.SubFactory(TrainingActionFactory)
    by = factory.SubFactory(UserFactory)
    filename = "nomina.xlsx"
    layout = factory.Dict({"row": 1, "columns": {}, "headings": {}, "unused": []})
    lines = factory.List([])
    created_at = NOW
    expires_at = NOW + timedelta(hours=12)


class RosterImportFactory(DjangoModelFactory[RosterImport]):
    """An import that did nothing yet, at NOW."""

    class Meta:
        model = RosterImport

    action = factory.SubFactory(TrainingActionFactory)
    by = factory.SubFactory(UserFactory)
    at = NOW
    filename = "nomina.xlsx"
    deeds = factory.LazyFunction(lambda: Journal().as_json())


class LinkDeliveryFactory(DjangoModelFactory[LinkDelivery]):
    """The first link of an enrolment, on a sheet, at NOW."""

    class Meta:
        model = LinkDelivery

    class Params:
        mailed = factory.Trait(
            way=LinkWay.MAIL, mail=factory.SubFactory(OutgoingEmailFactory)
        )

    enrolment = factory.SubFactory(EnrolmentFactory)
    number = 1
    way = LinkWay.SHEET
    link_version = factory.SelfAttribute("enrolment.participant.link_version")
    by = factory.SubFactory(UserFactory)
    at = NOW


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
    return emit(
        action,
        order=Order(billing_reference=billing_reference),
        seen=digest_of(seen),
        by=by,
        at=at,
    )
