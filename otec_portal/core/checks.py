"""What is wrong with the settings is said when the portal starts."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register, run_checks
from django.core.checks import Warning as CheckWarning
from django.core.management.base import SystemCheckError

from otec_portal.core.sence_address import stand_in


def stop_on_errors() -> None:
    """Refuse to serve with settings that are wrong. Raises SystemCheckError."""
    errors = [
        str(message)
        for message in run_checks(tags=[Tags.security])
        if message.is_serious()
    ]
    if errors:
        raise SystemCheckError("\n".join(errors))


@register(Tags.security)
def check_portal_base_url(app_configs: object, **_: object) -> list[CheckMessage]:
    """PORTAL_BASE_URL stands in every link and callback: it must be a bare address."""
    parts = urlsplit(settings.PORTAL_BASE_URL)
    problems: list[CheckMessage] = []
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path:
        problems.append(
            Error(
                "PORTAL_BASE_URL must be scheme and host alone, "
                f"like https://portal.example: {settings.PORTAL_BASE_URL!r}",
                id="core.E001",
            )
        )
    elif parts.scheme != "https" and settings.SESSION_COOKIE_SECURE:
        problems.append(
            Error("PORTAL_BASE_URL must be https in production", id="core.E002")
        )
    return problems


@register(Tags.security, deploy=True)
def check_stand_in(app_configs: object, **_: object) -> list[CheckMessage]:
    """A deployed portal speaks with SENCE, not with a stand-in."""
    if not stand_in():
        return []
    return [
        CheckWarning(
            f"SENCE_BASE_URL points at a stand-in, {stand_in()}: nothing reaches SENCE",
            id="core.W001",
        )
    ]


@register(Tags.security, deploy=True)
def check_second_factor(app_configs: object, **_: object) -> list[CheckMessage]:
    """Whoever emits certificates signs in with more than a password."""
    if settings.SECOND_FACTOR_REQUIRED:
        return []
    return [
        CheckWarning(
            "SECOND_FACTOR_REQUIRED is off: a password alone emits certificates",
            id="core.W002",
        )
    ]
