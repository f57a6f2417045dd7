"""Settings that SENCE's contract depends on."""

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from attendance.sence import addresses
from attendance.sence.wire import MAX_LENGTHS, Field


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
