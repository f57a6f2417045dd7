"""Courses, actions, rosters and reminders for tests."""

from datetime import date, timedelta

import factory
from factory.django import DjangoModelFactory

from attendance.models import SenceToken
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
from otec_portal.core.models import Role
from otec_portal.core.rut import with_check_digit
from tests.factories import NOW
from tests.factories.core import (
    MembershipFactory,
    OutgoingEmailFactory,
    TrainingBodyFactory,
    UserFactory,
)
from tests.factories.tokens import SenceTokenFactory


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
    mail = factory.SubFactory(
        "tests.factories.core.OutgoingEmailFactory",
        training_body=factory.SelfAttribute("..training_body"),
        to=factory.SelfAttribute("..user.email"),
        subject="Plazos",
        text="Plazos",
        plain=True,
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
