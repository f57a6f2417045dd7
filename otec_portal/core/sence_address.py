"""Whether the portal speaks with SENCE or a stand-in (protocol.md, "Addresses")."""

from django.conf import settings

OFFICIAL_BASE_URL = "https://sistemas.sence.cl"


def stand_in() -> str:
    """Return the address that stands in for SENCE, or "" where it is SENCE itself."""
    base: str = settings.SENCE_BASE_URL
    return "" if base == OFFICIAL_BASE_URL else base


def refuses_stand_in(environment: str) -> bool:
    """Say whether nothing may be registered in `environment` through a stand-in."""
    allowed: bool = settings.SENCE_STAND_IN_FOR_PRODUCTION
    return environment == "production" and bool(stand_in()) and not allowed
