"""Settings that SENCE's contract depends on."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Doubtful

from attendance.sence import addresses
from attendance.sence.wire import MAX_LENGTHS, Field
from attendance.services.limits import SENCE_TAKES
from courses.models.actions import SENCE_SESSION_MINUTES


@register(Tags.security)
def check_return_addresses(app_configs: object, **_: object) -> list[CheckMessage]:
    """Every address that SENCE is given must fit its 100 characters (B1)."""
    longest = MAX_LENGTHS[Field.SUCCESS_URL]
    start, close = addresses.start_returns(), addresses.close_returns()
    return [
        Error(
            f"PORTAL_BASE_URL is too long: {url} has more than {longest} characters",
            hint=f"PORTAL_BASE_URL={settings.PORTAL_BASE_URL}",
            id="attendance.E001",
        )
        for url in (start.success, start.error, close.success, close.error)
        if len(url) > longest
    ]


@register(Tags.security)
def check_sence_settings(app_configs: object, **_: object) -> list[CheckMessage]:
    """What would send forms astray, or give sessions a length that none may have."""
    base = urlsplit(settings.SENCE_BASE_URL)
    shortest, longest = 60, SENCE_SESSION_MINUTES * 60
    found: list[CheckMessage] = []
    if (
        base.scheme not in {"http", "https"}
        or not base.hostname
        or f"{base.scheme}://{base.netloc}" != settings.SENCE_BASE_URL
    ):
        found.append(
            Error(
                "SENCE_BASE_URL must be scheme and host alone, like "
                f"https://sistemas.sence.cl: {settings.SENCE_BASE_URL!r}",
                id="attendance.E002",
            )
        )
    if not shortest <= settings.SENCE_SESSION_MAX <= longest:
        found.append(
            Error(
                f"SENCE_SESSION_MAX must be from {shortest} to {longest} seconds: "
                f"{settings.SENCE_SESSION_MAX}",
                id="attendance.E003",
            )
        )
    if settings.SENCE_START_TIMEOUT <= 0:
        found.append(
            Error(
                "SENCE_START_TIMEOUT must be more than 0 seconds: "
                f"{settings.SENCE_START_TIMEOUT}",
                id="attendance.E004",
            )
        )
    elif SENCE_TAKES.seconds > settings.SENCE_START_TIMEOUT:
        found.append(
            Doubtful(
                "SENCE_START_TIMEOUT is shorter than the three minutes that SENCE "
                f"gives for the Clave: {settings.SENCE_START_TIMEOUT}",
                hint="Whoever takes them comes back late, and nothing counts.",
                id="attendance.W001",
            )
        )
    return found
