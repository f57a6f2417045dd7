"""Where a paper seems to belong in its packet, with the reasons in words.

Pure: it proposes to a person and never decides. A RUN, a declaration's number or an
action's code counts only where the packet knows it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from courses.models import Enrolment, TrainingAction
from liquidation.contents import Held, Person
from liquidation.kinds import (
    DECLARED,
    OF_A_PERSON,
    DocumentKind,
    PaymentProof,
    asked_for,
)
from liquidation.places import Place
from liquidation.reading import Claim, Found, Said
from otec_portal.core.folding import fold
from otec_portal.core.rut import display

Seen = TypeVar("Seen")
NAMED: Final = 3  # people in one reason
_IN_NAME, _IN_TEXT = "El nombre del archivo", "El texto"
_CLAIMED: Final = {
    Claim.INVOICE: (DocumentKind.INVOICE, ""),
    Claim.PAYMENT: (DocumentKind.PAYMENT, ""),
    Claim.TRANSFER: (DocumentKind.PAYMENT, PaymentProof.TRANSFER),
    Claim.DEPOSIT: (DocumentKind.PAYMENT, PaymentProof.DEPOSIT),
    Claim.STAMPED_INVOICE: (DocumentKind.PAYMENT, PaymentProof.STAMPED_INVOICE),
    Claim.IDENTITY_CARD: (DocumentKind.IDENTITY_CARD, ""),
}
_DECLARATIONS: Final = (DocumentKind.DECLARATION, DocumentKind.SIGNED_DECLARATION)


@dataclass(frozen=True)
class Proposal:
    """What a paper seems to be; `sure` where a tick is enough to confirm it."""

    kind: DocumentKind | None = None
    proof: str = ""
    actions: tuple[TrainingAction, ...] = ()
    enrolments: tuple[Enrolment, ...] = ()
    number: str = ""
    places: tuple[Place, ...] = ()
    reasons: tuple[str, ...] = ()
    sure: bool = False


@dataclass(frozen=True)
class _Hints:
    """Whom and what the packet recognises in a paper."""

    actions: tuple[Held, ...]
    people: tuple[tuple[Held, Person], ...]
    of_otec: bool  # by the number of the OTEC's declaration
    reasons: tuple[str, ...]


def offered(contents: Sequence[Held]) -> list[DocumentKind]:
    """Return the kinds that the packet's actions ask for, in order (G9)."""
    kinds = {kind for held in contents for kind in asks(held)}
    return [kind for kind in DocumentKind if kind in kinds]


def asks(held: Held) -> tuple[DocumentKind, ...]:
    """Return what this action asks for."""
    return asked_for(held.action.course.modality)


def propose(found: Found, contents: Sequence[Held]) -> Proposal:
    """Return where a paper that says `found` seems to belong in `contents`."""
    hints = _hints(found, contents)
    kind, proof, reason = _kind(found, contents, hints)
    reasons = tuple(one for one in (reason, *hints.reasons) if one)
    if kind is None:
        actions = tuple(held.action for held in hints.actions)
        people = tuple(person.enrolment for _, person in hints.people)
        return Proposal(actions=actions, enrolments=people, reasons=reasons)
    where = [held for held in contents if kind in asks(held)]
    number = _number(found) if kind in DECLARED else ""
    if kind in OF_A_PERSON:
        whose = [(held, one) for held, one in hints.people if held in where]
        places = [
            Place(kind, held.action, one.enrolment, number=number)
            for held, one in whose
        ]
        sure = _sure_of(kind, whose)
    else:
        seen = [held for held in hints.actions if held in where]
        only = where if len(where) == 1 else []
        places = [
            Place(kind, held.action, proof=proof, number=number)
            for held in seen or only
        ]
        several = kind != DocumentKind.OTEC_DECLARATION
        sure = len(places) == 1 or (bool(places) and several)
        sure = sure and (kind != DocumentKind.PAYMENT or bool(proof))
    return Proposal(
        kind,
        proof,
        () if kind in OF_A_PERSON else tuple(one.action for one in places),
        tuple(one.enrolment for one in places if one.enrolment),
        number,
        tuple(places),
        reasons,
        sure,
    )


