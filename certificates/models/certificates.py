"""Certificates of attendance: what was certified, its number, its PDF.

Source: domain.md, "Certificate of attendance"; seed 004; seed 001, questions 128-131.
"""

import uuid
from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q

from otec_portal.core.append_only import AppendOnlyModel
from otec_portal.core.tenancy import Owned, TenantQuerySet
from otec_portal.core.workflow import Stateful

JUSTIFICATION: Final = 1000  # characters


class CertificateState(models.TextChoices):
    """The states of an action's certificate, as the source names them."""

    PENDING = "pending", "Pendiente de emitir"
    ISSUED = "issued", "Emitido"
    ANNULMENT_REQUESTED = "annulment_requested", "Pendiente de validación"
    REISSUE_APPROVED = "reissue_approved", "Aprobado para su re-emisión"
    ANNULMENT_REJECTED = "annulment_rejected", "Rechazado"


IN_FORCE: Final = frozenset(
    {
        CertificateState.ISSUED,
        CertificateState.ANNULMENT_REQUESTED,
        CertificateState.ANNULMENT_REJECTED,
    }
)


class Certification(Owned, Stateful):
    """Where the certificate of one action stands; without a row it is pending."""

    TENANT_PATH = "action__course__training_body"
    REGION_PATH = "action__region"
    TRANSITIONS = {
        "issue": ({CertificateState.PENDING}, CertificateState.ISSUED),
        "reissue": ({CertificateState.REISSUE_APPROVED}, CertificateState.ISSUED),
        "request_annulment": (
            {CertificateState.ISSUED},
            CertificateState.ANNULMENT_REQUESTED,
        ),
        "approve_reissue": (
            {CertificateState.ANNULMENT_REQUESTED},
            CertificateState.REISSUE_APPROVED,
        ),
        "reject_reissue": (
            {CertificateState.ANNULMENT_REQUESTED},
            CertificateState.ANNULMENT_REJECTED,
        ),
    }

    action = models.OneToOneField(
        "courses.TrainingAction",
        models.PROTECT,
        related_name="certification",
        verbose_name="acción",
    )
    state = models.CharField(
        "estado",
        max_length=20,
        choices=CertificateState,
        default=CertificateState.PENDING,
    )

    objects = TenantQuerySet["Certification"].as_manager()

    class Meta:
        verbose_name = "certificación"
        verbose_name_plural = "certificaciones"

    def __str__(self) -> str:
        return f"certificado de la acción {self.action.action_code}"


class CertificateSeries(models.Model):
    """The last number that a training body gave in a year.

    Its row is locked while a number is given: of two emissions at once one waits, and
    one that fails gives its number back.
    """

    TENANT_PATH = "training_body"
    REGION_PATH = ""

    training_body = models.ForeignKey(
        "core.TrainingBody", models.PROTECT, verbose_name="entidad capacitadora"
    )
    year = models.PositiveSmallIntegerField("año")
    last = models.PositiveIntegerField("último número", default=0)

    objects = TenantQuerySet["CertificateSeries"].as_manager()

    class Meta:
        verbose_name = "serie de certificados"
        verbose_name_plural = "series de certificados"
        constraints = [
            models.UniqueConstraint(
                name="certificates_series_once_per_body_and_year",
                fields=["training_body", "year"],
                violation_error_message="La entidad ya tiene una serie de ese año.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class CertificateQuerySet(TenantQuerySet["Certificate"]):
    """Certificates by what is still to be done with them."""

    def without_file(self) -> "CertificateQuerySet":
        """Return those whose PDF has not been made yet, oldest first."""
        return self.filter(file=None).order_by("issued_at", "pk")


class Certificate(Owned, AppendOnlyModel):
    """One certificate that was emitted. `snapshot` is the truth of it (snapshot.py)."""

    TENANT_PATH = "training_body"
    REGION_PATH = "certification__action__region"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    training_body = models.ForeignKey(
        "core.TrainingBody", models.PROTECT, verbose_name="entidad capacitadora"
    )
    certification = models.ForeignKey(
        Certification,
        models.PROTECT,
        related_name="certificates",
        verbose_name="certificación",
    )
    year = models.PositiveSmallIntegerField("año")
    sequence = models.PositiveIntegerField("correlativo")
    code = models.CharField("código de verificación", max_length=12, unique=True)
    replaces = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        related_name="replaced_by",
        verbose_name="reemplaza a",
    )
    billing_reference = models.CharField(
        "N° de factura u orden de compra", max_length=40
    )
    justification = models.CharField(
        "justificación", max_length=JUSTIFICATION, blank=True
    )
    snapshot = models.TextField("contenido certificado")
    sha256 = models.CharField("SHA-256 del contenido", max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="por")
    issued_on = models.DateField("fecha de emisión")
    issued_at = models.DateTimeField("emitido")

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = "certificado"
        constraints = [
            models.UniqueConstraint(
                name="certificates_number_once_per_body_and_year",
                fields=["training_body", "year", "sequence"],
                violation_error_message="Ese número ya es de otro certificado.",
            ),
            models.UniqueConstraint(
                name="certificates_one_first_certificate",
                fields=["certification"],
                condition=Q(replaces=None),
                violation_error_message="El certificado de esta acción ya se emitió.",
            ),
            models.CheckConstraint(
                name="certificates_number_is_positive",
                condition=Q(sequence__gt=0),
                violation_error_message="El correlativo empieza en 1.",
            ),
            models.CheckConstraint(
                name="certificates_has_a_billing_reference",
                condition=~Q(billing_reference=""),
                violation_error_message="Falta el N° de factura u orden de compra.",
            ),
        ]

    @property
    def number(self) -> str:
        """Its number as it is written: 12-2026."""
        return f"{self.sequence}-{self.year}"

    @property
    def filename(self) -> str:
        """How its PDF is called where it is saved."""
        return f"certificado-{self.number}.pdf"

    def __str__(self) -> str:
        return f"certificado N° {self.number}"


class CertificateFile(Owned, AppendOnlyModel):
    """The PDF of a certificate, made from its snapshot; it can be made again."""

    TENANT_PATH = "certificate__training_body"
    REGION_PATH = "certificate__certification__action__region"

    certificate = models.OneToOneField(
        Certificate, models.PROTECT, related_name="file", verbose_name="certificado"
    )
    content = models.BinaryField("contenido")
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveIntegerField("bytes")
    renderer = models.CharField("hecho con", max_length=60)
    made_at = models.DateTimeField("hecho")

    objects = TenantQuerySet["CertificateFile"].as_manager()

    class Meta:
        verbose_name = "PDF de un certificado"
        verbose_name_plural = "PDF de certificados"

    def __str__(self) -> str:
        return f"PDF del certificado {self.certificate_id}"
