"""The states of a certificate in words and icons. Source: seed 004, its legend."""

from dataclasses import dataclass
from typing import Final

from certificates.models import CertificateState
from certificates.terms import answers_due, known_of
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
OUTLOOK: Final = Outlook(
    path="certification__state",
    default=CertificateState.PENDING,
    badges={state: words.badge for state, words in WORDS.items()},
    page="certificates:certificate",
    known=known_of,
    answers_due=answers_due,
    deeds=("certificates.emitted", "certificates.reissued"),
)
