"""The names of the files in a packet: Spanish in plain ASCII, sorted as the index."""

import re
import unicodedata
from typing import Final

from liquidation.contents import Person, Sheet
from liquidation.kinds import DocumentKind, PaymentProof

PDF: Final = "expediente.pdf"
LONGEST: Final = 60  # characters of a part of a name
_FOLDERS: Final = {
    DocumentKind.INVOICE: "1-factura",
    DocumentKind.PAYMENT: "2-comprobante-de-pago",
    DocumentKind.OTEC_DECLARATION: "3-declaracion-jurada-de-la-otec",
    DocumentKind.DECLARATION: "4-declaraciones-juradas-de-participantes",
    DocumentKind.SIGNED_DECLARATION: "5-declaraciones-firmadas-y-cedulas",
    DocumentKind.IDENTITY_CARD: "5-declaraciones-firmadas-y-cedulas",
}
_FIRST_WORD: Final = {
    DocumentKind.INVOICE: "factura",
    DocumentKind.OTEC_DECLARATION: "declaracion-otec",
    DocumentKind.DECLARATION: "declaracion",
    DocumentKind.SIGNED_DECLARATION: "declaracion-firmada",
    DocumentKind.IDENTITY_CARD: "cedula",
}


def plain(text: str) -> str:
    """Return `text` for a file's name: lower-case ASCII letters, digits and hyphens.

    >>> plain("Ñusta Belén, O'Higgins N° 7")
    'nusta-belen-o-higgins-n-7'
    """
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only.lower())[:LONGEST].strip("-")


def name_of(sheet: Sheet, person: Person | None, *, number: int, action: str) -> str:
    """Return the name of the document `number`, with its folder.

    `action` is the action's code where the packet has several, else "".
    """
    kind = DocumentKind(sheet.kind)
    words = [_first_word(sheet)]
    if person is not None:
        participant = person.enrolment.participant
        words += [plain(participant.listed_name), participant.run.lower()]
    file = f"{number:03}-{'-'.join(filter(None, words))}.pdf"
    above = f"accion-{plain(action)}/" if action else ""
    return f"{above}{_FOLDERS[kind]}/{file}"


def _first_word(sheet: Sheet) -> str:
    if sheet.proof:
        return plain(PaymentProof(sheet.proof).label)
    return _FIRST_WORD[DocumentKind(sheet.kind)]
