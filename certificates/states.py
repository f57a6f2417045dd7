"""The states of a certificate in words and icons. Source: seed 004, its legend."""

from dataclasses import dataclass
from typing import Final

from certificates.models import CertificateState
from certificates.terms import EMISSIONS, answers_due, known_of
from certificates.verification import Standing, standing_of
from courses.ladder import TO_EMIT
from courses.outlook import Badge, Outlook


@dataclass(frozen=True)
class Words:
    """A state as people read it."""

    badge: Badge
    meaning: str


WORDS: Final = {
    CertificateState.PENDING: Words(
        Badge("warning", "clock", CertificateState.PENDING.label),
        "La OTEC todavía no acepta el certificado que se presenta al OTIC o a la "
        "empresa.",
    ),
    CertificateState.ISSUED: Words(
        Badge("success", "check", CertificateState.ISSUED.label),
        "La OTEC aceptó el certificado que se presenta al OTIC o a la empresa.",
    ),
    CertificateState.ANNULMENT_REQUESTED: Words(
        Badge("info", "clock", CertificateState.ANNULMENT_REQUESTED.label),
        "La OTEC envió una solicitud de anulación a la Dirección Regional, que "
        "todavía no la aprueba ni la rechaza.",
    ),
    CertificateState.REISSUE_APPROVED: Words(
        Badge("warning", "refresh", CertificateState.REISSUE_APPROVED.label),
        "La Dirección Regional aprobó la solicitud de anulación: el certificado se "
        "puede volver a emitir.",
    ),
    CertificateState.ANNULMENT_REJECTED: Words(
        Badge("danger", "x", CertificateState.ANNULMENT_REJECTED.label),
        "La Dirección Regional rechazó la solicitud de anulación: el certificado "
        "emitido sigue vigente y no se puede volver a emitir.",
    ),
}


def mark_of(state: CertificateState, *, replaced_by: str) -> Words:
    """Return how a certificate stands whose action's certification is in `state`.

    `replaced_by`: the number of the certificate in its place, "" without.
    """
    standing = standing_of(state, replaced=bool(replaced_by))
    if standing == Standing.REPLACED:
        label = f"Anulado: reemplazado por N° {replaced_by}"
        meaning = f"Ya no vale: en su lugar está el certificado N° {replaced_by}."
    elif standing == Standing.ANNULLED:
        label = "Anulado"
        meaning = "Ya no vale, y todavía no se emite otro en su lugar."
    else:
        return WORDS[state]
    return Words(Badge("danger", "x", label), meaning)


OUTLOOK: Final = Outlook(
    path="certification__state",
    default=CertificateState.PENDING,
    emit=tuple(state for state, emission in EMISSIONS.items() if emission in TO_EMIT),
    badges={state: words.badge for state, words in WORDS.items()},
    page="certificates:certificate",
    known=known_of,
    answers_due=answers_due,
    deeds=("certificates.emitted", "certificates.reissued"),
)
