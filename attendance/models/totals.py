"""What attendance adds up to, kept beside the evidence so that lists are quick.

`services.totals` alone writes here; everything can be counted again from the evidence.
"""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q

from otec_portal.core.append_only import AppendOnlyModel
from otec_portal.core.kept_documents import KeptDocument
from otec_portal.core.tenancy import Owned, TenantQuerySet


class Adjustment(Owned, AppendOnlyModel):
    """Time that an admin adds or takes away, with a reason, beside the evidence.

    Shown as such wherever the percentage is shown; a wrong one is set right by
    another.
    """

    TENANT_PATH = "enrolment__action__course__training_body"
    REGION_PATH = "enrolment__action__region"

    enrolment = models.ForeignKey(
        "courses.Enrolment",
        models.PROTECT,
        related_name="adjustments",
        verbose_name="inscripción",
    )
    seconds = models.IntegerField("segundos")
    reason = models.CharField("motivo", max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="por")
    at = models.DateTimeField("cuándo")

    objects = TenantQuerySet["Adjustment"].as_manager()

    class Meta:
        verbose_name = "ajuste"
        constraints = [
            models.CheckConstraint(
                name="attendance_adjustment_changes_something",
                condition=~Q(seconds=0),
                violation_error_message="Un ajuste agrega o quita tiempo.",
            ),
            models.CheckConstraint(
                name="attendance_adjustment_has_a_reason",
                condition=~Q(reason=""),
                violation_error_message="Falta el motivo del ajuste.",
            ),
        ]

    def __str__(self) -> str:
        return f"ajuste de {self.seconds} s"


class AdjustmentEvidence(KeptDocument, Owned, AppendOnlyModel):
    """The document behind an adjustment, kept where nobody can change it.

    In the database and not in a folder: it is saved with its adjustment or not at all,
    is backed up with it, and has no address of its own (docs/adr/0021).
    """

    TENANT_PATH = "adjustment__enrolment__action__course__training_body"
    REGION_PATH = "adjustment__enrolment__action__region"

    adjustment = models.OneToOneField(
        Adjustment,
        models.PROTECT,
        related_name="evidence",
        verbose_name="ajuste",
    )

    objects = TenantQuerySet["AdjustmentEvidence"].as_manager()

    class Meta:
        verbose_name = "respaldo de un ajuste"
        verbose_name_plural = "respaldos de ajustes"

    def __str__(self) -> str:
        return f"respaldo del ajuste {self.adjustment_id}"


class AttendanceTotal(Owned):
    """What the marks of one enrolment add up to; a missing row means nothing yet."""

    TENANT_PATH = "enrolment__action__course__training_body"
    REGION_PATH = "enrolment__action__region"

    enrolment = models.OneToOneField(
        "courses.Enrolment",
        models.CASCADE,
        primary_key=True,
        related_name="attendance_total",
        verbose_name="inscripción",
    )
    class_seconds = models.PositiveIntegerField("segundos en clases", default=0)
    outside_seconds = models.PositiveIntegerField("segundos fuera de clases", default=0)
    adjusted_seconds = models.IntegerField("segundos ajustados", default=0)
    sessions = models.PositiveIntegerField("sesiones confirmadas", default=0)

    objects = TenantQuerySet["AttendanceTotal"].as_manager()

    class Meta:
        verbose_name = "asistencia acumulada"
        verbose_name_plural = "asistencias acumuladas"

    def __str__(self) -> str:
        return f"asistencia de {self.enrolment}"


class ClassTime(Owned):
    """In how many seconds at least one class of an action was held."""

    TENANT_PATH = "action__course__training_body"
    REGION_PATH = "action__region"

    action = models.OneToOneField(
        "courses.TrainingAction",
        models.CASCADE,
        primary_key=True,
        related_name="class_time",
        verbose_name="acción",
    )
    held_seconds = models.PositiveIntegerField("segundos de clases", default=0)

    objects = TenantQuerySet["ClassTime"].as_manager()

    class Meta:
        verbose_name = "tiempo de clases"
        verbose_name_plural = "tiempos de clases"

    def __str__(self) -> str:
        return f"clases de la acción {self.action.action_code}"


def seconds_of(hours: Decimal | None) -> int:
    """Return accredited `hours` in seconds; 0 where there are none."""
    return int(hours * 3600) if hours else 0
