"""Rows of packets that SQL refuses, by the constraint; and some that it takes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from courses.models import Enrolment
from liquidation.kinds import DocumentKind, PaymentProof
from liquidation.models import Audience, BuildState, PaperState, Placement, Way
from tests.factories import NOW, TICK, twice
from tests.factories.core import OutgoingEmailFactory, UserFactory
from tests.factories.courses import EnrolmentFactory
from tests.factories.packets import (
    DispatchFactory,
    PacketActionFactory,
    PacketAnswerFactory,
    PacketBuildFactory,
    PacketFactory,
    PacketLinkFactory,
    PaperFactory,
    PlacementFactory,
)

DAY = timedelta(days=1)


def of_a_person(**more: Any) -> Placement:
    """A declaration in the place of somebody of the action."""
    paper = PaperFactory(state="placed")
    enrolment: Enrolment = EnrolmentFactory(
        action=PacketActionFactory(packet=paper.packet).action
    )
    facts = {
        "paper": paper,
        "kind": DocumentKind.DECLARATION,
        "action": enrolment.action,
        "enrolment": enrolment,
    }
    made: Placement = PlacementFactory(**facts | more)
    return made


def placed_twice(first: Placement, **more: Any) -> None:
    names = ("paper", "kind", "action", "enrolment")
    PlacementFactory(**{name: getattr(first, name) for name in names} | more)


def with_a_link(**more: Any) -> None:
    """A dispatch with the office's own link to its packet."""
    packet = PacketFactory()
    link = PacketLinkFactory(office=True, packet=packet)
    DispatchFactory(build=link.build, office_link=link, **more)


def by_the_company(**more: Any) -> None:
    """A dispatch that the company mailed itself, having come by its link."""
    packet = PacketFactory()
    facts: dict[str, Any] = {
        "build": PacketBuildFactory(built=True, packet=packet),
        "way": Way.BY_COMPANY,
        "mail": None,
        "by": None,
        "company_link": PacketLinkFactory(packet=packet),
    }
    DispatchFactory(**facts | more)


def by_link(**more: Any) -> None:
    """An answer that the office gave by its link."""
    packet = PacketFactory()
    link = PacketLinkFactory(office=True, packet=packet)
    facts = {"dispatch": DispatchFactory(build=link.build), "by": None, "link": link}
    PacketAnswerFactory(**facts | more)