def _sure_of(kind: DocumentKind, whose: Sequence[tuple[Held, Person]]) -> bool:
    """Say whether it is one person's: the OTEC's may name one alone, too."""
    if len(whose) != 1:
        return False
    return kind != DocumentKind.DECLARATION or len(whose[0][0].people) > 1


def _kind(
    found: Found, contents: Sequence[Held], hints: _Hints
) -> tuple[DocumentKind | None, str, str]:
    """Return kind, proof and why: of what the packet asks for, and nothing else."""
    for said, where in ((found.name, _IN_NAME), (found.text, _IN_TEXT)):
        if not said.claim:
            continue
        claim, proof = Claim(said.claim), ""
        if claim == Claim.DECLARATION:
            kind = _declaration(contents, hints)
        else:
            kind, proof = _CLAIMED[claim]
        if kind in offered(contents):
            return kind, proof, f"{where} dice «{said.word}»."
    return None, "", ""


def _declaration(contents: Sequence[Held], hints: _Hints) -> DocumentKind | None:
    """Return whose it is: one names one participant, the OTEC's lists many or none."""
    kinds = offered(contents)
    if hints.of_otec:
        return DocumentKind.OTEC_DECLARATION
    if len({person.enrolment.participant_id for _, person in hints.people}) == 1:
        theirs = {kind for held, _ in hints.people for kind in asks(held)}
        return next((one for one in _DECLARATIONS if one in theirs), None)
    own = DocumentKind.OTEC_DECLARATION
    if own in kinds:
        return own
    return next((one for one in _DECLARATIONS if one in kinds), None)


def _hints(found: Found, contents: Sequence[Held]) -> _Hints:
    """Return what is recognised: in the name, and if nothing there is, in the text."""
    coded, in_code = _first(found, lambda said: _by_code(said, contents))
    people, in_person = _first(found, lambda said: _by_person(said, contents))
    folio, in_folio = _first(found, lambda said: _by_otec_number(said, contents))
    if coded:  # who is in several actions, is here in that one
        people = [one for one in people if one[0] in coded] or people
    actions = folio or coded or _each(held for held, _ in people)
    reasons = (
        f"{in_code} trae el código de la acción {_codes(coded)}." if coded else "",
        f"{in_person} trae el RUN o el número de {_names(people)}." if people else "",
        f"{in_folio} trae el número de la declaración de la OTEC." if folio else "",
    )
    told = tuple(one for one in reasons if one)
    return _Hints(tuple(actions), tuple(people), bool(folio), told)


def _first(found: Found, look: Callable[[Said], list[Seen]]) -> tuple[list[Seen], str]:
    for said, where in ((found.name, _IN_NAME), (found.text, _IN_TEXT)):
        if seen := look(said):
            return seen, where
    return [], ""


def _by_code(said: Said, contents: Sequence[Held]) -> list[Held]:
    return [one for one in contents if fold(one.action.action_code) in said.codes]


def _by_person(said: Said, contents: Sequence[Held]) -> list[tuple[Held, Person]]:
    return [
        (held, person)
        for held in contents
        for person in held.people
        if person.enrolment.participant.run in said.runs
        or person.number in said.numbers
    ]


def _by_otec_number(said: Said, contents: Sequence[Held]) -> list[Held]:
    return [one for one in contents if one.otec_number in said.numbers]


def _each(actions: Iterable[Held]) -> list[Held]:
    return list({held.action.pk: held for held in actions}.values())


def _codes(actions: Sequence[Held]) -> str:
    return ", ".join(one.action.action_code for one in actions)


def _names(people: Sequence[tuple[Held, Person]]) -> str:
    each = {one.enrolment.participant_id: one.enrolment for _, one in people}.values()
    told = [
        f"{one.participant.full_name} ({display(one.participant.run)})"
        for one in list(each)[:NAMED]
    ]
    if len(each) > NAMED:
        told.append(f"{len(each) - NAMED} más")
    return " y ".join(filter(None, (", ".join(told[:-1]), told[-1])))


def _number(found: Found) -> str:
    """Return the only folio and year that the name or the text gives, or ""."""
    for said in (found.name, found.text):
        if said.numbers:
            return said.numbers[0] if len(said.numbers) == 1 else ""
    return ""
