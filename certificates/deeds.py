"""What is done to certificates, as it stands in histories."""

from typing import Final

# {names} are those of the entry's data
WORDS: Final = {
    "certificates.annulment_decided": (
        "Respondió como Dirección Regional la anulación del certificado N° "
        "{number}: {answer}"
    ),
    "certificates.annulment_recorded": (
        "Registró la respuesta de la Dirección Regional por el certificado N° "
        "{number}: {answer} el {answered_on}"
    ),
    "certificates.annulment_requested": (
        "Solicitó anular el certificado N° {number}; el número correcto es "
        "{right_reference}"
    ),
    "certificates.archive_downloaded": "Descargó {certificates} certificados en un ZIP",
    "certificates.batch_accepted": "Aceptó emitir {actions} certificados",
    "certificates.downloaded": "Descargó el certificado N° {number}",
    "certificates.emitted": "Emitió el certificado N° {number}",
    "certificates.evidence_opened": (
        "Abrió un respaldo de la anulación del certificado N° {number}"
    ),
    "certificates.reissued": "Volvió a emitir el certificado, con el N° {number}",
}
VALUES: Final = {
    "annulment_approved": "aprobada",
    "annulment_rejected": "rechazada",
}
