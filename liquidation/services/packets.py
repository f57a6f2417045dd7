"""Making packets, and keeping their state to what they hold."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from courses.models import Company, TrainingAction
from liquidation.completeness import Missing, missing_of
from liquidation.contents import contents_of
from liquidation.models import (
    Packet,
    PacketAction,
    PacketState,
    PaperState,
    Placement,
)
from otec_portal.core import audit
from otec_portal.core.errors import DomainError
from otec_portal.core.models import User


class PacketRefused(DomainError):
    """This can't be done to this packet, or with these actions."""

    code = "packet_refused"


@transaction.atomic
def make_packet(actions: Sequence[TrainingAction], *, by: User, at: datetime) -> Packet:
    """Make a packet of `actions`, of one company and one region.

    Raises PacketRefused: no_actions, no_company, several_companies, several_regions,
    taken.
    """
    held = _hold_actions(actions)
    company = _company_of(held)
    made = Packet.objects.create(
        training_body=company.training_body,
        company=company,
        region=held[0].region,
        by=by,
        at=at,
    )
    for one in held:
        _take_in(made, one)
    _record("packet_made", made, by=by, at=at, actions=_codes(held))
    return made


@transaction.atomic
def add_action(
    packet: Packet, action: TrainingAction, *, by: User, at: datetime
) -> None:
    """Take `action` into `packet`. Raises PacketRefused: not_open, other_company,
    other_region, taken."""
    current = hold_open(packet)
    (held,) = _hold_actions([action])
    if held.company_id != current.company_id:
        raise PacketRefused("La acción es de otra empresa.", code="other_company")
    if held.region != current.region:
        raise PacketRefused("La acción es de otra región.", code="other_region")
    _take_in(current, held)
    _record("packet_action_added", current, by=by, at=at, actions=_codes([held]))
    keep_state(current, by=by, at=at)


@transaction.atomic
def add_actions(
    packet: Packet, actions: Sequence[TrainingAction], *, by: User, at: datetime
) -> None:
    """Take all of `actions` into `packet`, or none of them.

    Raises PacketRefused: no_actions, and as `add_action` does.
    """
    if not actions:
        raise PacketRefused("Elige al menos una acción.", code="no_actions")
    for one in actions:
        add_action(packet, one, by=by, at=at)


@transaction.atomic
def remove_action(
    packet: Packet, action: TrainingAction, *, by: User, at: datetime
) -> None:
    """Take `action` out of `packet`; papers that have no other place wait for one.

    Raises PacketRefused: not_open, not_there.
    """
    current = hold_open(packet)
    gone, _ = PacketAction.objects.filter(packet=current, action=action).delete()
    if not gone:
        raise PacketRefused("La acción ya no está en el expediente.", code="not_there")
    _empty_places(current, action, by=by, at=at)
    _record("packet_action_removed", current, by=by, at=at, actions=_codes([action]))
    keep_state(current, by=by, at=at)


@transaction.atomic
def discard_packet(packet: Packet, *, by: User, at: datetime) -> None:
    """Delete `packet`, of which nothing is kept yet; its actions are free again.

    What was uploaded, built or sent stays, and so does its packet [choice]. Raises
    PacketRefused: not_open, has_papers, was_built, has_links.
    """
    Packet.objects.select_for_update(of=("self",)).get(pk=packet.pk)
    current = hold_open(packet)
    refuse_discarding(current)
    actions = TrainingAction.objects.filter(packet_action__packet=current)
    codes = _codes(actions.order_by("action_code"))
    _record("packet_discarded", current, by=by, at=at, actions=codes)
    current.delete()


def refuse_discarding(packet: Packet) -> None:
    """Raise PacketRefused where something of `packet` has to be kept.

    Codes: see `discard_packet`.
    """
    refuse_closed(packet)
    kept = {
        "has_papers": (packet.papers, "Tiene documentos, que se conservan."),
        "was_built": (packet.builds, "Ya se armó una vez, y eso se conserva."),
        "has_links": (packet.links, "La empresa recibió un enlace a él."),
    }
    for code, (rows, words) in kept.items():
        if rows.exists():
            raise PacketRefused(
                f"{words} No se descarta: quita sus acciones, y quedan libres para "
                "otro expediente.",
                code=code,
            )


