"""Requests to issue out of term, and what the regional office answered [GCA].

They are made in SENCE's system; the portal keeps that they were, with their evidence.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from otec_portal.core.append_only import AppendOnlyModel
from otec_portal.core.kept_documents import KeptBytes
from otec_portal.core.tenancy import Owned, TenantQuerySet


class Evidenced(KeptBytes):
    """A row with the document behind it; the bytes have no address of their own."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="por")
    at = models.DateTimeField("cuándo")

    class Meta:
        abstract = True


class OutOfTermRequest(Evidenced, Owned, AppendOnlyModel):
    """The training body asked SENCE to let it issue after the term."""

    TENANT_PATH = "action__course__training_body"
    REGION_PATH = "action__region"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    action = models.ForeignKey(
        "courses.TrainingAction",
        models.PROTECT,
        related_name="out_of_term_requests",
        verbose_name="acción",
    )
    requested_on = models.DateField("fecha de la solicitud")
    reason = models.CharField("motivo", max_length=1000)

    objects = TenantQuerySet["OutOfTermRequest"].as_manager()

    class Meta:
        verbose_name = "solicitud fuera de plazo"
        verbose_name_plural = "solicitudes fuera de plazo"
        constraints = [
            models.CheckConstraint(
                name="liquidation_out_of_term_request_has_a_reason",
                condition=~Q(reason=""),
                violation_error_message="Escribe el motivo de la solicitud.",
            )
        ]

    def __str__(self) -> str:
        return f"solicitud fuera de plazo del {self.requested_on:%d-%m-%Y}"


class OutOfTermAnswer(Evidenced, Owned, AppendOnlyModel):
    """What the regional office decided on a request; the first answer is the last."""

    TENANT_PATH = "request__action__course__training_body"
    REGION_PATH = "request__action__region"

    request = models.OneToOneField(
        OutOfTermRequest,
        models.PROTECT,
        primary_key=True,
        related_name="answer",
        verbose_name="solicitud",
    )
    accepted = models.BooleanField("aceptada")
    answered_on = models.DateField("fecha de la respuesta")

    objects = TenantQuerySet["OutOfTermAnswer"].as_manager()

    class Meta:
        verbose_name = "respuesta a una solicitud fuera de plazo"
        verbose_name_plural = "respuestas a solicitudes fuera de plazo"

    def __str__(self) -> str:
        return "aceptada" if self.accepted else "rechazada"
