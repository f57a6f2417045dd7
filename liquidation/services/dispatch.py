"""Sending a packet: once by one press, again by another; or the company sends it.

Source: seed 000; domain.md, "Liquidation"; F12, F13, F16.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from courses.models import Environment, TrainingAction
from liquidation import links
from liquidation.contents import actions_of
from liquidation.deliveries import last_dispatch
from liquidation.delivery import way_for
from liquidation.lateness import due_of
from liquidation.models import (
    Audience,
    BuildState,
    Dispatch,
    Packet,
    PacketBuild,
    PacketLink,
    PacketState,
    Way,
)
from liquidation.packet_mail import Contact, Request, files_of, letter_of, mailbox_of
from liquidation.services.building import present_build
from liquidation.services.packets import hold, keep_state, missing_in
from otec_portal.core import audit, outbox
from otec_portal.core.errors import DomainError
from otec_portal.core.models import OutgoingEmail, User
from otec_portal.core.to_sence import Release


class DispatchRefused(DomainError):
    """This packet can't be sent so."""

    code = "dispatch_refused"


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is asked for: `after` is the last dispatch that who presses has seen."""

    build: PacketBuild | None
    after: UUID | None
    contact: Contact
    late_reason: str = ""


@transaction.atomic
def send(packet: Packet, *, order: Order, by: User, at: datetime) -> Dispatch:
    """Send `packet` to the office on the company's behalf, the company copied.

    Raises DispatchRefused: see `_sendable`. NotForSence where one of its actions is
    not in production.
    """
    request = _sendable(packet, order, by=str(by), at=at)
    release = _release(request.actions, by=by)
    way = planned_way(request)
    number, link = uuid4(), None
    if way == Way.LINK:
        link = _office_link(request, by=by, at=at)
    mail, copy = _queue(request, number, release=release, way=way, link=link, at=at)
    made = Dispatch.objects.create(
        public_id=number,
        build=request.build,
        way=way,
        to=mail.to,
        copy_to=copy.to,
        mail=mail,
        copy=copy,
        office_link=link,
        late_reason=request.late_reason,
        by=by,
        at=at,
    )
    _note(made, request.packet, by=by, who=by.full_name, at=at)
    return made


@transaction.atomic
def sent_by_company(link: PacketLink, *, order: Order, at: datetime) -> Dispatch:
    """Note that the company sent the packet from its own mail, as it says.

    Raises DispatchRefused: see `_sendable`.
    """
    request = _sendable(link.packet, order, by=link.name, at=at)
    if not links.still_holds(link, at=at):
        raise DispatchRefused("Este enlace ya no vale.", code="link_over")
    made = Dispatch.objects.create(
        build=request.build,
        way=Way.BY_COMPANY,
        to=mailbox_of(request.packet),
        copy_to=link.email,
        late_reason=request.late_reason,
        company_link=link,
        at=at,
    )
    _note(made, request.packet, by=None, who=link.name, at=at)
    return made


def build_to_send(packet: Packet, *, at: datetime) -> PacketBuild | None:
    """Return what is ready to be sent of `packet`: what it holds at `at`.

    While the office has it, what the office has.
    """
    last = last_dispatch(packet)
    if last and packet.state in {PacketState.SENT, PacketState.LIQUIDATED}:
        return last.build
    build = present_build(packet, at=at)
    return build if build and build.state == BuildState.BUILT else None


def planned_way(request: Request) -> Way:
    """Return how the portal would send it: decided before anything leaves (F12)."""
    words = letter_of(request, way=Way.ATTACHED).text
    sizes = [one.size for one in files_of(request)]
    return way_for(words, sizes, limit=settings.MAIL_LIMIT)


def link_until(at: datetime) -> date:
    """Return the last whole day of a link that is made at `at`."""
    return timezone.localdate(at + links.lasts())


def _sendable(packet: Packet, order: Order, *, by: str, at: datetime) -> Request:
    """Return what may be sent, its packet held. Raises DispatchRefused.

    Codes: sent_meanwhile, missing, not_ready, no_build, stale, late.
    """
    current = hold(packet)
    last = last_dispatch(current)
    if (last.public_id if last else None) != order.after:
        raise DispatchRefused(
            "El expediente ya se envió mientras mirabas esta página. Revisa el envío "
            "antes de enviarlo otra vez.",
            code="sent_meanwhile",
        )
    if current.state == PacketState.OBSERVED:
        keep_state(current, by=None, at=at)
    _complete(current, at=at)
    actions = actions_of(current)
    build = _checked(order.build, current, at=at)
    due = due_of(actions, timezone.localdate(at))
    late = due is not None and due.late
    if due and late and not order.late_reason:
        raise DispatchRefused(
            f"El plazo terminó el {due.until:%d-%m-%Y}: escribe por qué se envía "
            "después.",
            code="late",
        )
    if current.state == PacketState.READY:
        current.advance("send", at=at, by=by)
    return Request(
        packet=current,
        actions=actions,
        build=build,
        contact=order.contact,
        late_reason=order.late_reason if late else "",
    )


def _complete(packet: Packet, *, at: datetime) -> None:
    """F16: whatever its state says, what it holds is looked at again."""
    missing = missing_in(packet, at=at)
    if missing:
        told = " ".join(dict.fromkeys(one.words for one in missing[:3]))
        raise DispatchRefused(
            f"El expediente no se puede enviar. {told}", code="missing"
        )
    if packet.state not in {PacketState.READY, PacketState.SENT}:
        raise DispatchRefused(
            f"El expediente está {packet.get_state_display().lower()}: no se envía.",
            code="not_ready",
        )


def _checked(build: PacketBuild | None, packet: Packet, *, at: datetime) -> PacketBuild:
    """Return `build` where it is what `packet` holds now."""
    if build is None or build.packet_id != packet.pk or build.state != BuildState.BUILT:
        raise DispatchRefused("Primero arma el expediente.", code="no_build")
    if build != build_to_send(packet, at=at):
        raise DispatchRefused(
            "El expediente se armó de nuevo: revisa el correo con lo último.",
            code="stale",
        )
    return build


def _release(actions: Sequence[TrainingAction], *, by: User) -> Release:
    """Return who lets it go to SENCE; the actions stay in production meanwhile."""
    held = TrainingAction.objects.select_for_update(no_key=True).filter(
        pk__in=[one.pk for one in actions]
    )
    environments = held.order_by("pk").values_list("environment", flat=True)
    return Release(
        by=by,
        action=actions[0].public_id,
        in_production=set(environments) == {Environment.PRODUCTION},
    )


def _office_link(request: Request, *, by: User, at: datetime) -> PacketLink:
    return PacketLink.objects.create(
        packet=request.packet,
        audience=Audience.OFFICE,
        build=request.build,
        name=f"Dirección Regional {request.packet.get_region_display()}",
        email=mailbox_of(request.packet),
        expires_at=at + links.lasts(),
        by=by,
        at=at,
    )


def _queue(
    request: Request,
    number: UUID,
    *,
    release: Release,
    way: Way,
    link: PacketLink | None,
    at: datetime,
) -> Sequence[OutgoingEmail]:
    """Queue the office's mail and the company's copy, which opens nothing."""
    mailbox, until = mailbox_of(request.packet), link_until(at)
    copy = letter_of(request, way=way, until=until)
    letter = copy
    if link is not None:
        letter = letter_of(
            request, way=way, until=until, address=links.address_of(link)
        )
    copied = outbox.About(
        secret=False,
        shown_to=mailbox,
        shown_cc=request.contact.email,
        reply_to=request.contact.email,
        region=request.packet.region,
        page=reverse("liquidation:delivery", args=[request.packet.public_id]),
        attached=files_of(request) if way == Way.ATTACHED else (),
    )
    office = replace(
        copied,
        secret=link is not None,
        release=release,
        expires_at=link.expires_at if link else None,
    )
    drafts = [
        outbox.Draft(f"packet:{number}", mailbox, letter.subject, letter.text, office),
        outbox.Draft(
            f"packet_copy:{number}",
            request.contact.email,
            copy.subject,
            copy.text,
            copied,
        ),
    ]
    return outbox.queue_each(drafts, training_body=request.packet.training_body, at=at)


def _note(
    made: Dispatch, packet: Packet, *, by: User | None, who: str, at: datetime
) -> None:
    audit.record(
        "liquidation.packet_sent_by_company"
        if made.way == Way.BY_COMPANY
        else "liquidation.packet_sent",
        at=at,
        by=by,
        training_body=packet.training_body,
        target=packet,
        who=who,
        behalf=packet.company.name,
        to=made.to,
        copy_to=made.copy_to,
        way=made.way,
        late_reason=made.late_reason,
        zip_sha256=made.build.zip_sha256,
        pdf_sha256=made.build.pdf_sha256,
    )