def hold_open(packet: Packet) -> Packet:
    """Return `packet`, held until the deed is done; what was observed is corrected.

    Raises PacketRefused (not_open) where it was sent or liquidated.
    """
    current = hold(packet)
    refuse_closed(current)
    return current


def refuse_closed(packet: Packet) -> None:
    """Raise PacketRefused (not_open) where `packet` was sent or liquidated."""
    if not packet.is_open:
        state = packet.get_state_display().lower()
        raise PacketRefused(
            f"El expediente está {state}: ya no se cambia.", code="not_open"
        )


def hold(packet: Packet) -> Packet:
    """Return `packet`, held: what is done to it is done one after the other."""
    return (
        Packet.objects.select_for_update(of=("self",), no_key=True)
        .select_related("training_body", "company")
        .get(pk=packet.pk)
    )


def missing_in(packet: Packet, *, at: datetime) -> list[Missing]:
    """Return what `packet` lacks at `at`."""
    return missing_of(
        packet,
        contents_of(packet),
        unplaced=packet.papers.filter(state=PaperState.UNPLACED).count(),
        today=timezone.localdate(at),
    )


def keep_state(packet: Packet, *, by: User | None, at: datetime) -> list[Missing]:
    """Move `packet`, held, to DRAFT or READY as what it holds says; return what lacks.

    One that was sent or liquidated stays where it is.
    """
    missing = missing_in(packet, at=at)
    who = str(by) if by else ""
    if packet.state == PacketState.OBSERVED:
        packet.advance("correct", at=at, by=who)
    if packet.state == PacketState.DRAFT and not missing:
        packet.advance("complete", at=at, by=who)
    elif packet.state == PacketState.READY and missing:
        packet.advance("reopen", at=at, by=who)
    return missing


def _hold_actions(actions: Sequence[TrainingAction]) -> list[TrainingAction]:
    return list(
        TrainingAction.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=[one.pk for one in actions])
        .select_related("course__training_body", "company__training_body")
        .order_by("pk")
    )


def _company_of(actions: Sequence[TrainingAction]) -> Company:
    """Return the company of all of `actions`. Raises PacketRefused."""
    if not actions:
        raise PacketRefused("Elige al menos una acción.", code="no_actions")
    without = [one for one in actions if one.company_id is None]
    if without:
        raise PacketRefused(
            f"Falta la empresa de la acción {_codes(without)}: regístrala primero.",
            code="no_company",
        )
    companies = {one.company for one in actions if one.company}
    if len(companies) > 1:
        raise PacketRefused(
            "Un expediente es de una sola empresa: elige acciones de la misma.",
            code="several_companies",
        )
    if len({one.region for one in actions}) > 1:
        raise PacketRefused(
            "Un expediente va a una sola Dirección Regional: elige acciones de la "
            "misma región.",
            code="several_regions",
        )
    return companies.pop()


def _take_in(packet: Packet, action: TrainingAction) -> None:
    if PacketAction.objects.filter(action=action).exists():
        raise PacketRefused(
            f"La acción {action.action_code} ya está en un expediente.", code="taken"
        )
    PacketAction.objects.create(packet=packet, action=action)


def _empty_places(
    packet: Packet, action: TrainingAction, *, by: User, at: datetime
) -> None:
    places = Placement.objects.filter(paper__packet=packet, until=None)
    places.filter(action=action).update(until=at)
    placed = packet.papers.filter(state=PaperState.PLACED)
    for paper in placed.exclude(pk__in=places.values("paper")):
        paper.advance("take_out", at=at, by=str(by))


def _codes(actions: Iterable[TrainingAction]) -> str:
    return ", ".join(one.action_code for one in actions)


def _record(
    deed: str, packet: Packet, *, by: User, at: datetime, **data: object
) -> None:
    audit.record(
        f"liquidation.{deed}",
        at=at,
        by=by,
        training_body=packet.training_body,
        target=packet,
        **data,
    )
