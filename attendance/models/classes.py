"""Classes: a facilitator's sessions, by which participants' marks are credited."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from attendance.credit import whole_seconds
from otec_portal.core.tenancy import Owned, TenantQuerySet
from otec_portal.core.workflow import Stateful


class ClassState(models.TextChoices):
    """The states of a class."""

    OPEN = "open", "En curso"
    ENDED = "ended", "Terminada"
    ANNULLED = "annulled", "Anulada"


class TrainingClassQuerySet(TenantQuerySet["TrainingClass"]):
    """Classes by what they are good for."""

    def held(self) -> Self:
        """Return those that count, in order: what has ended and was not annulled."""
        return self.filter(state=ClassState.ENDED).order_by("started_at", "pk")


class TrainingClass(Owned, Stateful):
    """A class held in an action (domain.md, "Attendance": the "libro de clases").

    Opened and ended by a button, or entered afterwards with a reason. What is wrong
    is annulled and entered again: nothing recorded is edited.
    """

    TENANT_PATH = "action__course__training_body"
    REGION_PATH = "action__region"
    TRANSITIONS = {
        "end": ({ClassState.OPEN}, ClassState.ENDED),
        "annul": ({ClassState.OPEN, ClassState.ENDED}, ClassState.ANNULLED),
    }

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    action = models.ForeignKey(
        "courses.TrainingAction",
        models.PROTECT,
        related_name="classes",
        verbose_name="acción",
    )
    facilitator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="classes",
        verbose_name="facilitador",
    )
    state = models.CharField(
        "estado", max_length=10, choices=ClassState, default=ClassState.OPEN
    )
    started_at = models.DateTimeField("inicio")
    ended_at = models.DateTimeField("término", null=True, blank=True)
    entered_at = models.DateTimeField("ingresada después", null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="ingresada por",
    )
    reason = models.CharField("motivo del ingreso", max_length=500, blank=True)
    annulled_at = models.DateTimeField("anulada", null=True, blank=True)
    annulled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="anulada por",
    )
    annulment_reason = models.CharField(
        "motivo de la anulación", max_length=500, blank=True
    )

    objects = TrainingClassQuerySet.as_manager()

    class Meta:
        verbose_name = "clase"
        constraints = [
            models.UniqueConstraint(
                name="attendance_one_open_class_per_facilitator_and_action",
                fields=["action", "facilitator"],
                condition=Q(state=ClassState.OPEN),
                violation_error_message="Ya tienes una clase en curso en esta acción.",
                violation_error_code="class_is_open",
            ),
            models.CheckConstraint(
                name="attendance_class_ends_after_it_starts",
                condition=Q(ended_at=None) | Q(ended_at__gt=F("started_at")),
                violation_error_message="La clase termina después de su inicio.",
                violation_error_code="ends_before_it_starts",
            ),
            models.CheckConstraint(
                name="attendance_class_ended_at_unless_open",
                condition=Q(state=ClassState.OPEN, ended_at=None)
                | Q(state=ClassState.ENDED, ended_at__isnull=False)
                | Q(state=ClassState.ANNULLED),
                violation_error_message="Solo una clase en curso no tiene término.",
            ),
            models.CheckConstraint(
                name="attendance_class_entered_with_a_reason",
                condition=Q(entered_at=None, entered_by=None, reason="")
                | (
                    Q(entered_at__isnull=False, entered_by__isnull=False)
                    & ~Q(reason="")
                ),
                violation_error_message="Falta el motivo del ingreso.",
            ),
            models.CheckConstraint(
                name="attendance_class_annulled_with_a_reason",
                condition=(
                    ~Q(state=ClassState.ANNULLED)
                    & Q(annulled_at=None, annulled_by=None, annulment_reason="")
                )
                | (
                    Q(
                        state=ClassState.ANNULLED,
                        annulled_at__isnull=False,
                        annulled_by__isnull=False,
                    )
                    & ~Q(annulment_reason="")
                ),
                violation_error_message="Falta el motivo de la anulación.",
            ),
        ]

    @property
    def seconds(self) -> int | None:
        """How long it was; None while it runs."""
        if self.ended_at is None:
            return None
        return whole_seconds(self.started_at, self.ended_at).seconds

    @property
    def ends_next_day(self) -> bool:
        """Whether it ended on another day than it began, in America/Santiago."""
        if self.ended_at is None:
            return False
        began = timezone.localdate(self.started_at)
        return timezone.localdate(self.ended_at) != began

    def __str__(self) -> str:
        began = timezone.localtime(self.started_at)
        code = self.action.action_code
        return f"clase del {began:%d-%m-%Y a las %H:%M}, acción {code}"
