"""One attempt of one participant to register attendance with SENCE."""

import secrets
import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from otec_portal.core.append_only import AppendOnlyModel
from otec_portal.core.tenancy import TenantQuerySet
from otec_portal.core.workflow import Stateful


class SessionState(models.TextChoices):
    """The states of protocol.md, "States of a session"."""

    STARTING = "starting", "Iniciando"
    OPEN = "open", "Abierta"
    CLOSING = "closing", "Cerrando"
    CLOSED = "closed", "Cerrada"
    FAILED = "failed", "Con error"
    ABANDONED = "abandoned", "Abandonada"
    EXPIRED = "expired", "Vencida"


LIVE = frozenset({SessionState.STARTING, SessionState.OPEN, SessionState.CLOSING})
RUNNING = frozenset({SessionState.OPEN, SessionState.CLOSING})
NEVER_OPENED = frozenset(
    {SessionState.STARTING, SessionState.FAILED, SessionState.ABANDONED}
)


class Clock(models.TextChoices):
    """Whose clock a mark was taken from."""

    SENCE = "sence", "Reloj de SENCE"
    PORTAL = "portal", "Reloj del portal"


class Level(models.TextChoices):
    """How much a mark is worth (protocol.md, "How much a mark is worth")."""

    RECEIVED = "received", "Recibida"
    LINKED = "linked", "Vinculada"
    RECONCILED = "reconciled", "Conciliada"


class SenceSessionQuerySet(TenantQuerySet["SenceSession"]):
    """Sessions by where they stand on the clock."""

    def live(self) -> Self:
        """Return those that are starting, open or closing."""
        return self.filter(state__in=LIVE)

    def unanswered(self, now: datetime) -> Self:
        """Return those whose start got no answer in its time."""
        return self.filter(state=SessionState.STARTING, start_by__lt=now)

    def overdue(self, now: datetime) -> Self:
        """Return those that ran past their maximum."""
        return self.filter(state__in=RUNNING, expires_at__lt=now)


