"""Many certificates emitted in one go, one by one by the worker."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from certificates.models.certificates import JUSTIFICATION, Certificate
from otec_portal.core.tenancy import Owned, TenantQuerySet
from otec_portal.core.workflow import Stateful


class BatchState(models.TextChoices):
    """Whether the worker goes on with it."""

    RUNNING = "running", "En curso"
    STOPPED = "stopped", "Detenida"


class EmissionBatch(Owned, Stateful):
    """What one person accepted at once; it is done when no item waits."""

    TENANT_PATH = "training_body"
    REGION_PATH = ""
    TRANSITIONS = {
        "stop": ({BatchState.RUNNING}, BatchState.STOPPED),
        "resume": ({BatchState.STOPPED}, BatchState.RUNNING),
    }

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    training_body = models.ForeignKey(
        "core.TrainingBody", models.PROTECT, verbose_name="entidad capacitadora"
    )
    state = models.CharField(
        "estado", max_length=10, choices=BatchState, default=BatchState.RUNNING
    )
    justification = models.CharField(
        "justificación", max_length=JUSTIFICATION, blank=True
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="por")
    at = models.DateTimeField("aceptada")

    objects = TenantQuerySet["EmissionBatch"].as_manager()

    class Meta:
        verbose_name = "emisión de varios certificados"
        verbose_name_plural = "emisiones de varios certificados"

    def __str__(self) -> str:
        return f"emisión {self.pk} de varios certificados"


class ItemState(models.TextChoices):
    """What became of one action of a batch."""

    WAITING = "waiting", "En espera"
    EMITTED = "emitted", "Emitido"
    REFUSED = "refused", "No se emitió"


class BatchItem(Owned, Stateful):
    """One action of a batch. `seen` is the digest of what was accepted (facts.py)."""

    TENANT_PATH = "batch__training_body"
    REGION_PATH = "action__region"
    TRANSITIONS = {
        "emit": ({ItemState.WAITING}, ItemState.EMITTED),
        "refuse": ({ItemState.WAITING}, ItemState.REFUSED),
    }

    batch = models.ForeignKey(
        EmissionBatch, models.PROTECT, related_name="items", verbose_name="emisión"
    )
    action = models.ForeignKey(
        "courses.TrainingAction",
        models.PROTECT,
        related_name="+",
        verbose_name="acción",
    )
    state = models.CharField(
        "estado", max_length=10, choices=ItemState, default=ItemState.WAITING
    )
    billing_reference = models.CharField(
        "N° de factura u orden de compra", max_length=40
    )
    seen = models.CharField("lo aceptado", max_length=64)
    certificate = models.OneToOneField(
        Certificate,
        models.PROTECT,
        null=True,
        related_name="batch_item",
        verbose_name="certificado",
    )
    reason = models.CharField("por qué no se emitió", max_length=1000, blank=True)

    objects = TenantQuerySet["BatchItem"].as_manager()

    class Meta:
        verbose_name = "acción de una emisión"
        verbose_name_plural = "acciones de emisiones"
        constraints = [
            models.UniqueConstraint(
                name="certificates_action_once_per_batch",
                fields=["batch", "action"],
                violation_error_message="La acción ya está en esta emisión.",
            ),
            models.CheckConstraint(
                name="certificates_item_has_a_certificate_iff_emitted",
                condition=Q(state=ItemState.EMITTED, certificate__isnull=False)
                | (~Q(state=ItemState.EMITTED) & Q(certificate=None)),
                violation_error_message="Solo lo emitido tiene certificado.",
            ),
            models.CheckConstraint(
                name="certificates_item_gives_a_reason_iff_refused",
                condition=(Q(state=ItemState.REFUSED) & ~Q(reason=""))
                | (~Q(state=ItemState.REFUSED) & Q(reason="")),
                violation_error_message="Solo lo que no se emitió lleva un motivo.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action}: {self.get_state_display()}"
