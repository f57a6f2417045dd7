"""The forms that were handed to participants' browsers for SENCE."""

from django.db import models

from attendance.models.sessions import SenceSession
from otec_portal.core.append_only import AppendOnlyModel
from otec_portal.core.constraints import choices_constraint
from otec_portal.core.tenancy import Owned, TenantQuerySet


class Step(models.TextChoices):
    """Which of the two forms was handed to the browser."""

    START = "start", "Inicio"
    CLOSE = "close", "Cierre"


class Handover(Owned, AppendOnlyModel):
    """A form that was handed to a participant's browser for SENCE.

    `fields` holds every field as sent, but for the token, which stays where it is.
    """

    TENANT_PATH = "session__training_body"
    REGION_PATH = "session__enrolment__action__region"

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

    objects = TenantQuerySet["Handover"].as_manager()

    class Meta:
        verbose_name = "formulario entregado"
        verbose_name_plural = "formularios entregados"
        constraints = [
            choices_constraint("attendance_handover_step_is_known", "step", Step)
        ]
        indexes = [
            models.Index(name="attendance_handover_token_at", fields=["token", "-at"])
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()} de la sesión {self.session_id}"
