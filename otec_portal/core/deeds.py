"""Entries of the audit trail in words: each room has the words of its own deeds."""

from collections.abc import Mapping
from typing import Final

from otec_portal.core.models import AuditEntry, Role
from otec_portal.core.regions import REGIONS

# {names} are those of the entry's data
WORDS: Final = {
    "core.access_restored": "Devolvió el acceso a {name}",
    "core.access_suspended": "Suspendió el acceso de {name}",
    "core.account_added": "Creó la cuenta",
    "core.account_changed": "Cambió los datos de la cuenta",
    "core.email_changed": "Cambió su correo",
    "core.invitation_resent": "Reenvió la invitación de {name}",
    "core.mail_dismissed": "Dio por resuelto un correo a {to} que no salió",
    "core.mail_not_arrived": "Dijo que un correo a {to} no llegó",
    "core.mail_resent": "Reenvió un correo a {to}",
    "core.mail_taken_as_sent": "Dio por enviado un correo a {to}",
    "core.offer_accepted": "{name} aceptó el perfil {role}",
    "core.offer_declined": "{name} rechazó el perfil {role}",
    "core.password_set": "Cambió su contraseña",
    "core.profile_added": "Agregó a {name} el perfil {role}",
    "core.profile_removed": "Quitó a {name} el perfil {role}",
    "core.recovery_codes_generated": "Generó códigos de respaldo nuevos",
    "core.regions_set": "Cambió las regiones de {name}: {regions}",
    "core.renamed": "Cambió su nombre",
    "core.second_factor_enrolled": "Activó su segundo factor",
    "core.second_factor_removed": "Quitó su segundo factor",
    "core.second_factor_reset": "Reinició el segundo factor de {name}",
    "core.second_factor_reset_elsewhere": (
        "El segundo factor de {name} se reinició fuera de esta entidad"
    ),
    "core.training_body_added": "Creó la entidad",
    "core.training_body_updated": "Cambió los datos de la entidad",
    "core.user_invited": "Invitó a {name} como {role}",
}
VALUES: Final = {
    **{role.value: role.label for role in Role},
    **{region.code: region.name for region in REGIONS.values()},
}


class _Told(dict[str, object]):
    """What an entry's data say, for people; a dash for what it doesn't."""

    def __missing__(self, key: str) -> str:
        return "—"


def in_words(
    entry: AuditEntry, *, words: Mapping[str, str], values: Mapping[str, str]
) -> str:
    """Return what was done, in Spanish; the bare name of a deed without words.

    `values` says how the entry's data are called.
    """
    told = _Told({name: _value(one, values) for name, one in entry.data.items()})
    return words.get(entry.action, entry.action).format_map(told)


def _value(value: object, values: Mapping[str, str]) -> str:
    if isinstance(value, list):
        return ", ".join(_value(one, values) for one in value)
    return values.get(str(value), str(value))
