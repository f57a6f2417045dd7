"""What may be recorded of a sworn statement, and why not.

What the operator says alone must be possible by the rules; what a paper of SENCE
proves may contradict what the portal knows.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils import timezone

from courses.models import Enrolment, TrainingAction
from liquidation.declarations import (
    NONE_HERE,
    Reason,
    Standing,
    has_declarations,
    of_otec,
    way,
)
from liquidation.models import (
    Declaration,
    DeclarationDocument,
    DeclarationState,
    GcaList,
    Source,
)
from liquidation.selectors import of_action, otec_declaration, standing_of
from otec_portal.core.uploads import Document

NOT_ON_WORD_ALONE: Final = {"test", "not_yet", "no_session"}
OTEC_FIRST: Final = (
    "Registra primero la declaración de la OTEC: SENCE no deja emitir la de un "
    "participante antes."
)


@dataclass(frozen=True)
class Learned:
    """What was learned of a declaration, and where from."""

    to: DeclarationState
    source: Source
    number: str = ""
    reason: str = ""  # of a correction: back to pending
    document: Document | None = None
    filename: str = ""
    gca_list: GcaList | None = None

    @property
    def sha256(self) -> str:
        """The hash of the PDF, "" without one."""
        if self.document is None:
            return ""
        return hashlib.sha256(self.document.content).hexdigest()


def against_moving(state: str, to: DeclarationState, *, source: str) -> Reason | None:
    """Return why a declaration in `state` can't be recorded as `to`, or None.

    Back to pending leads no way but a correction, which a person makes by hand.
    """
    now = DeclarationState(state).label.lower()
    if state == to or (to == DeclarationState.PENDING and source == Source.BY_HAND):
        return None
    if to == DeclarationState.PENDING:
        message = f"Aquí está {now}. Si eso fue un error, corrígelo a mano."
        return Reason("not_reachable", message)
    if way(state, to) is None:
        message = f"Está {now}: de ahí no puede pasar a {to.label.lower()}."
        return Reason("not_reachable", message)
    return None


def against_order(*, otec: str, state: str) -> Reason | None:
    """Return why a participant's can't be the first one that is issued (E10).

    `otec` is the state of the OTEC's declaration.
    """
    if DeclarationState.PENDING == state == otec:
        return Reason("otec_first", OTEC_FIRST)
    return None


def refusal(
    declaration: Declaration, learned: Learned, *, at: datetime
) -> Reason | None:
    """Return why `learned` can't be recorded, or None.

    Codes: no_declarations, not_reachable, reason_missing, participants_issued,
    otec_first, test, not_yet, no_session, other_number, number_taken, known_pdf.
    """
    if not has_declarations(declaration.action.course):
        return Reason("no_declarations", NONE_HERE)
    moving = against_moving(declaration.state, learned.to, source=learned.source)
    if moving is not None:
        return moving
    if learned.to == DeclarationState.PENDING:
        return _against_correcting(declaration, learned)
    return (
        _against_issuing(declaration, learned, at=at)
        or _against_number(declaration, learned)
        or _against_pdf(declaration, learned)
    )


def _against_correcting(declaration: Declaration, learned: Learned) -> Reason | None:
    if declaration.state == DeclarationState.PENDING:
        return None
    if not learned.reason:
        return Reason("reason_missing", "Escribe por qué se corrige.")
    others = declaration.action.declarations.exclude(enrolment=None)
    if declaration.enrolment_id is None and (
        others.exclude(state=DeclarationState.PENDING).exists()
    ):
        return Reason(
            "participants_issued",
            "Hay participantes con su declaración registrada: la de la OTEC tiene que "
            "estar emitida antes.",
        )
    return None


def _against_issuing(
    declaration: Declaration, learned: Learned, *, at: datetime
) -> Reason | None:
    """The first time: the OTEC's comes before; without a session there is none."""
    action, enrolment = declaration.action, declaration.enrolment
    if declaration.state != DeclarationState.PENDING:
        return None
    if enrolment is not None:
        otec = otec_declaration(action)
        otec_state = otec.state if otec else DeclarationState.PENDING
        if reason := against_order(otec=otec_state, state=declaration.state):
            return reason
    if learned.source != Source.BY_HAND:
        return None
    standing = _standing(action, enrolment, at=at)
    against = [one for one in standing.reasons if one.code in NOT_ON_WORD_ALONE]
    if not against:
        return None
    return Reason(
        against[0].code,
        f"{against[0].message} Si SENCE muestra otra cosa, sube el PDF de la "
        "declaración o la lista de GCA.",
    )


def _standing(
    action: TrainingAction, enrolment: Enrolment | None, *, at: datetime
) -> Standing:
    today = timezone.localdate(at)
    if enrolment is None:
        return of_otec(action, state=DeclarationState.PENDING, today=today)
    row = of_action(action).get(pk=enrolment.pk)
    return standing_of(row, today=today, action=action)


def _against_number(declaration: Declaration, learned: Learned) -> Reason | None:
    if not learned.number or learned.number == declaration.number:
        return None
    if declaration.number and learned.to == declaration.state:
        return Reason(
            "other_number",
            f"Ya está registrada con el número {declaration.number}. Si fue un error, "
            "corrígela primero; si se volvió a emitir, registra antes su anulación.",
        )
    others = declaration.action.declarations.exclude(pk=declaration.pk)
    if others.filter(number=learned.number).exists():
        return Reason(
            "number_taken", "Ese número ya está en otra declaración de esta acción."
        )
    return None


def _against_pdf(declaration: Declaration, learned: Learned) -> Reason | None:
    if learned.document is None:
        return None
    same = DeclarationDocument.objects.filter(
        sha256=learned.sha256, report__declaration__action=declaration.action
    ).exclude(report__declaration=declaration.pk)
    first = (
        same.select_related("report__declaration__enrolment__participant")
        .defer("content")
        .first()
    )
    if first is None:
        return None
    enrolment = first.report.declaration.enrolment
    whose = enrolment.participant.full_name if enrolment else "la OTEC"
    return Reason("known_pdf", f"Este mismo PDF ya está como declaración de {whose}.")


def is_new(declaration: Declaration, learned: Learned) -> bool:
    """Say whether `learned` adds anything to what is known."""
    if learned.to != declaration.state:
        return True
    if learned.number and learned.number != declaration.number:
        return True
    kept = DeclarationDocument.objects.filter(
        report__declaration=declaration.pk, sha256=learned.sha256
    )
    return learned.document is not None and not kept.exists()
