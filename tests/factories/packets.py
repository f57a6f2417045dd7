"""Packets, their papers, what was built of them and sent, for tests."""

from datetime import timedelta

import factory
from factory.django import DjangoModelFactory

from liquidation.kinds import DocumentKind
from liquidation.models import (
    AnswerEvidence,
    Audience,
    BuildState,
    Dispatch,
    Packet,
    PacketAction,
    PacketAnswer,
    PacketBuild,
    PacketLink,
    PacketState,
    Paper,
    Placement,
    Way,
)
from tests.factories import NOW
from tests.factories.core import OutgoingEmailFactory, UserFactory
from tests.factories.courses import CompanyFactory, TrainingActionFactory

DAY = timedelta(days=1)


class PacketFactory(DjangoModelFactory[Packet]):
    """A draft for the office of Maule, still without actions."""

    class Meta:
        model = Packet

    company = factory.SubFactory(CompanyFactory)
    training_body = factory.SelfAttribute("company.training_body")
    region = "ML"
    by = factory.SubFactory(UserFactory)
    at = NOW


class PacketActionFactory(DjangoModelFactory[PacketAction]):
    """An action of the packet's company, over since yesterday, in production."""

    class Meta:
        model = PacketAction

    packet = factory.SubFactory(PacketFactory)
    action = factory.SubFactory(
        TrainingActionFactory,
        production=True,
        course__training_body=factory.SelfAttribute("...packet.training_body"),
        company=factory.SelfAttribute("..packet.company"),
        region=factory.SelfAttribute("..packet.region"),
        ends_on=NOW.date() - DAY,
    )


class PaperFactory(DjangoModelFactory[Paper]):
    """A PDF of one page that waits for its place; its file is nowhere."""

    class Meta:
        model = Paper

    packet = factory.SubFactory(PacketFactory)
    name = factory.Sequence("documento-{}.pdf".format)
    kind = "application/pdf"
    sha256 = factory.Sequence("{:064x}".format)
    size = 1000
    pages = 1
    key = factory.Sequence("papers/{:032x}".format)
    by = factory.SubFactory(UserFactory)
    at = NOW


class PlacementFactory(DjangoModelFactory[Placement]):
    """The OTEC's invoice of an action of the packet."""

    class Meta:
        model = Placement

    paper = factory.SubFactory(PaperFactory, state="placed")
    kind = DocumentKind.INVOICE
    action = factory.LazyAttribute(
        lambda one: PacketActionFactory(packet=one.paper.packet).action
    )
    by = factory.SubFactory(UserFactory)
    at = NOW


class PacketBuildFactory(DjangoModelFactory[PacketBuild]):
    """A packet that waits to be built; `built`: its files are nowhere."""

    class Meta:
        model = PacketBuild

    class Params:
        built = factory.Trait(
            state=BuildState.BUILT,
            done=1,
            zip_key=factory.Sequence("packets/{:032x}".format),
            zip_sha256="a" * 64,
            zip_size=2000,
            pdf_key=factory.Sequence("packets/f{:031x}".format),
            pdf_sha256="b" * 64,
            pdf_size=1500,
            pdf_pages=3,
            built_at=NOW,
        )

    packet = factory.SubFactory(PacketFactory)
    contents = "{}"
    digest = factory.Sequence("{:064x}".format)
    total = 1
    due_at = NOW
    by = factory.SubFactory(UserFactory)
    at = NOW


class PacketLinkFactory(DjangoModelFactory[PacketLink]):
    """A link of the company's contact; `office`: of the regional office."""

    class Meta:
        model = PacketLink

    class Params:
        office = factory.Trait(
            audience=Audience.OFFICE,
            build=factory.SubFactory(
                PacketBuildFactory, built=True, packet=factory.SelfAttribute("..packet")
            ),
        )

    packet = factory.SubFactory(PacketFactory)
    audience = Audience.COMPANY
    name = "Rosa Tapia"
    email = "rosa@empresa.example"
    expires_at = NOW + 30 * DAY
    by = factory.SubFactory(UserFactory)
    at = NOW


class DispatchFactory(DjangoModelFactory[Dispatch]):
    """A packet that went attached to a mail."""

    class Meta:
        model = Dispatch

    build = factory.SubFactory(
        PacketBuildFactory, built=True, packet__state=PacketState.SENT
    )
    way = Way.ATTACHED
    to = "liq@otec.example"
    mail = factory.SubFactory(OutgoingEmailFactory)
    by = factory.SubFactory(UserFactory)
    at = NOW


class PacketAnswerFactory(DjangoModelFactory[PacketAnswer]):
    """The office liquidated, by its account."""

    class Meta:
        model = PacketAnswer

    dispatch = factory.SubFactory(
        DispatchFactory, build__packet__state=PacketState.LIQUIDATED
    )
    liquidated = True
    answered_on = NOW.date()
    recorded = False
    who = "Dirección Regional"
    by = factory.SubFactory(UserFactory)
    at = NOW


class AnswerEvidenceFactory(DjangoModelFactory[AnswerEvidence]):
    """The office's answer on paper."""

    class Meta:
        model = AnswerEvidence

    answer = factory.SubFactory(PacketAnswerFactory, recorded=True)
    name = "respuesta.pdf"
    kind = "application/pdf"
    content = b"%PDF-1.7"
    sha256 = "2" * 64
    size = 8
