"""Where a session may stand, what its marks are worth, and what the clock says."""

from datetime import datetime

from django.db import models
from django.db.models import Q

from courses.models import Environment


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
    MAXIMUM = "maximum", "Máximo de la sesión"  # no clock: the time that it may last


class Level(models.TextChoices):
    """How much a mark is worth (protocol.md, "How much a mark is worth")."""

    RECEIVED = "received", "Recibida"
    LINKED = "linked", "Vinculada"
    RECONCILED = "reconciled", "Conciliada"


def unanswered_at(now: datetime) -> Q:
    """Say of which sessions the start's time is over: at the very limit it is not."""
    return Q(state=SessionState.STARTING, start_by__lt=now)


def overdue_at(now: datetime) -> Q:
    """Say which open sessions ran past their maximum: at the limit they did not."""
    return Q(state__in=RUNNING, expires_at__lt=now)


def running_at(now: datetime) -> Q:
    """Say who is in by the clock, whether or not the job has run yet."""
    return Q(state__in=RUNNING, expires_at__gte=now)


def counts_as_attendance(path: str = "") -> Q:
    """Return the condition on sessions whose marks are attendance, reached by `path`.

    Never those of SENCE's test environment or of a simulator (domain.md,
    "Attendance"). An expired one counts nothing: nobody confirmed its end [choice].
    """
    return Q(
        **{
            f"{path}state": SessionState.CLOSED,
            f"{path}environment": Environment.PRODUCTION,
            f"{path}stand_in": "",
        }
    )
