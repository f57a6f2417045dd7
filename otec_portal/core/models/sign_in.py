"""What signing in has to remember, whichever process answers (docs/adr/0011)."""

from django.db import models
from django.utils import timezone


class SignInAttempt(models.Model):
    """One wrong password or code, against one of the limits of sign_in/guessing.py.

    `key` is a digest: what people type into the wrong field may be a secret.
    """

    key = models.CharField("clave", max_length=64)
    at = models.DateTimeField("cuándo")

    class Meta:
        verbose_name = "intento de ingreso"
        verbose_name_plural = "intentos de ingreso"
        indexes = [
            models.Index(name="core_attempt_key_at", fields=["key", "at"]),
            models.Index(name="core_attempt_at", fields=["at"]),
        ]

    def __str__(self) -> str:
        return f"{self.key[:8]} {timezone.localtime(self.at):%d-%m-%Y %H:%M:%S}"


class UsedTotpStep(models.Model):
    """The latest step of time whose code one authenticator has spent.

    Steps only go up, so that no code is taken twice (RFC 6238, 5.2).
    """

    authenticator = models.OneToOneField(
        "mfa.Authenticator",
        models.CASCADE,
        primary_key=True,
        related_name="used_step",
        verbose_name="segundo factor",
    )
    step = models.BigIntegerField("paso de tiempo")

    class Meta:
        verbose_name = "código usado"
        verbose_name_plural = "códigos usados"

    def __str__(self) -> str:
        return f"{self.authenticator_id}: {self.step}"
