"""What the page shows from which a packet is sent: the very mail, and why not yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from courses.models import TrainingAction
from liquidation.completeness import Missing
from liquidation.contents import actions_of
from liquidation.deliveries import last_dispatch
from liquidation.lateness import Due, due_of
from liquidation.models import Dispatch, Packet, PacketBuild, PacketState, Way
from liquidation.packet_mail import (
    Contact,
    Letter,
    Request,
    files_of,
    letter_of,
    mailbox_of,
)
from liquidation.services.dispatch import build_to_send, link_until, planned_way
from liquidation.services.packets import missing_in
from otec_portal.core.outbox import Attached


@dataclass(frozen=True)
class Sending:
    """A packet on the way out, as it stands now."""

    packet: Packet
    actions: Sequence[TrainingAction]
    missing: Sequence[Missing]
    build: PacketBuild | None
    last: Dispatch | None
    today: date

    @property
    def mailbox(self) -> str:
        """Where it goes."""
        return mailbox_of(self.packet)

    @property
    def until(self) -> date | None:
        """The last day in term; None without actions."""
        return self._due.until if self._due else None

    @property
    def late(self) -> bool:
        """Whether it needs a reason."""
        return self._due is not None and self._due.late

    @property
    def _due(self) -> Due | None:
        return due_of(self.actions, self.today)

    @property
    def can_be_sent(self) -> bool:
        """Whether one press could send it, for the first time or again."""
        return (
            self.packet.state != PacketState.LIQUIDATED
            and not self.missing
            and self.build is not None
        )

    @property
    def waits(self) -> bool:
        """Whether the office has yet to answer."""
        return self.packet.state == PacketState.SENT


def sending_of(packet: Packet, *, at: datetime) -> Sending:
    """Return how `packet` stands at `at`."""
    return Sending(
        packet=packet,
        actions=actions_of(packet),
        missing=[]
        if packet.state == PacketState.LIQUIDATED
        else missing_in(packet, at=at),
        build=build_to_send(packet, at=at),
        last=last_dispatch(packet),
        today=timezone.localdate(at),
    )


@dataclass(frozen=True)
class Preview:
    """The mail as it would leave, and how."""

    letter: Letter
    way: Way
    files: Sequence[Attached]
    mailbox: str
    copy_to: str


def preview_of(
    sending: Sending,
    build: PacketBuild,
    contact: Contact,
    *,
    late_reason: str,
    at: datetime,
) -> Preview:
    """Return the very mail that would leave at `at`."""
    request = Request(
        packet=sending.packet,
        actions=sending.actions,
        build=build,
        contact=contact,
        late_reason=late_reason if sending.late else "",
    )
    way = planned_way(request)
    return Preview(
        letter=letter_of(request, way=way, until=link_until(at)),
        way=way,
        files=files_of(request),
        mailbox=sending.mailbox,
        copy_to=contact.email,
    )