class SenceSession(Stateful):
    """One attempt; what was sent to SENCE stands in its handovers."""

    TENANT_PATH = "enrolment__action__course__training_body"
    REGION_PATH = "enrolment__action__region"
    TRANSITIONS = {
        "open": ({SessionState.STARTING}, SessionState.OPEN),
        "fail": ({SessionState.STARTING}, SessionState.FAILED),
        "abandon": ({SessionState.STARTING}, SessionState.ABANDONED),
        "ask_to_close": ({SessionState.OPEN}, SessionState.CLOSING),
        "reopen": ({SessionState.CLOSING}, SessionState.OPEN),
        # from OPEN only after a close form was handed out: services.callbacks
        "close": ({SessionState.CLOSING, SessionState.OPEN}, SessionState.CLOSED),
        "expire": (RUNNING, SessionState.EXPIRED),
        "accept_late_close": ({SessionState.EXPIRED}, SessionState.CLOSED),
    }

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.ForeignKey(
        "courses.Enrolment",
        models.PROTECT,
        related_name="sence_sessions",
        verbose_name="inscripción",
    )
    nonce = models.CharField(
        max_length=149, unique=True, default=secrets.token_urlsafe, editable=False
    )
    token = models.ForeignKey(
        "attendance.SenceToken",
        models.PROTECT,
        related_name="sessions",
        verbose_name="token",
    )
    environment = models.CharField("ambiente", max_length=10)
    # as sent to SENCE: what comes back must be equal, whatever was edited since
    otec_rut = models.CharField("RUT de la OTEC", max_length=10)
    run = models.CharField("RUN", max_length=10)
    sence_code = models.CharField("código SENCE", max_length=10, blank=True)
    action_code = models.CharField("código de la acción", max_length=50)
    line = models.PositiveSmallIntegerField("línea de capacitación")
    stand_in = models.CharField(
        "en lugar de SENCE",
        max_length=200,
        blank=True,
        help_text="La dirección del simulador con que se hizo; en blanco con SENCE.",
    )
    sence_id = models.CharField("identificador de SENCE", max_length=149, blank=True)
    state = models.CharField(
        "estado", max_length=10, choices=SessionState, default=SessionState.STARTING
    )
    started_at = models.DateTimeField("solicitada")
    start_by = models.DateTimeField("plazo para iniciar")
    opened_at = models.DateTimeField("inicio", null=True, blank=True)
    opened_clock = models.CharField(
        "reloj del inicio", max_length=10, choices=Clock, blank=True
    )
    expires_at = models.DateTimeField("vence", null=True, blank=True)
    close_handed_at = models.DateTimeField("cierre solicitado", null=True, blank=True)
    closed_at = models.DateTimeField("cierre", null=True, blank=True)
    closed_clock = models.CharField(
        "reloj del cierre", max_length=10, choices=Clock, blank=True
    )

    objects = SenceSessionQuerySet.as_manager()

    class Meta:
        verbose_name = "sesión SENCE"
        verbose_name_plural = "sesiones SENCE"
        constraints = [
            models.UniqueConstraint(
                name="attendance_one_live_session_per_enrolment",
                fields=["enrolment"],
                condition=Q(state__in=LIVE),
                violation_error_message="El participante ya tiene una sesión abierta.",
            ),
            models.CheckConstraint(
                name="attendance_opened_at_iff_ever_opened",
                condition=Q(state__in=NEVER_OPENED, opened_at=None, opened_clock="")
                | (
                    ~Q(state__in=NEVER_OPENED)
                    & Q(opened_at__isnull=False, expires_at__isnull=False)
                    & ~Q(opened_clock="")
                    & ~Q(sence_id="")
                ),
            ),
            models.CheckConstraint(
                name="attendance_closed_at_iff_closed",
                condition=(
                    Q(state=SessionState.CLOSED, closed_at__gte=models.F("opened_at"))
                    & ~Q(closed_clock="")
                )
                | (~Q(state=SessionState.CLOSED) & Q(closed_at=None, closed_clock="")),
            ),
        ]
        indexes = [
            models.Index(
                name="attendance_session_limits", fields=["state", "start_by"]
            ),
            models.Index(
                name="attendance_session_sence_id",
                fields=["sence_id"],
                condition=~Q(sence_id=""),
            ),
        ]

    def __str__(self) -> str:
        return f"sesión {self.pk} de {self.enrolment}"

    def is_unanswered(self, now: datetime) -> bool:
        """Say whether the start's time is over: at the very limit it is not."""
        return self.state == SessionState.STARTING and now > self.start_by

    def is_overdue(self, now: datetime) -> bool:
        """Say whether an open session ran past its maximum: at the limit it did not."""
        return (
            self.state in RUNNING
            and self.expires_at is not None
            and now > self.expires_at
        )


class Step(models.TextChoices):
    """Which of the two forms was handed to the browser."""

    START = "start", "Inicio"
    CLOSE = "close", "Cierre"


class Handover(AppendOnlyModel):
    """A form that was handed to a participant's browser for SENCE.

    `fields` holds every field as sent, but for the token, which stays where it is.
    """

    session = models.ForeignKey(
        SenceSession, models.PROTECT, related_name="handovers", verbose_name="sesión"
    )
    step = models.CharField("paso", max_length=5, choices=Step)
    token = models.ForeignKey(
        "attendance.SenceToken", models.PROTECT, verbose_name="token"
    )
    url = models.CharField("dirección", max_length=200)
    fields = models.JSONField("campos")
    at = models.DateTimeField("cuándo")

    class Meta:
        verbose_name = "formulario entregado"
        verbose_name_plural = "formularios entregados"
        indexes = [
            models.Index(name="attendance_handover_token_at", fields=["token", "-at"])
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()} de la sesión {self.session_id}"
