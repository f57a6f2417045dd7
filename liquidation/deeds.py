"""What is done to declarations and liquidations, as it stands in histories."""

from typing import Final

from liquidation.models import DeclarationState, Way

# {names} are those of the entry's data
WORDS: Final = {
    "liquidation.answer_evidence_opened": (
        "Abrió el respaldo de la respuesta de la Dirección Regional"
    ),
    "liquidation.answer_recorded": (
        "Registró la respuesta de la Dirección Regional ({who}) del {answered_on}: "
        "{answer}"
    ),
    "liquidation.declaration_recorded": "Registró una declaración jurada: {state}",
    "liquidation.declarations_chased": "Recordó su declaración jurada: {people}",
    "liquidation.document_opened": "Abrió el PDF de una declaración jurada",
    "liquidation.link_opened": "{who} abrió su enlace al expediente",
    "liquidation.link_revoked": "Revocó el enlace de {who} ({to})",
    "liquidation.list_imported": "Importó una lista de GCA: cambió {changed}",
    "liquidation.out_of_term_answered": "Registró una emisión fuera de plazo {answer}",
    "liquidation.out_of_term_document_opened": (
        "Abrió el respaldo de una solicitud fuera de plazo"
    ),
    "liquidation.out_of_term_requested": (
        "Registró una solicitud fuera de plazo del {day}"
    ),
    "liquidation.packet_action_added": "Agregó al expediente la acción {actions}",
    "liquidation.packet_action_removed": "Quitó del expediente la acción {actions}",
    "liquidation.packet_build_asked": "Pidió armar un expediente",
    "liquidation.packet_discarded": "Descartó el expediente de {actions}",
    "liquidation.packet_made": "Creó el expediente de la acción {actions}",
    "liquidation.packet_answered": (
        "La Dirección Regional respondió ({who}): {answer}"
    ),
    "liquidation.packet_downloaded": "Descargó el {file} de un expediente",
    "liquidation.packet_downloaded_by_link": (
        "{who} descargó el {file} del expediente con su enlace"
    ),
    "liquidation.packet_handed_over": (
        "Entregó el expediente a {who} ({to}) con un enlace hasta el {until}"
    ),
    "liquidation.packet_sent": (
        "Envió el expediente a {to} a nombre de {behalf}: {way}"
    ),
    "liquidation.packet_sent_by_company": (
        "{who} dijo que envió el expediente a {to} por {behalf}, desde su correo"
    ),
    "liquidation.paper_added": "Subió un archivo a un expediente",
    "liquidation.paper_brought_back": "Recuperó un archivo de un expediente",
    "liquidation.paper_discarded": "Descartó un archivo de un expediente",
    "liquidation.paper_opened": "Abrió un archivo de un expediente: {what}",
    "liquidation.paper_placed": "Confirmó un archivo de un expediente: {what}",
    "liquidation.paper_replaced": "Reemplazó un archivo de un expediente por {new}",
    "liquidation.paper_taken_out": "Quitó un archivo de su lugar en un expediente",
}
VALUES: Final = {
    **{state.value: state.label.lower() for state in DeclarationState},
    **{way.value: way.label.lower() for way in Way},
    "packet_liquidated": "liquidado",
    "packet_observed": "observado",
}
