"""What a paper can be in its packet: which document, of which action, of whom.

Rules without a query: the packet's actions are passed in.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from courses.models import Enrolment, TrainingAction
from liquidation.declarations import Reason
from liquidation.kinds import (
    DECLARED,
    OF_A_PERSON,
    DocumentKind,
    PaymentProof,
    asked_for,
)
from liquidation.models import Placement

TOLD: Final = 5  # places in one entry of the history


@dataclass(frozen=True)
class Place:
    """One thing that a paper is; `number` is that of a sworn statement, if known."""

    kind: DocumentKind
    action: TrainingAction
    enrolment: Enrolment | None = None
    proof: str = ""
    both_sides: bool = False
    number: str = ""

    @property
    def is_declared(self) -> bool:
        """Whether it is recorded with the sworn statements of SENCE's system."""
        return self.kind in DECLARED

    @classmethod
    def of(cls, kept: Placement) -> "Place":
        """Return the place that `kept` gives its paper."""
        return cls(
            DocumentKind(kept.kind),
            kept.action,
            kept.enrolment,
            proof=kept.proof,
            both_sides=kept.both_sides,
        )

    def __str__(self) -> str:
        told = self.kind.label
        if self.proof:
            told = f"{told} ({PaymentProof(self.proof).label.lower()})"
        if self.enrolment is not None:
            told = f"{told} de {self.enrolment.participant.full_name}"
        return f"{told}, acción {self.action.action_code}"


def words_of(places: Sequence[Place]) -> str:
    """Return what a paper is, for the history."""
    told = "; ".join(str(one) for one in places[:TOLD])
    more = len(places) - TOLD
    return f"{told} y {more} más" if more > 0 else told


def problem_of(place: Place, *, actions: Collection[int]) -> Reason | None:
    """Return why no paper of a packet with `actions` (their keys) is that, or None.

    Codes: not_there, not_asked (G9), whose, other_action, proof, both_sides.
    """
    whose, code = place.enrolment, place.action.action_code
    wants_proof = place.kind == DocumentKind.PAYMENT
    problems = {
        "not_there": (
            place.action.pk not in actions,
            "La acción ya no está en el expediente.",
        ),
        "not_asked": (
            place.kind not in asked_for(place.action.course.modality),
            f"La acción {code} no pide este documento.",
        ),
        "whose": (
            (place.kind in OF_A_PERSON) != (whose is not None),
            "Di de quién es este documento.",
        ),
        "other_action": (
            whose is not None and whose.action_id != place.action.pk,
            "La persona es de otra acción.",
        ),
        "proof": (
            wants_proof != bool(place.proof),
            "Di qué comprobante de pago es.",
        ),
        "both_sides": (
            place.both_sides and place.kind != DocumentKind.IDENTITY_CARD,
            "Solo una cédula tiene ambos lados.",
        ),
    }
    return next(
        (Reason(code, told) for code, (stands, told) in problems.items() if stands),
        None,
    )
