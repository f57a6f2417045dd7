"""What is wrong with the settings is said when the portal starts."""

from email.utils import parseaddr

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register, run_checks
from django.core.checks import Warning as CheckWarning
from django.core.exceptions import ValidationError
from django.core.management.base import SystemCheckError
from django.core.validators import validate_email
from django.http.request import validate_host

from otec_portal.core.sence_address import stand_in
from otec_portal.core.web_address import host_of, is_site, is_web_address


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
    url = settings.PORTAL_BASE_URL
    if not is_site(url):
        return [
            Error(
                "PORTAL_BASE_URL must be scheme and host alone, "
                f"like https://portal.example: {url!r}",
                id="core.E001",
            )
        ]
    if settings.SESSION_COOKIE_SECURE and not url.startswith("https://"):
        return [Error("PORTAL_BASE_URL must be https in production", id="core.E002")]
    return []


@register(Tags.security)
def check_keys(app_configs: object, **_: object) -> list[CheckMessage]:
    """Without a key no secret is kept or read: every participant's start would fail."""
    named = {
        "SECRET_KEY": [settings.SECRET_KEY],
        "SECRET_KEY_FALLBACKS": settings.SECRET_KEY_FALLBACKS,
        "ENCRYPTION_KEYS": settings.ENCRYPTION_KEYS or [""],
    }
    return [
        Error(f"{name} must not be blank, nor any of several", id="core.E003")
        for name, keys in named.items()
        if not all(key.strip() for key in keys)
    ]


@register(Tags.security)
def check_own_host(app_configs: object, **_: object) -> list[CheckMessage]:
    """Whoever follows a link of ours must be answered."""
    host = host_of(settings.PORTAL_BASE_URL)
    if validate_host(host, settings.ALLOWED_HOSTS):
        return []
    return [
        Error(
            f"ALLOWED_HOSTS must hold the host of PORTAL_BASE_URL, {host!r}, bare: "
            f"{settings.ALLOWED_HOSTS!r}",
            id="core.E006",
        )
    ]


@register(Tags.security)
def check_links(app_configs: object, **_: object) -> list[CheckMessage]:
    """GCA_URL stands in mails as a link."""
    if is_web_address(settings.GCA_URL):
        return []
    return [
        Error(
            f"GCA_URL must be an address of the web: {settings.GCA_URL!r}",
            id="core.E004",
        )
    ]


@register(Tags.security)
def check_mail_addresses(app_configs: object, **_: object) -> list[CheckMessage]:
    """Mail has a sender; operations are written to where that was asked for."""
    problems: list[CheckMessage] = []
    if not _is_address(parseaddr(settings.DEFAULT_FROM_EMAIL)[1]):
        problems.append(
            Error(
                "DEFAULT_FROM_EMAIL must be like Portal <no-responder@portal.example>: "
                f"{settings.DEFAULT_FROM_EMAIL!r}",
                id="core.E005",
            )
        )
    told = settings.OPERATIONS_EMAIL
    if told and not _is_address(told):
        problems.append(
            Error(
                f"OPERATIONS_EMAIL must be like guardia@portal.example: {told!r}",
                id="core.E007",
            )
        )
    return problems


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


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
