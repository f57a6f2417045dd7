"""Settings that SENCE's contract depends on."""

import re
from typing import Final

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Doubtful

from attendance.sence import addresses
from attendance.sence.wire import MAX_LENGTHS, Field
from attendance.services.limits import SENCE_TAKES
from courses.models.actions import LONGEST_SESSION_MINUTES
from otec_portal.core.sence_address import OFFICIAL_BASE_URL
from otec_portal.core.web_address import is_site

_SOURCE: Final = re.compile(r"https?://(\*\.)?[A-Za-z0-9.-]+(:\d+)?")


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
def check_sence_base_url(app_configs: object, **_: object) -> list[CheckMessage]:
    """Paths of SENCE's are put behind it: anything else would send forms astray."""
    if is_site(settings.SENCE_BASE_URL):
        return []
    return [
        Error(
            f"SENCE_BASE_URL must be scheme and host alone, like {OFFICIAL_BASE_URL}: "
            f"{settings.SENCE_BASE_URL!r}",
            id="attendance.E002",
        )
    ]


@register(Tags.security)
def check_session_max(app_configs: object, **_: object) -> list[CheckMessage]:
    """No session may last longer than an action may say, nor end as it begins."""
    shortest, longest = 60, LONGEST_SESSION_MINUTES * 60
    if shortest <= settings.SENCE_SESSION_MAX <= longest:
        return []
    return [
        Error(
            f"SENCE_SESSION_MAX must be from {shortest} to {longest} seconds: "
            f"{settings.SENCE_SESSION_MAX}",
            id="attendance.E003",
        )
    ]


@register(Tags.security)
def check_start_timeout(app_configs: object, **_: object) -> list[CheckMessage]:
    """A start waits as long as SENCE gives for the Clave, at least."""
    seconds = settings.SENCE_START_TIMEOUT
    if seconds <= 0:
        return [
            Error(
                f"SENCE_START_TIMEOUT must be more than 0 seconds: {seconds}",
                id="attendance.E004",
            )
        ]
    if seconds < SENCE_TAKES.seconds:
        return [
            Doubtful(
                "SENCE_START_TIMEOUT is shorter than the three minutes that SENCE "
                f"gives for the Clave: {seconds}",
                hint="Whoever takes them comes back late, and nothing counts.",
                id="attendance.W001",
            )
        ]
    return []


@register(Tags.security)
def check_form_action(app_configs: object, **_: object) -> list[CheckMessage]:
    """What stands in a header must be sources of it, and nothing that ends it."""
    wrong = [one for one in settings.SENCE_FORM_ACTION if not _SOURCE.fullmatch(one)]
    return [
        Error(
            f"SENCE_FORM_ACTION must list hosts, like https://*.sence.cl: {one!r}",
            id="attendance.E005",
        )
        for one in wrong
    ]
