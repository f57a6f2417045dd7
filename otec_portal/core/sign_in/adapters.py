"""allauth does the work; here it learns our texts, our mail, our limits, our keys."""

import hashlib
import logging
from io import BytesIO
from ipaddress import ip_address
from typing import Any, cast

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.usersessions.internal.flows.sessions import end_other_sessions
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from otec_portal.core import audit, encryption, outbox, rut
from otec_portal.core.client_address import client_address
from otec_portal.core.models import User
from otec_portal.core.services import accounts
from otec_portal.core.sign_in import devices, guessing, second_factor
from otec_portal.core.sign_in.backend import find_user
from otec_portal.core.sign_in.browsers import described
from otec_portal.core.sign_in.links import password_link
from otec_portal.core.to_sence import reaches

logger = logging.getLogger(__name__)

NO_ADDRESS = "0.0.0.0"  # noqa: S104 - a server behind a socket sees none
NOTICES = {  # mails without a link that lets somebody in
    *("account/email/password_changed", "account/email/password_reset"),
    *("mfa/email/totp_activated", "mfa/email/totp_deactivated"),
    "mfa/email/recovery_codes_generated",
}
_CHANGED = "account/messages/password_changed.txt"
_FIRST = "_otec_first_password"  # of a request: whether it set a first password
JUST_NOW = 5 * 60  # seconds for which having signed in counts as confirmed
_MISMATCH = (
    "El RUT o correo y la contraseña no coinciden. Revisa ambos e inténtalo otra vez."
)


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by invitation; every mail leaves by the outbox."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "Esta cuenta está desactivada.",
        "enter_current_password": "No es tu contraseña actual.",
        "incorrect_password": "La contraseña no es correcta.",
        "invalid_login": _MISMATCH,
        "username_password_mismatch": _MISMATCH,
        "email_password_mismatch": _MISMATCH,
        "invalid_password_reset": "El enlace ya se usó o venció.",
        "too_many_login_attempts": "Demasiados intentos. Espera unos minutos.",
        "rate_limited": "Demasiados intentos. Espera unos minutos.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Count the try, then let allauth check the password."""
        typed = credentials.get("username") or credentials.get("email") or ""
        attempt = begin_attempt(request, find_user(typed), typed=typed)
        user = super().authenticate(request, **credentials)
        if not isinstance(user, User):
            return None
        attempt.forgive()
        return user

    def post_login(
        self, request: HttpRequest, user: AbstractBaseUser, **about: Any
    ) -> HttpResponse:
        """All steps are passed: bind the session to them, remember the browser."""
        owner = cast("User", user)
        second_factor.bind(request.session, owner)
        response = super().post_login(request, user, **about)
        devices.remember(request, response, owner)
        return response

    def is_reauthentication_required(self, *, app: str, **about: Any) -> bool:
        """Who signed in just now is not asked again for the same password."""
        records = get_authentication_records(self.request, self.request.user)
        fresh = timezone.now().timestamp() - JUST_NOW
        if any(record["at"] > fresh for record in records):
            return False
        return bool(super().is_reauthentication_required(app=app, **about))

    def get_client_ip(self, request: HttpRequest) -> str:
        try:
            return str(ip_address(client_address(request)))
        except ValueError:
            return NO_ADDRESS

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """Who chose their first password is not told that they changed it."""
        if message_template == _CHANGED and getattr(self.request, _FIRST, False):
            message_template = "account/messages/password_chosen.txt"
        super().add_message(request, level, message_template, *args, **kwargs)

    @transaction.atomic
    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """By whatever way: it ends all sessions but the one that changed it."""
        setattr(self.request, _FIRST, not user.has_usable_password())
        super().set_password(user, password)
        end_other_sessions(self.request, user)
        owner, now = cast("User", user), timezone.now()
        accounts.end_email_links(owner, at=now)
        audit.record(
            "core.password_set", at=now, by=owner, training_body=None, target=owner
        )

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")

    def get_reset_password_from_key_url(self, key: str) -> str:
        return password_link(*key.split("-", 1))

    def send_mail(
        self, template_prefix: str, email: str, context: dict[str, Any]
    ) -> None:
        """Queue what allauth has to tell; the very same text never twice.

        Nothing where the address is SENCE's, and nobody is told: the page says the
        same for every address.
        """
        if not reaches(email):
            logger.warning("%s not queued: an address of SENCE", template_prefix)
            return
        about = {
            **context,
            "at": timezone.now(),
            "portal": settings.PORTAL_BASE_URL,
            "browser": described(str(context.get("user_agent", ""))),
        }
        subject = render_to_string(f"{template_prefix}_subject.txt", about).strip()
        text = render_to_string(f"{template_prefix}_message.txt", about)
        digest = hashlib.sha256(text.encode()).hexdigest()
        outbox.queue(
            dedup_key=f"{template_prefix}:{digest}",
            training_body=None,
            recipients=[email],
            subject=subject,
            text=text,
            at=timezone.now(),
            about=outbox.About(secret=template_prefix not in NOTICES),
        )


def begin_attempt(
    request: HttpRequest, user: User | None, *, typed: str = "", kind: str = ""
) -> guessing.Attempt:
    """Count a try at `user` (or at nobody, by what was `typed`).

    Raises ValidationError, in words, once there were too many.
    """
    counters = guessing.limits(
        account=f"{kind}{user.pk if user else typed.lower()}",
        device=devices.known(request, user) if user else "",
        address=client_address(request),
    )
    try:
        return guessing.begin(counters, at=timezone.now())
    except guessing.TooManyAttempts as refused:
        raise ValidationError(refused.message, code=refused.code) from None


class SecondFactorAdapter(DefaultMFAAdapter):
    """Its secrets are encrypted as all of ours (docs/adr/0003)."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": (
            "El código no es correcto o ya se usó. Espera a que la aplicación muestre "
            "otro y escríbelo."
        ),
        "cannot_generate_recovery_codes": (
            "Los códigos de respaldo se generan después de activar el segundo factor."
        ),
    }

    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.decrypt(encrypted_text)

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        return rut.display(user.get_username())

    def build_totp_svg(self, url: str) -> str:
        drawn = BytesIO()
        segno.make(url, error="m").save(drawn, kind="svg", scale=5, border=4)
        return drawn.getvalue().decode()
