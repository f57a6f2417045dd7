"""People, training bodies and mails for tests."""

import factory
from factory.django import DjangoModelFactory

from otec_portal.core.models import (
    MailAttachment,
    Membership,
    OutgoingEmail,
    Role,
    TrainingBody,
    User,
)
from otec_portal.core.rut import with_check_digit
from tests.factories import NOW, PASSWORD


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


class MailAttachmentFactory(DjangoModelFactory[MailAttachment]):
    """A PDF that goes with a mail; its file is nowhere."""

    class Meta:
        model = MailAttachment

    mail = factory.SubFactory(OutgoingEmailFactory)
    name = factory.Sequence("expediente-{}.pdf".format)
    content_type = "application/pdf"
    key = factory.Sequence("packets/{:032x}".format)
    sha256 = "0" * 64
    size = 8
