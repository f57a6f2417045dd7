"""What the company's contact finds behind its link: what is there, what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from django import forms

from liquidation.completeness import Missing
from liquidation.kinds import Whose
from liquidation.models import PacketBuild, PacketLink, PacketState, Way
from liquidation.models.deliveries import WORDS
from liquidation.packet_mail import Contact, Letter, Request, files_of, letter_of
from liquidation.sending import Sending, sending_of
from liquidation.services.dispatch import Order
from otec_portal.core.tidy_field import TidyTextField


@dataclass(frozen=True)
class Desk:
    """The packet as its company sees it."""

    sending: Sending
    contact: Contact

    @property
    def build(self) -> PacketBuild | None:
        """What it may download: of a packet that lacks nothing, or was sent."""
        waits = self.sending.packet.state in {PacketState.SENT, PacketState.LIQUIDATED}
        return self.sending.build if waits or not self.sending.missing else None

    @property
    def mine(self) -> Sequence[Missing]:
        """What the company itself has to bring."""
        return [one for one in self.sending.missing if one.whose == Whose.COMPANY]

    @property
    def others(self) -> Sequence[Missing]:
        """What others have to bring."""
        return [one for one in self.sending.missing if one.whose != Whose.COMPANY]

    @property
    def to_send(self) -> bool:
        """Whether the company can send it now: nobody has."""
        return self.sending.can_be_sent and not self.sending.waits

    @property
    def files(self) -> list[str]:
        """How the files are called that it attaches."""
        request = self._request
        return [one.name for one in files_of(request)] if request else []

    @property
    def letter(self) -> Letter | None:
        """The ready mail, as the company sends it from its own."""
        request = self._request
        return letter_of(request, way=Way.BY_COMPANY) if request else None

    @property
    def mailto(self) -> str:
        """The address that opens it in a mail program; the files are attached there."""
        letter = self.letter
        if letter is None:
            return ""
        told = urlencode(
            {"subject": letter.subject, "body": letter.text}, quote_via=quote
        )
        return f"mailto:{self.sending.mailbox}?{told}"

    @property
    def _request(self) -> Request | None:
        if self.build is None:
            return None
        return Request(
            packet=self.sending.packet,
            actions=self.sending.actions,
            build=self.build,
            contact=self.contact,
        )


def desk_of(link: PacketLink, *, at: datetime) -> Desk:
    """Return what the contact of `link` sees at `at`."""
    return Desk(sending_of(link.packet, at=at), Contact(link.name, link.email))


class SentForm(forms.Form):
    """The company says that it sent the packet; late, it says why."""

    build = forms.UUIDField(widget=forms.HiddenInput)
    after = forms.UUIDField(widget=forms.HiddenInput, required=False)
    late_reason = TidyTextField(
        label="Por qué se envió después del plazo",
        max_length=WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Escribe por qué se envió después del plazo."},
    )

    def __init__(self, *args: Any, late: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not late:
            del self.fields["late_reason"]

    def order(self, desk: Desk, link: PacketLink) -> Order:
        """Return what a valid form says was sent."""
        given, build = self.cleaned_data, desk.build
        return Order(
            build=build if build and build.public_id == given["build"] else None,
            after=given["after"],
            contact=Contact(link.name, link.email),
            late_reason=given.get("late_reason", ""),
        )
