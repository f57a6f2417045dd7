"""The tokens by which SENCE knows a training body."""

import uuid
from typing import Final

from django.db import models

from attendance.sence.wire import TOKEN_MIN_LENGTH
from otec_portal.core.constraints import choices_constraint
from otec_portal.core.encryption import EncryptedTextField, UnreadableSecret
from otec_portal.core.tenancy import Owned, TenantQuerySet
from otec_portal.core.workflow import Stateful

SHOWN: Final = 4  # characters at a token's end


class TokenState(models.TextChoices):
    """Whether a token may be used. *suspect*: SENCE refused it (211, 212, 303)."""

    IN_FORCE = "in_force", "Vigente"
    SUSPECT = "suspect", "En duda"
    REVOKED = "revoked", "Revocado"


USABLE = frozenset({TokenState.IN_FORCE, TokenState.SUSPECT})


class SenceTokenQuerySet(TenantQuerySet["SenceToken"]):
    """Finds the token to use."""

    def usable(self) -> "SenceTokenQuerySet":
        """Return those that may still leave the portal."""
        return self.filter(state__in=USABLE)

    def by_preference(self) -> "SenceTokenQuerySet":
        """Return the usable ones: in force before suspect, then the newest.

        A suspect one is a last resort and not out of use: whoever forges a 212 must
        not be able to stop a whole training body (docs/adr/0004).
        """
        in_force = models.Q(state=TokenState.IN_FORCE)
        return self.usable().order_by(
            models.Case(models.When(in_force, then=0), default=1), "-created_at", "-pk"
        )


class SenceToken(Owned, Stateful):
    """A token; its text is encrypted at rest and never shown again."""

    TENANT_PATH = "training_body"
    REGION_PATH = ""
    TRANSITIONS = {
        "suspect": ({TokenState.IN_FORCE}, TokenState.SUSPECT),
        "clear": ({TokenState.SUSPECT}, TokenState.IN_FORCE),
        "revoke": (USABLE, TokenState.REVOKED),
    }

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    training_body = models.ForeignKey(
        "core.TrainingBody",
        models.PROTECT,
        related_name="sence_tokens",
        verbose_name="entidad capacitadora",
    )
    label = models.CharField("nombre", max_length=60)
    secret = EncryptedTextField("token")
    last4 = models.CharField("últimos 4", max_length=4, editable=False)
    state = models.CharField(
        "estado", max_length=10, choices=TokenState, default=TokenState.IN_FORCE
    )
    created_at = models.DateTimeField("agregado")
    revoked_at = models.DateTimeField("revocado", null=True, blank=True)

    objects = SenceTokenQuerySet.as_manager()

    class Meta:
        verbose_name = "token SENCE"
        verbose_name_plural = "tokens SENCE"
        constraints = [
            models.CheckConstraint(
                name="attendance_token_revoked_at_iff_revoked",
                condition=models.Q(state=TokenState.REVOKED, revoked_at__isnull=False)
                | (
                    ~models.Q(state=TokenState.REVOKED)
                    & models.Q(revoked_at__isnull=True)
                ),
                violation_error_message=(
                    "Solo un token revocado lleva la fecha en que se revocó."
                ),
            ),
            choices_constraint("attendance_token_state_is_known", "state", TokenState),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.masked})"

    @property
    def masked(self) -> str:
        """The token for the screen: its last four characters, of a short one none.

        One that is shorter than may be added was kept before that was refused.
        """
        try:
            short = len(self.secret) < TOKEN_MIN_LENGTH
        except UnreadableSecret:
            short = len(self.last4) < SHOWN  # that was all of it
        return "••••" if short else f"••••{self.last4}"

    @property
    def readable(self) -> bool:
        """Whether a key of this installation still opens it."""
        try:
            return bool(self.secret)
        except UnreadableSecret:
            return False

    @property
    def doubted(self) -> bool:
        """Whether SENCE refused it, and nothing has cleared that yet."""
        return self.state == TokenState.SUSPECT

    @property
    def sound(self) -> bool:
        """Whether none is better: SENCE has not refused it, and a key opens it."""
        return self.state == TokenState.IN_FORCE and self.readable

    @property
    def lost(self) -> bool:
        """Whether it would be in use, if only a key opened it."""
        return self.state in USABLE and not self.readable
