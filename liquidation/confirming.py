"""Many papers at once whose proposals are sure: ticked as they were shown."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils import timezone

from liquidation import matching
from liquidation.contents import Held, contents_of
from liquidation.declarations import read_number
from liquidation.kinds import DocumentKind
from liquidation.matching import Proposal
from liquidation.models import Packet, Paper, PaperState
from liquidation.places import Place
from liquidation.reading import from_json
from liquidation.services.placing import place
from otec_portal.core.errors import DomainError
from otec_portal.core.models import User

_CHANGED: Final = "La propuesta ya no es la que viste: revísala."


@dataclass(frozen=True)
class Proposed:
    """A paper that waits, and where it seems to belong."""

    paper: Paper
    proposal: Proposal

    @property
    def digest(self) -> str:
        """What a tick stands for: another proposal has another one."""
        return hashlib.sha256(repr(_key(self.proposal)).encode()).hexdigest()[:16]

    @property
    def may_show_both_sides(self) -> bool:
        """Whether one asks if this one page shows both sides of a card."""
        is_card = self.proposal.kind == DocumentKind.IDENTITY_CARD
        return is_card and self.paper.pages == 1


@dataclass(frozen=True)
class Refused:
    """A paper that was not confirmed, and why."""

    paper: Paper
    words: str


def _key(proposal: Proposal) -> list[tuple[object, ...]]:
    return [
        (
            one.kind.value,
            one.action.pk,
            one.enrolment and one.enrolment.pk,
            str(one.proof),
            one.number,
        )
        for one in proposal.places
    ]


def propose(papers: Iterable[Paper], contents: Sequence[Held]) -> list[Proposed]:
    """Return each of `papers` with where it seems to belong in `contents`."""
    return [
        Proposed(one, matching.propose(from_json(one.found), contents))
        for one in papers
    ]


def confirm(
    packet: Packet,
    ticked: dict[UUID, str],
    *,
    both_sides: Collection[UUID],
    by: User,
    at: datetime,
) -> tuple[int, list[Refused]]:
    """Place what was `ticked`: papers by their public id, with the digest shown.

    Each by itself: return how many were placed, and which were refused, and why.
    """
    waiting = packet.papers.filter(state=PaperState.UNPLACED, public_id__in=ticked)
    rows = propose(waiting.order_by("at", "pk"), contents_of(packet))
    refused = []
    for one in rows:
        if not one.proposal.sure or one.digest != ticked[one.paper.public_id]:
            refused.append(Refused(one.paper, _CHANGED))
            continue
        both = one.may_show_both_sides and one.paper.public_id in both_sides
        chosen = [_as_shown(p, both=both, at=at) for p in one.proposal.places]
        try:
            place(one.paper, chosen, by=by, at=at)
        except DomainError as problem:
            refused.append(Refused(one.paper, problem.message))
    return len(rows) - len(refused), refused


def _as_shown(one: Place, *, both: bool, at: datetime) -> Place:
    """A number that can't be that of a declaration of this action is left out."""
    try:
        number = read_number(
            one.number, action=one.action, today=timezone.localdate(at)
        )
    except ValueError:
        number = ""
    return replace(one, both_sides=both, number=number)
