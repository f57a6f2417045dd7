"""Who takes part in which action."""

import uuid

from django.db import models

from courses.models.actions import TrainingAction
from courses.models.people import Participant
from otec_portal.core.tenancy import Owned, TenantQuerySet


class Enrolment(Owned):
    """A participant of an action. Exempt ones ("becario") skip SENCE altogether."""

    TENANT_PATH = "action__course__training_body"
    REGION_PATH = "action__region"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    action = models.ForeignKey(
        TrainingAction,
        models.PROTECT,
        related_name="enrolments",
        verbose_name="acción",
    )
    participant = models.ForeignKey(
        Participant,
        models.PROTECT,
        related_name="enrolments",
        verbose_name="participante",
    )
    exempt = models.BooleanField("exento de registrar asistencia", default=False)

    objects = TenantQuerySet["Enrolment"].as_manager()

    class Meta:
        verbose_name = "inscripción"
        verbose_name_plural = "inscripciones"
        constraints = [
            models.UniqueConstraint(
                name="courses_participant_once_per_action",
                fields=["action", "participant"],
                violation_error_message="El participante ya está en esta acción.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.participant} en {self.action}"
