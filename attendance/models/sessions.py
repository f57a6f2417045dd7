"""One attempt of one participant to register attendance with SENCE."""

import secrets
import uuid
from contextlib import suppress
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from attendance.credit import whole_seconds
from attendance.models.receipts import CallbackKind, Flag
from attendance.models.session_states import (
    LIVE,
    NEVER_OPENED,
    RUNNING,
    Clock,
    Level,
    SessionState,
    counts_as_attendance,
    overdue_at,
    running_at,
    unanswered_at,
)
from courses.models import Enrolment, Environment, Line, Participant, TrainingAction
from courses.models.actions import code_with
from courses.models.people import meant_by
from courses.run_search import NotARun
from otec_portal.core.constraints import choices_constraint
from otec_portal.core.tenancy import Owned, TenantQuerySet
from otec_portal.core.workflow import Stateful


class SenceSessionQuerySet(TenantQuerySet["SenceSession"]):
    """Sessions by where they stand on the clock; of one row: `state_at`."""

    def live(self) -> Self:
        """Return those that are starting, open or closing."""
        return self.filter(state__in=LIVE)

    def unanswered(self, now: datetime) -> Self:
        """Return those whose start got no answer in its time."""
        return self.filter(unanswered_at(now))

    def overdue(self, now: datetime) -> Self:
        """Return those that ran past their maximum."""
        return self.filter(overdue_at(now))

    def running(self, now: datetime) -> Self:
        """Return those that are open or closing, by the clock."""
        return self.filter(running_at(now))

    def counting(self) -> Self:
        """Return those whose marks are attendance: confirmed start and close."""
        return self.filter(counts_as_attendance())

    def in_state(self, state: SessionState, now: datetime) -> Self:
        """Return those in `state` by the clock, whether a job has run yet or not."""
        ended = {
            SessionState.ABANDONED: unanswered_at(now),
            SessionState.EXPIRED: overdue_at(now),
        }
        if state in ended:
            return self.filter(Q(state=state) | ended[state])
        if state not in LIVE:
            return self.filter(state=state)
        return self.filter(Q(state=state) & ~(unanswered_at(now) | overdue_at(now)))

    def concerning(self, who: str, *, of: int | None = None) -> Self:
        """Return those of a person (RUN or words of the name), or of an action's code.

        A code may have the form of a RUN: then both are meant. `of` is the key of the
        training body whose people and actions are looked through, without it all. The
        enrolments come first, by indexes, and then their sessions: where many fit,
        `concerning_each` is quicker.
        """
        actions = TrainingAction.objects.filter(code_with(who))
        if of is not None:
            actions = actions.filter(course__training_body=of)
        enrolled = Enrolment.objects.order_by().values("pk")
        people = Participant.objects.found_by(who, of=of)
        meant = enrolled.filter(participant__in=people)
        meant = meant.union(enrolled.filter(action__in=actions))
        return self.filter(enrolment__in=meant)

    def concerning_people(self, who: str, *, of: int | None = None) -> Self:
        """Return those of `concerning` that a person is meant by: quick to count."""
        people = Participant.objects.found_by(who, of=of)
        return self.filter(enrolment__participant__in=people)

    def concerning_each(self, who: str) -> Self:
        """Return the same as `concerning`, asking of each session whose it is."""
        meant = code_with(who, "enrolment__action__")
        with suppress(NotARun):
            meant |= meant_by(who, "enrolment__participant__")
        return self.filter(meant)


