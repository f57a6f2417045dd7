"""Whether the portal speaks with SENCE or a stand-in (protocol.md, "Addresses")."""

from django.conf import settings

OFFICIAL_BASE_URL = "https://sistemas.sence.cl"


def stand_in() -> str:
    """Return the address that stands in for SENCE, or "" where it is SENCE itself."""
    base: str = settings.SENCE_BASE_URL
    return "" if base == OFFICIAL_BASE_URL else base
