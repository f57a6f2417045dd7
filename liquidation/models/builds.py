"""Packets as they are built: one ZIP and one merged PDF, made by the worker."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from liquidation.models.packets import Packet
from otec_portal.core.constraints import choices_constraint
from otec_portal.core.sealed_key import SealedKeyField
from otec_portal.core.tenancy import Owned, TenantQuerySet
from otec_portal.core.workflow import Stateful


class BuildState(models.TextChoices):
    """How far the worker is."""

    WAITING = "waiting", "En espera"
    BUILDING = "building", "Armándose"
    BUILT = "built", "Listo"
    FAILED = "failed", "No se pudo armar"


class PacketBuild(Owned, Stateful):
    """What one packet held at one moment (`contents`), and the files made of it.

    The same contents make the same bytes: they are built once. While BUILDING, `due_at`
    is when the lease of its worker ends; another one may then begin anew.
    """

    TENANT_PATH = "packet__training_body"
    REGION_PATH = "packet__region"
    SUBMITTED = True
    SUBMITTED_WITH = "dispatches"
    TRANSITIONS = {
        # from BUILDING only when the lease of a worker that died is over
        "claim": ({BuildState.WAITING, BuildState.BUILDING}, BuildState.BUILDING),
        "finish": ({BuildState.BUILDING}, BuildState.BUILT),
        "fail": ({BuildState.BUILDING}, BuildState.FAILED),
        "retry": ({BuildState.FAILED}, BuildState.WAITING),
    }

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    packet = models.ForeignKey(
        Packet, models.PROTECT, related_name="builds", verbose_name="expediente"
    )
    state = models.CharField(
        "estado", max_length=10, choices=BuildState, default=BuildState.WAITING
    )
    contents = models.TextField("contenido")
    digest = models.CharField("SHA-256 del contenido", max_length=64)
    total = models.PositiveIntegerField("documentos")
    done = models.PositiveIntegerField("documentos listos", default=0)
    attempts = models.PositiveSmallIntegerField("intentos", default=0)
    due_at = models.DateTimeField("próximo intento")
    zip_key = SealedKeyField("dónde está el ZIP", max_length=200, blank=True)
    zip_sha256 = models.CharField("SHA-256 del ZIP", max_length=64, blank=True)
    zip_size = models.PositiveBigIntegerField("bytes del ZIP", null=True)
    pdf_key = SealedKeyField("dónde está el PDF", max_length=200, blank=True)
    pdf_sha256 = models.CharField("SHA-256 del PDF", max_length=64, blank=True)
    pdf_size = models.PositiveBigIntegerField("bytes del PDF", null=True)
    pdf_pages = models.PositiveIntegerField("páginas del PDF", null=True)
    failure = models.CharField("por qué no se pudo", max_length=500, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="pedido por",
    )
    at = models.DateTimeField("pedido")
    built_at = models.DateTimeField("listo", null=True)

    objects = TenantQuerySet["PacketBuild"].as_manager()

    class Meta:
        verbose_name = "armado de un expediente"
        verbose_name_plural = "armados de expedientes"
        constraints = [
            models.UniqueConstraint(
                name="liquidation_build_once_per_contents",
                fields=["packet", "digest"],
                violation_error_message="Con este contenido ya se armó.",
            ),
            models.CheckConstraint(
                name="liquidation_build_has_its_files_iff_built",
                condition=Q(state=BuildState.BUILT, built_at__isnull=False)
                & ~Q(zip_key="")
                & ~Q(pdf_key="")
                & Q(zip_sha256__regex=r"^[0-9a-f]{64}$")
                & Q(pdf_sha256__regex=r"^[0-9a-f]{64}$")
                | ~Q(state=BuildState.BUILT)
                & Q(built_at=None, zip_key="", pdf_key="")
                & Q(zip_sha256="", pdf_sha256=""),
                violation_error_message="Solo lo que está listo tiene sus archivos.",
            ),
            models.CheckConstraint(
                name="liquidation_build_gives_a_reason_iff_failed",
                condition=(Q(state=BuildState.FAILED) & ~Q(failure=""))
                | (~Q(state=BuildState.FAILED) & Q(failure="")),
                violation_error_message="Solo lo que falló dice por qué.",
            ),
            models.CheckConstraint(
                name="liquidation_build_is_done_at_most_with_all",
                condition=Q(done__lte=F("total")),
                violation_error_message="No hay más documentos listos que documentos.",
            ),
            choices_constraint("liquidation_build_state_is_known", "state", BuildState),
        ]
        indexes = [
            models.Index(name="liquidation_build_due", fields=["state", "due_at"])
        ]

    def __str__(self) -> str:
        return f"armado {self.pk} del {self.packet}"