VIOLATIONS: dict[str, Callable[[], object]] = {
    "liquidation_paper_once_per_packet": lambda: twice(
        PaperFactory, "packet", "sha256"
    ),
    "liquidation_paper_came_from_one_hand": lambda: PaperFactory(by=None),
    "liquidation_paper_replaced_by_another_iff_replaced": lambda: PaperFactory(
        state=PaperState.REPLACED
    ),
    "liquidation_place_of_a_person_once_per_paper": lambda: placed_twice(of_a_person()),
    "liquidation_place_of_an_action_once_per_paper": lambda: placed_twice(
        PlacementFactory()
    ),
    "liquidation_place_names_a_person_iff_of_one": lambda: PlacementFactory(
        kind=DocumentKind.IDENTITY_CARD
    ),
    "liquidation_place_says_the_proof_iff_of_payment": lambda: PlacementFactory(
        kind=DocumentKind.PAYMENT
    ),
    "liquidation_only_a_card_has_both_sides": lambda: PlacementFactory(both_sides=True),
    "liquidation_build_once_per_contents": lambda: twice(
        PacketBuildFactory, "packet", "digest"
    ),
    "liquidation_build_has_its_files_iff_built": lambda: PacketBuildFactory(
        state=BuildState.BUILT
    ),
    "liquidation_build_gives_a_reason_iff_failed": lambda: PacketBuildFactory(
        state=BuildState.FAILED
    ),
    "liquidation_build_is_done_at_most_with_all": lambda: PacketBuildFactory(
        done=2, total=1
    ),
    "liquidation_link_of_the_office_shows_a_build": lambda: PacketLinkFactory(
        audience=Audience.OFFICE
    ),
    "liquidation_link_revoked_at_iff_revoked_by": lambda: PacketLinkFactory(
        revoked_at=NOW
    ),
    "liquidation_link_expires_after_it_was_made": lambda: PacketLinkFactory(
        expires_at=NOW
    ),
    "liquidation_dispatch_has_a_mail_iff_the_portal_sent_it": lambda: DispatchFactory(
        mail=None
    ),
    "liquidation_dispatch_has_a_link_iff_by_link": lambda: DispatchFactory(
        way=Way.LINK
    ),
    "liquidation_dispatch_has_one_hand": lambda: DispatchFactory(by=None),
    "liquidation_observed_gives_remarks": lambda: PacketAnswerFactory(liquidated=False),
    "liquidation_answer_has_one_hand": lambda: PacketAnswerFactory(by=None),
}
OTHER_HALVES: dict[str, Callable[[], object]] = {
    "a paper from two hands": lambda: PaperFactory(
        packet=(link := PacketLinkFactory()).packet, link=link
    ),
    "a paper that stays, yet is replaced": lambda: PaperFactory(
        packet=(other := PaperFactory()).packet, replaced_by=other
    ),
    "an invoice of somebody": lambda: of_a_person(kind=DocumentKind.INVOICE),
    "an invoice that proves a payment": lambda: PlacementFactory(
        proof=PaymentProof.DEPOSIT
    ),
    "a declaration with two sides": lambda: of_a_person(both_sides=True),
    "a build at work that has its files": lambda: PacketBuildFactory(
        built=True, state=BuildState.BUILDING
    ),
    "a build without its ZIP": lambda: PacketBuildFactory(built=True, zip_key=""),
    "a build without its PDF": lambda: PacketBuildFactory(built=True, pdf_key=""),
    "a build without the ZIP's fingerprint": lambda: PacketBuildFactory(
        built=True, zip_sha256=""
    ),
    "a build without the PDF's fingerprint": lambda: PacketBuildFactory(
        built=True, pdf_sha256="B" * 64
    ),
    "a build at no moment": lambda: PacketBuildFactory(built=True, built_at=None),
    "a build that is well, yet failed": lambda: PacketBuildFactory(failure="Disco."),
    "a link of the company that shows a build": lambda: PacketLinkFactory(
        office=True, audience=Audience.COMPANY
    ),
    "a link revoked by someone, at no time": lambda: PacketLinkFactory(
        revoked_by=UserFactory()
    ),
    "the company's own mail, in the outbox": lambda: by_the_company(
        mail=OutgoingEmailFactory()
    ),
    "the company's own mail, copied by the portal": lambda: by_the_company(
        copy=OutgoingEmailFactory()
    ),
    "an attached packet with a link": with_a_link,
    "a dispatch by two hands": lambda: by_the_company(by=UserFactory()),
    "an answer of two hands": lambda: by_link(by=UserFactory()),
    "an answer by link that the OTEC recorded": lambda: by_link(recorded=True),
}
ALLOWED: dict[str, Callable[[], object]] = {
    "the same file in two packets": lambda: twice(PaperFactory, "sha256"),
    "an invoice in its place again after it was taken out": lambda: placed_twice(
        PlacementFactory(until=NOW + DAY)
    ),
    "a declaration in its place again after it was taken out": lambda: placed_twice(
        of_a_person(until=NOW + DAY)
    ),
    "one paper that is two things": lambda: placed_twice(
        PlacementFactory(), kind=DocumentKind.PAYMENT, proof=PaymentProof.DEPOSIT
    ),
    "a link for the least time": lambda: PacketLinkFactory(expires_at=NOW + TICK),
    "a packet by link": lambda: with_a_link(way=Way.LINK),
    "a packet that the company sent": by_the_company,
    "an answer by link": by_link,
    "a build of no document": lambda: PacketBuildFactory(total=0),
}
