"""Papers of a packet: given their places, taken out of them, replaced by newer ones."""

from datetime import datetime
from pathlib import PurePath

from django.db import transaction

from liquidation import places
from liquidation.kinds import DECLARED
from liquidation.models import (
    Declaration,
    DeclarationState,
    PacketAction,
    Paper,
    PaperState,
    Placement,
    Source,
)
from liquidation.places import Place
from liquidation.recording import Learned
from liquidation.services import declarations
from liquidation.services.packets import keep_state
from liquidation.services.papers import (
    PaperRefused,
    content_of,
    expect,
    hold_paper,
    record,
)
from otec_portal.core.models import User
from otec_portal.core.picture_pdf import as_pdf
from otec_portal.core.uploads import Document, FileKind


@transaction.atomic
def place(paper: Paper, chosen: list[Place], *, by: User, at: datetime) -> None:
    """Say that `paper` is what each of `chosen` says, besides what it already is.

    A sworn statement of SENCE's system is recorded as one, too. Raises PacketRefused
    (not_open), PaperRefused (see places.problem_of; no_places, put_aside, gone), and
    DeclarationRefused (recording.refusal).
    """
    current = hold_paper(paper)
    if not chosen:
        raise PaperRefused("Di qué documento es.", code="no_places")
    if current.state not in {PaperState.UNPLACED, PaperState.PLACED}:
        raise PaperRefused("Recupera primero el archivo.", code="put_aside")
    for one in chosen:
        _put(current, one, by=by, at=at)
    if current.state == PaperState.UNPLACED:
        current.advance("place", at=at, by=str(by))
    record("paper_placed", current, by=by, at=at, what=places.words_of(chosen))
    keep_state(current.packet, by=by, at=at)


@transaction.atomic
def take_out(paper: Paper, *, by: User, at: datetime) -> None:
    """Take `paper` out of its places: it waits to be confirmed again.

    Raises PacketRefused (not_open), PaperRefused (not_placed, recorded).
    """
    current = hold_paper(paper)
    expect(current, PaperState.PLACED)
    held = list(_live(current))
    if any(_is_recorded(one) for one in held):
        raise PaperRefused(
            "Ya está registrado como declaración jurada: si fue un error, corrige "
            "primero la declaración.",
            code="recorded",
        )
    _end(held, at=at)
    current.advance("take_out", at=at, by=str(by))
    record("paper_taken_out", current, by=by, at=at)
    keep_state(current.packet, by=by, at=at)


@transaction.atomic
def replace(old: Paper, new: Paper, *, by: User, at: datetime) -> None:
    """Let `new` be what `old` was, in every place; `old` is kept as replaced.

    Raises PacketRefused (not_open), PaperRefused (not_placed, not_waiting,
    other_packet, gone), DeclarationRefused (recording.refusal).
    """
    if old.packet_id != new.packet_id:
        raise PaperRefused("Es de otro expediente.", code="other_packet")
    gone, current = hold_paper(old), hold_paper(new)
    expect(gone, PaperState.PLACED)
    expect(current, PaperState.UNPLACED)
    held = list(_live(gone))
    _end(held, at=at)
    gone.advance("replace", at=at, by=str(by), replaced_by=current)
    for one in held:
        _put(current, Place.of(one), by=by, at=at)
    current.advance("place", at=at, by=str(by))
    record("paper_replaced", gone, by=by, at=at, new=current.name)
    keep_state(current.packet, by=by, at=at)


def _live(paper: Paper) -> list[Placement]:
    rows = paper.placements.filter(until=None).select_related(
        "action__course", "enrolment__participant"
    )
    return list(rows.order_by("pk"))


def _end(held: list[Placement], *, at: datetime) -> None:
    Placement.objects.filter(pk__in=[one.pk for one in held]).update(until=at)


def _put(paper: Paper, one: Place, *, by: User, at: datetime) -> None:
    """Write down one place of `paper`, and record what it proves; once each."""
    within = PacketAction.objects.filter(packet=paper.packet)
    actions = set(within.values_list("action", flat=True))
    if problem := places.problem_of(one, actions=actions):
        raise PaperRefused(problem.message, code=problem.code)
    kept = paper.placements.filter(
        until=None, kind=one.kind, action=one.action, enrolment=one.enrolment
    ).first()
    if kept is not None:
        kept.proof, kept.both_sides = one.proof, one.both_sides
        kept.save(update_fields=["proof", "both_sides"])
        return
    if one.is_declared:
        _record_declared(paper, one, by=by, at=at)
    Placement.objects.create(
        paper=paper,
        kind=one.kind,
        proof=one.proof,
        action=one.action,
        enrolment=one.enrolment,
        both_sides=one.both_sides,
        by=by,
        at=at,
    )


def _record_declared(paper: Paper, one: Place, *, by: User, at: datetime) -> None:
    """Its state, its number and its PDF stand with the declarations from now on."""
    content = as_pdf(FileKind(paper.kind), content_of(paper))
    learned = Learned(
        to=DeclarationState.ISSUED,
        source=Source.PDF,
        number=one.number,
        document=Document(FileKind.PDF, content, paper.pages),
        filename=f"{PurePath(paper.name).stem}.pdf",
    )
    declarations.record(one.action, one.enrolment, learned, by=by, at=at)


def _is_recorded(kept: Placement) -> bool:
    """Say whether `kept` proves a declaration that is still held to be issued."""
    return (
        kept.kind in DECLARED
        and Declaration.objects.filter(
            action=kept.action,
            enrolment=kept.enrolment,
            state=DeclarationState.ISSUED,
        ).exists()
    )
