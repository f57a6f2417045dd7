"""Where the forms go, and where SENCE is asked to send the browser back to."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from attendance.sence import wire
from otec_portal.core.sence_address import stand_in


@dataclass(frozen=True)
class ReturnAddresses:
    """The two absolute addresses that go with a form (UrlRetoma, UrlError)."""

    success: str
    error: str


def start_url(environment: str) -> str:
    """Return SENCE's address for a start in `environment` (wire.TEST, PRODUCTION)."""
    return f"{settings.SENCE_BASE_URL}{wire.START_PATHS[environment]}"


def close_url(environment: str) -> str:
    """Return SENCE's address for a close in `environment`."""
    return f"{settings.SENCE_BASE_URL}{wire.CLOSE_PATHS[environment]}"


def start_returns() -> ReturnAddresses:
    """Return where a start comes back to."""
    return ReturnAddresses(_own("start_confirmed"), _own("start_failed"))


def close_returns() -> ReturnAddresses:
    """Return where a close comes back to."""
    return ReturnAddresses(_own("close_confirmed"), _own("close_failed"))


def https_only(environment: str) -> bool:
    """Say whether SENCE demands https of the return addresses in `environment`."""
    return environment == wire.PRODUCTION and not stand_in()


def _own(name: str) -> str:
    return f"{settings.PORTAL_BASE_URL}{reverse(f'attendance:{name}')}"
