"""What a packet holds: its actions, who takes part in each, and the documents there.

Sworn statements lie with the declarations (models/reports.py), all the rest is papers
that a person gave their place.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Max, Q

from courses.models import Enrolment, TrainingAction
from liquidation.kinds import IN_ORDER, DocumentKind
from liquidation.models import (
    DeclarationDocument,
    DeclarationReport,
    DeclarationState,
    Packet,
    PacketAction,
    Placement,
)
from liquidation.selectors import with_declarations
from otec_portal.core.uploads import FileKind


@dataclass(frozen=True)
class Sheet:
    """One document in one place of a packet.

    Its bytes are a paper's (`paper`, its key) or a declaration's (`declaration`).
    """

    kind: DocumentKind
    name: str
    media: str
    sha256: str
    size: int
    pages: int
    proof: str = ""
    both_sides: bool = False
    paper: int | None = None
    declaration: int | None = None


@dataclass(frozen=True)
class Person:
    """Somebody enrolled; `sessions` are those that count."""

    enrolment: Any
    sessions: int
    state: DeclarationState
    number: str
    sheets: Sequence[Sheet] = ()

    @property
    def took_part(self) -> bool:
        """Whether documents of theirs are asked for: who came in, or declared it."""
        return bool(self.sessions) or self.state != DeclarationState.PENDING

    def of(self, kind: DocumentKind) -> list[Sheet]:
        """Return what there is of `kind`."""
        return [one for one in self.sheets if one.kind == kind]


@dataclass(frozen=True)
class Held:
    """One action of a packet with its documents; people by last name."""

    action: TrainingAction
    otec_state: DeclarationState
    otec_number: str
    people: Sequence[Person]
    sheets: Sequence[Sheet] = field(default=())

    def of(self, kind: DocumentKind) -> list[Sheet]:
        """Return what there is of `kind` that is nobody's in particular."""
        return [one for one in self.sheets if one.kind == kind]


_Placed = dict[tuple[int, int | None], list[Sheet]]  # by action and enrolment


def actions_of(packet: Packet) -> list[TrainingAction]:
    """Return the actions of `packet` in their order: by start and code."""
    return _actions_of([packet])[packet.pk]


def contents_of(packet: Packet) -> list[Held]:
    """Return what `packet` holds, in the order of the source; seven queries."""
    return contents_of_each([packet])[packet.pk]


def contents_of_each(packets: Collection[Packet]) -> dict[int, list[Held]]:
    """Return what each of `packets` holds, by its key; seven queries for all."""
    by_packet = _actions_of(packets)
    actions = [one for held in by_packet.values() for one in held]
    placed = _placed(packets)
    for place, sheets in _declared(actions).items():
        placed[place] += sheets
    states = _otec(actions)
    people = _people(actions, placed)

    def held(action: TrainingAction) -> Held:
        state, number = states.get(action.pk, (DeclarationState.PENDING, ""))
        return Held(
            action=action,
            otec_state=state,
            otec_number=number,
            people=people[action.pk],
            sheets=_in_order(placed[action.pk, None]),
        )

    return {key: [held(one) for one in mine] for key, mine in by_packet.items()}


def _actions_of(packets: Collection[Packet]) -> dict[int, list[TrainingAction]]:
    rows = PacketAction.objects.filter(packet__in=packets)
    found: dict[int, list[TrainingAction]] = {one.pk: [] for one in packets}
    for one in rows.select_related(
        "action__course__training_body", "action__company"
    ).order_by("action__starts_on", "action__action_code", "action"):
        found[one.packet_id].append(one.action)
    return found


def _in_order(sheets: Sequence[Sheet]) -> list[Sheet]:
    return sorted(sheets, key=lambda one: IN_ORDER.index(one.kind))


def _placed(packets: Collection[Packet]) -> _Placed:
    """Return the papers in force by their places: an action is in one packet alone."""
    rows = (
        Placement.objects.filter(
            paper__packet__in=packets,
            action__packet_action__packet=F("paper__packet"),
            until=None,
        )
        .exclude(kind__in=[DocumentKind.OTEC_DECLARATION, DocumentKind.DECLARATION])
        .select_related("paper")
        .order_by("at", "pk")
    )
    found: _Placed = defaultdict(list)
    for one in rows:
        found[one.action_id, one.enrolment_id].append(
            Sheet(
                kind=DocumentKind(one.kind),
                name=one.paper.name,
                media=one.paper.kind,
                sha256=one.paper.sha256,
                size=one.paper.size,
                pages=one.paper.pages,
                proof=one.proof,
                both_sides=one.both_sides,
                paper=one.paper_id,
            )
        )
    return found


def _declared(actions: Sequence[TrainingAction]) -> _Placed:
    """Return the PDF of each declaration in force: the last since it was issued."""
    documents = (
        DeclarationDocument.objects.filter(
            report__declaration__action__in=actions,
            report__declaration__state=DeclarationState.ISSUED,
        )
        .defer("content")
        .select_related("report__declaration")
        .order_by("report")
    )
    since = _issued_since(actions)
    found: _Placed = {}
    for one in documents:
        declaration = one.report.declaration
        if one.report_id > since.get(declaration.pk, 0):
            place = (declaration.action_id, declaration.enrolment_id)
            found[place] = [_sheet_of(one)]
    return found


def _issued_since(actions: Sequence[TrainingAction]) -> dict[int, int]:
    """Return, by declaration, the last report in which it was not issued."""
    others = DeclarationReport.objects.filter(declaration__action__in=actions).exclude(
        state=DeclarationState.ISSUED
    )
    return dict(others.order_by().values_list("declaration").annotate(last=Max("pk")))


def _sheet_of(one: DeclarationDocument) -> Sheet:
    of_otec = one.report.declaration.enrolment_id is None
    return Sheet(
        kind=DocumentKind.OTEC_DECLARATION if of_otec else DocumentKind.DECLARATION,
        name=one.name,
        media=FileKind.PDF,
        sha256=one.sha256,
        size=one.size,
        pages=one.pages,
        declaration=one.pk,
    )


def _otec(
    actions: Sequence[TrainingAction],
) -> dict[int, tuple[DeclarationState, str]]:
    own = Q(declarations__enrolment=None, declarations__isnull=False)
    rows = TrainingAction.objects.filter(own, pk__in=[one.pk for one in actions])
    return {
        pk: (DeclarationState(state), number)
        for pk, state, number in rows.values_list(
            "pk", "declarations__state", "declarations__number"
        )
    }


def _people(
    actions: Sequence[TrainingAction], placed: _Placed
) -> dict[int, list[Person]]:
    rows = with_declarations(Enrolment.objects.filter(action__in=actions)).order_by(
        "participant__listed_folded", "pk"
    )
    found: dict[int, list[Person]] = defaultdict(list)
    for one in rows:
        declaration = getattr(one, "declaration", None)
        found[one.action_id].append(
            Person(
                enrolment=one,
                sessions=one.sessions,
                state=DeclarationState(one.declaration_state),
                number=declaration.number if declaration else "",
                sheets=_in_order(placed.get((one.action_id, one.pk), [])),
            )
        )
    return found
