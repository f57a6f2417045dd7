"""Requests to annul a certificate, and what became of them.

Source: seed 001, questions 125, 130 and 131; domain.md, "Annulment".
"""

import uuid
from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q

from certificates.models.certificates import Certificate
from courses.terms import ANSWER
from otec_portal.core.append_only import AppendOnlyModel
from otec_portal.core.kept_documents import KeptDocument
from otec_portal.core.tenancy import Owned, TenantQuerySet

WORDS: Final = 1000  # characters of a reason, of a remark


class AnnulmentRequest(Owned, AppendOnlyModel):
    """The training body asks the regional office to annul a certificate.

    The admitted ground is a wrong invoice number: the right one goes with it.
    """

    TENANT_PATH = "certificate__training_body"
    REGION_PATH = "certificate__certification__action__region"
    SUBMITTED = True
    ANSWER_DAYS = ANSWER  # business days, as its pages and mail say

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    certificate = models.OneToOneField(
        Certificate,
        models.PROTECT,
        related_name="annulment",
        verbose_name="certificado",
    )
    reason = models.CharField("motivo de la anulación", max_length=WORDS)
    right_reference = models.CharField(
        "N° correcto de factura u orden de compra", max_length=40
    )
    due_on = models.DateField("plazo de respuesta")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="por")
    at = models.DateTimeField("enviada")

    objects = TenantQuerySet["AnnulmentRequest"].as_manager()

    class Meta:
        verbose_name = "solicitud de anulación"
        verbose_name_plural = "solicitudes de anulación"
        constraints = [
            models.CheckConstraint(
                name="certificates_annulment_gives_a_reason",
                condition=~Q(reason=""),
                violation_error_message="Falta el motivo de la anulación.",
            ),
            models.CheckConstraint(
                name="certificates_annulment_gives_the_right_reference",
                condition=~Q(right_reference=""),
                violation_error_message="Falta el número correcto.",
            ),
        ]

    def __str__(self) -> str:
        return f"solicitud de anulación del {self.certificate}"


class AnnulmentEvidence(KeptDocument, Owned, AppendOnlyModel):
    """The document that shows the right number."""

    TENANT_PATH = "request__certificate__training_body"
    REGION_PATH = "request__certificate__certification__action__region"
    SUBMITTED = True

    request = models.OneToOneField(
        AnnulmentRequest,
        models.PROTECT,
        related_name="evidence",
        verbose_name="solicitud",
    )

    objects = TenantQuerySet["AnnulmentEvidence"].as_manager()

    class Meta:
        verbose_name = "respaldo de una solicitud de anulación"
        verbose_name_plural = "respaldos de solicitudes de anulación"

    def __str__(self) -> str:
        return f"respaldo de la solicitud {self.request_id}"


class AnnulmentDecision(Owned, AppendOnlyModel):
    """The regional office's answer: given by its account, or recorded here."""

    TENANT_PATH = "request__certificate__training_body"
    REGION_PATH = "request__certificate__certification__action__region"

    request = models.OneToOneField(
        AnnulmentRequest,
        models.PROTECT,
        related_name="decision",
        verbose_name="solicitud",
    )
    approved = models.BooleanField("aprobada")
    remarks = models.CharField("observaciones", max_length=WORDS, blank=True)
    recorded = models.BooleanField("registrada por la OTEC")
    answered_on = models.DateField("fecha de la respuesta")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="por")
    at = models.DateTimeField("cuándo")

    objects = TenantQuerySet["AnnulmentDecision"].as_manager()

    class Meta:
        verbose_name = "respuesta a una solicitud de anulación"
        verbose_name_plural = "respuestas a solicitudes de anulación"
        constraints = [
            models.CheckConstraint(
                name="certificates_rejection_gives_remarks",
                condition=Q(approved=True) | ~Q(remarks=""),
                violation_error_message="Un rechazo lleva su motivo.",
            )
        ]

    def __str__(self) -> str:
        return "aprobada" if self.approved else "rechazada"

    @property
    def is_late(self) -> bool:
        """Whether the office answered after its term; the answer still counts."""
        return self.answered_on > self.request.due_on


class DecisionEvidence(KeptDocument, Owned, AppendOnlyModel):
    """The office's answer on paper, where the training body recorded it."""

    TENANT_PATH = "decision__request__certificate__training_body"
    REGION_PATH = "decision__request__certificate__certification__action__region"
    SUBMITTED = True  # it speaks in the office's name

    decision = models.OneToOneField(
        AnnulmentDecision,
        models.PROTECT,
        related_name="evidence",
        verbose_name="respuesta",
    )

    objects = TenantQuerySet["DecisionEvidence"].as_manager()

    class Meta:
        verbose_name = "respaldo de una respuesta"
        verbose_name_plural = "respaldos de respuestas"

    def __str__(self) -> str:
        return f"respaldo de la respuesta {self.decision_id}"
