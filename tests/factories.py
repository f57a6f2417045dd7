"""Rows for tests: valid by default, moved along their life by traits."""

from datetime import UTC, date, datetime, timedelta

import factory
from factory.django import DjangoModelFactory

from attendance.models import (
    CallbackKind,
    Clock,
    OperatorAlert,
    Receipt,
    SenceSession,
    SenceToken,
    SessionState,
)
from courses.models import (
    ActivityType,
    Company,
    Course,
    Enrolment,
    Environment,
    Intermediary,
    Line,
    LinkDelivery,
    LinkWay,
    Participant,
    RosterImport,
    RosterUpload,
    TrainingAction,
)
from courses.roster.journal import Journal
from otec_portal.core.models import Membership, OutgoingEmail, Role, TrainingBody, User
from otec_portal.core.rut import with_check_digit

NOW = datetime(2026, 6, 15, 15, 0, 0, tzinfo=UTC)  # 11:00:00 in Santiago
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
        )
        expired = factory.Trait(closing=True, state=SessionState.EXPIRED)
        failed = factory.Trait(state=SessionState.FAILED)
        abandoned = factory.Trait(state=SessionState.ABANDONED)

    enrolment = factory.SubFactory(EnrolmentFactory)
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
    """A mail in the queue, due at NOW."""

    class Meta:
        model = OutgoingEmail

    dedup_key = factory.Sequence("mail:{}".format)
    to = "ana@otec.example"
    subject = "Token vencido"
    text = "Pide un token nuevo."
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
