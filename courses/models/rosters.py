"""Rosters ("nóminas") that came as files, and the personal links handed out."""

import uuid

from django.db import models
from django.db.models import Q

from courses.models.actions import TrainingAction
from courses.models.enrolments import Enrolment
from otec_portal.core.tenancy import Owned, TenantQuerySet


class NameOrder(models.TextChoices):
    """How names stand where one column holds all of them."""

    FIRST_NAMES_FIRST = "first", "Nombres y después apellidos"
    LAST_NAMES_FIRST = "last", "Apellidos y después nombres"


class RosterImport(Owned):
    """What one import did to an action's roster, so that it can be undone."""

    TENANT_PATH = "action__course__training_body"
    REGION_PATH = "action__region"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    action = models.ForeignKey(
        TrainingAction,
        models.PROTECT,
        related_name="roster_imports",
        verbose_name="acción",
    )
    by = models.ForeignKey("core.User", models.PROTECT, verbose_name="por")
    at = models.DateTimeField("cuándo")
    filename = models.CharField("archivo", max_length=200)
    deeds = models.JSONField("lo que hizo", help_text="Lo escribe roster/apply.py.")
    undone_at = models.DateTimeField("deshecha", null=True, editable=False)
    undone_by = models.ForeignKey(
        "core.User",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="deshecha por",
    )

    objects = TenantQuerySet["RosterImport"].as_manager()

    class Meta:
        verbose_name = "importación de nómina"
        verbose_name_plural = "importaciones de nómina"
        constraints = [
            models.CheckConstraint(
                name="courses_import_undone_by_iff_undone",
                condition=Q(undone_at=None, undone_by=None)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                violation_error_message="Toda importación deshecha dice por quién.",
            )
        ]
        indexes = [models.Index(name="courses_import_latest", fields=["action", "-at"])]

    def __str__(self) -> str:
        return f"{self.filename} en {self.action}"


class RosterUpload(Owned):
    """The lines of a file between its upload and its import, for who uploaded it.

    `layout` and `lines` are what roster/lines.py writes.
    """

    TENANT_PATH = "action__course__training_body"
    REGION_PATH = "action__region"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    action = models.ForeignKey(
        TrainingAction, models.CASCADE, related_name="+", verbose_name="acción"
    )
    by = models.ForeignKey("core.User", models.CASCADE, verbose_name="por")
    filename = models.CharField("archivo", max_length=200)
    layout = models.JSONField("columnas")
    lines = models.JSONField("filas")
    name_order = models.CharField(
        "orden de los nombres",
        max_length=5,
        choices=NameOrder,
        default=NameOrder.FIRST_NAMES_FIRST,
    )
    created_at = models.DateTimeField("subido")
    expires_at = models.DateTimeField("vence")
    imported_as = models.OneToOneField(
        RosterImport,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="upload",
        verbose_name="importado como",
    )

    objects = TenantQuerySet["RosterUpload"].as_manager()

    class Meta:
        verbose_name = "nómina subida"
        verbose_name_plural = "nóminas subidas"
        indexes = [models.Index(name="courses_upload_expires", fields=["expires_at"])]

    def __str__(self) -> str:
        return f"{self.filename} para {self.action}"


class LinkWay(models.TextChoices):
    """How a personal link reached its participant."""

    MAIL = "mail", "Correo"
    SHEET = "sheet", "Hoja con QR"


class LinkDelivery(Owned):
    """A personal link that was handed out: the first, second, … of an enrolment."""

    TENANT_PATH = "enrolment__action__course__training_body"
    REGION_PATH = "enrolment__action__region"

    enrolment = models.ForeignKey(
        Enrolment,
        models.CASCADE,
        related_name="link_deliveries",
        verbose_name="inscripción",
    )
    number = models.PositiveIntegerField("número")
    way = models.CharField("medio", max_length=5, choices=LinkWay)
    link_version = models.PositiveIntegerField("versión del enlace")
    mail = models.OneToOneField(
        "core.OutgoingEmail",
        models.PROTECT,
        null=True,
        related_name="link_delivery",
        verbose_name="correo",
    )
    by = models.ForeignKey("core.User", models.PROTECT, verbose_name="por")
    at = models.DateTimeField("cuándo")

    objects = TenantQuerySet["LinkDelivery"].as_manager()

    class Meta:
        verbose_name = "entrega de enlace"
        verbose_name_plural = "entregas de enlaces"
        constraints = [
            models.UniqueConstraint(
                name="courses_link_delivery_numbered_once",
                fields=["enrolment", "number"],
                violation_error_message="Esta entrega ya está registrada.",
            ),
            models.CheckConstraint(
                name="courses_link_delivery_has_its_mail_iff_mailed",
                condition=Q(way=LinkWay.MAIL, mail__isnull=False)
                | Q(way=LinkWay.SHEET, mail=None),
                violation_error_message="Solo lo enviado por correo lleva su correo.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.get_way_display()} {self.number}"