class SenceSession(Owned, Stateful):
    """One attempt; what was sent to SENCE stands in its handovers."""

    TENANT_PATH = "training_body"
    REGION_PATH = "enrolment__action__region"
    TRANSITIONS = {
        "open": ({SessionState.STARTING}, SessionState.OPEN),
        "fail": ({SessionState.STARTING}, SessionState.FAILED),
        "abandon": ({SessionState.STARTING}, SessionState.ABANDONED),
        "ask_to_close": ({SessionState.OPEN}, SessionState.CLOSING),
        "reopen": ({SessionState.CLOSING}, SessionState.OPEN),
        # from OPEN only after a close form was handed out: services.decisions
        "close": ({SessionState.CLOSING, SessionState.OPEN}, SessionState.CLOSED),
        "expire": (RUNNING, SessionState.EXPIRED),
        "accept_late_close": ({SessionState.EXPIRED}, SessionState.CLOSED),
    }

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # the enrolment's own, copied so that one index serves its list (docs/adr/0024)
    training_body = models.ForeignKey(
        "core.TrainingBody",
        models.PROTECT,
        db_index=False,
        editable=False,
        verbose_name="entidad capacitadora",
    )
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
                violation_error_message=(
                    "Una sesión que se abrió lleva su inicio, su plazo y el "
                    "identificador de SENCE; una que no se abrió, nada de eso."
                ),
            ),
            models.CheckConstraint(
                name="attendance_closed_at_iff_closed",
                condition=(
                    Q(state=SessionState.CLOSED, closed_at__gte=models.F("opened_at"))
                    & ~Q(closed_clock="")
                )
                | (~Q(state=SessionState.CLOSED) & Q(closed_at=None, closed_clock="")),
                violation_error_message=(
                    "Solo una sesión cerrada lleva su cierre, que no es anterior al "
                    "inicio."
                ),
            ),
            models.CheckConstraint(
                name="attendance_close_handed_before_closing",
                condition=~Q(state__in=[SessionState.CLOSING, SessionState.CLOSED])
                | Q(close_handed_at__isnull=False),
                violation_error_message=(
                    "Ninguna sesión se cierra sin que se entregue el formulario de "
                    "cierre."
                ),
            ),
            models.CheckConstraint(
                name="attendance_session_starts_before_its_limit",
                condition=Q(start_by__gte=models.F("started_at")),
                violation_error_message=(
                    "El plazo para iniciar no es anterior a la solicitud."
                ),
            ),
            models.CheckConstraint(
                name="attendance_session_opens_before_it_expires",
                condition=Q(expires_at=None) | Q(expires_at__gt=models.F("opened_at")),
                violation_error_message="Una sesión vence después de su inicio.",
            ),
            models.CheckConstraint(
                name="attendance_session_closes_within_its_limit",
                condition=Q(closed_at=None) | Q(closed_at__lte=models.F("expires_at")),
                violation_error_message="Ninguna sesión cierra después de que vence.",
            ),
            choices_constraint(
                "attendance_session_state_is_known", "state", SessionState
            ),
            choices_constraint(
                "attendance_session_environment_is_known", "environment", Environment
            ),
            choices_constraint("attendance_session_line_is_known", "line", Line),
        ]
        indexes = [
            models.Index(
                name="attendance_session_latest",
                fields=["training_body", "-started_at", "-id"],
            ),
            models.Index(
                name="attendance_session_by_state",
                fields=["training_body", "state", "-started_at", "-id"],
            ),
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

    @property
    def is_over(self) -> bool:
        """Whether it ended, in whichever way."""
        return self.state not in LIVE

    @property
    def is_real(self) -> bool:
        """Whether it was held with SENCE: neither in its test nor with a simulator."""
        return self.environment == Environment.PRODUCTION and not self.stand_in

    def state_at(self, now: datetime) -> SessionState:
        """Return the state by the clock, whether or not the job has run yet.

        The same limits as `unanswered_at` and `overdue_at`, for a row in hand.
        """
        if self.state == SessionState.STARTING and now > self.start_by:
            return SessionState.ABANDONED
        if self.state in RUNNING and self.expires_at and now > self.expires_at:
            return SessionState.EXPIRED
        return SessionState(self.state)

    def remaining(self, now: datetime) -> float | None:
        """Return the seconds left of a running session, else None."""
        if self.expires_at is None or self.state_at(now) not in RUNNING:
            return None
        return (self.expires_at - now).total_seconds()

    @property
    def duration(self) -> int | None:
        """The seconds between its marks as they are shown; None before it is closed."""
        if self.opened_at is None or self.closed_at is None:
            return None
        return whole_seconds(self.opened_at, self.closed_at).seconds

    # the two below come without queries for sessions `with_evidence` (selectors)

    @property
    def level(self) -> Level | None:
        """What its marks are worth: the lowest of them; None without a mark.

        It is reconciled as a whole.
        """
        if hasattr(self, "reconciliation"):
            return Level.RECONCILED
        marks = [CallbackKind.START_CONFIRMED] if self.opened_at else []
        if self.closed_at:
            marks.append(CallbackKind.CLOSE_CONFIRMED)
        if not marks:
            return None
        linked = {
            receipt.kind
            for receipt in self.receipts.all()
            if receipt.confirms and receipt.linked
        }
        return Level.LINKED if linked.issuperset(marks) else Level.RECEIVED

    @property
    def flags(self) -> list[Flag]:
        """The flags of all of its receipts, each once."""
        return list(
            dict.fromkeys(flag for one in self.receipts.all() for flag in one.flags)
        )
