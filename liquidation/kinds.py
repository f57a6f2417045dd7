"""The documents that a regional office asks for, by the modality of the course.

Source: seed 000, the five documents and the note on the proof of payment; which of
them a modality asks for is our reading of it [choice] (docs/adr/0035).
"""

from collections.abc import Mapping
from typing import Final

from django.db import models

from courses.models import Modality


class DocumentKind(models.TextChoices):
    """What a document of a packet is, in the order of the source."""

    INVOICE = "invoice", "Factura de la OTEC"
    PAYMENT = "payment", "Comprobante de pago de la factura"
    OTEC_DECLARATION = "otec_declaration", "Declaración jurada de la OTEC"
    DECLARATION = "declaration", "Declaración jurada del participante"
    SIGNED_DECLARATION = (
        "signed_declaration",
        "Declaración jurada completa y firmada",
    )
    IDENTITY_CARD = "identity_card", "Cédula de identidad por ambos lados"


class PaymentProof(models.TextChoices):
    """What is understood by a proof of payment (seed 000, note)."""

    STAMPED_INVOICE = "stamped_invoice", "Factura con el timbre de pago de la OTEC"
    TRANSFER = "transfer", "Transferencia electrónica"
    DEPOSIT = "deposit", "Depósito en la cuenta corriente de la OTEC"


class Whose(models.TextChoices):
    """Who has to do the next step."""

    OTEC = "otec", "La OTEC"
    COMPANY = "company", "La empresa"
    PARTICIPANT = "participant", "El participante"
    SENCE = "sence", "SENCE"


OF_A_PERSON: Final = frozenset(
    {
        DocumentKind.DECLARATION,
        DocumentKind.SIGNED_DECLARATION,
        DocumentKind.IDENTITY_CARD,
    }
)
DECLARED: Final = frozenset({DocumentKind.OTEC_DECLARATION, DocumentKind.DECLARATION})
OF_THE_COMPANY: Final = frozenset({DocumentKind.PAYMENT})
IN_ORDER: Final = tuple(DocumentKind)
_OF_EVERY_COURSE: Final = (DocumentKind.INVOICE, DocumentKind.PAYMENT)
_ASKED_FOR: Final[Mapping[str, tuple[DocumentKind, ...]]] = {
    Modality.E_LEARNING: (
        *_OF_EVERY_COURSE,
        DocumentKind.OTEC_DECLARATION,
        DocumentKind.DECLARATION,
    ),
    Modality.SELF_INSTRUCTION: (
        *_OF_EVERY_COURSE,
        DocumentKind.SIGNED_DECLARATION,
        DocumentKind.IDENTITY_CARD,
    ),
    Modality.CLASSROOM: _OF_EVERY_COURSE,
}


def asked_for(modality: str) -> tuple[DocumentKind, ...]:
    """Return what an action of a course of `modality` must bring, in order.

    An identity card is asked for in self-instruction alone (G9).
    """
    return _ASKED_FOR[modality]
