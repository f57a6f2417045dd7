"""What was learned of sworn statements, from where, and who was reminded of theirs."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from liquidation.models.declarations import Declaration, DeclarationState, Source
from otec_portal.core.append_only import AppendOnlyModel
from otec_portal.core.tenancy import Owned, TenantQuerySet


class GcaList(Owned, AppendOnlyModel):
    """A list of participants taken from SENCE's system, word by word as it came."""

    TENANT_PATH = "action__course__training_body"
    REGION_PATH = "action__region"

    action = models.ForeignKey(
        "courses.TrainingAction",
        models.PROTECT,
        related_name="gca_lists",
        verbose_name="acción",
    )
    text = models.TextField("texto")
    sha256 = models.CharField("SHA-256", max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="por")
    at = models.DateTimeField("cuándo")

    objects = TenantQuerySet["GcaList"].as_manager()

    class Meta:
        verbose_name = "lista de GCA"
        verbose_name_plural = "listas de GCA"
        constraints = [
            models.UniqueConstraint(
                name="liquidation_gca_list_once_per_action",
                fields=["action", "sha256"],
                violation_error_message="Esta lista ya está guardada.",
            )
        ]

    def __str__(self) -> str:
        return f"lista de GCA de la acción {self.action_id}"


class DeclarationReport(Owned, AppendOnlyModel):
    """One thing learned of a declaration: its state and number, and where from."""

    TENANT_PATH = "declaration__action__course__training_body"
    REGION_PATH = "declaration__action__region"

    declaration = models.ForeignKey(
        Declaration,
        models.PROTECT,
        related_name="reports",
        verbose_name="declaración jurada",
    )
    state = models.CharField("estado", max_length=20, choices=DeclarationState)
    number = models.CharField("número", max_length=15, blank=True)
    source = models.CharField("origen", max_length=10, choices=Source)
    gca_list = models.ForeignKey(
        GcaList,
        models.PROTECT,
        null=True,
        related_name="reports",
        verbose_name="lista de GCA",
    )
    reason = models.CharField("motivo de la corrección", max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="por")
    at = models.DateTimeField("cuándo")

    objects = TenantQuerySet["DeclarationReport"].as_manager()

    class Meta:
        verbose_name = "noticia de una declaración"
        verbose_name_plural = "noticias de declaraciones"
        constraints = [
            models.CheckConstraint(
                name="liquidation_report_names_its_list_iff_from_one",
                condition=Q(source=Source.GCA_LIST, gca_list__isnull=False)
                | (~Q(source=Source.GCA_LIST) & Q(gca_list=None)),
                violation_error_message="Solo lo que viene de una lista dice de cuál.",
            ),
            models.CheckConstraint(
                name="liquidation_report_gives_a_reason_iff_taken_back",
                condition=(
                    Q(state=DeclarationState.PENDING, source=Source.BY_HAND)
                    & ~Q(reason="")
                )
                | (~Q(state=DeclarationState.PENDING) & Q(reason="")),
                violation_error_message="Solo una corrección lleva motivo.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} ({self.get_source_display()})"


class DeclarationDocument(Owned, AppendOnlyModel):
    """The PDF of a declaration, saved with its report; it has no address of its own."""

    TENANT_PATH = "report__declaration__action__course__training_body"
    REGION_PATH = "report__declaration__action__region"

    report = models.OneToOneField(
        DeclarationReport,
        models.PROTECT,
        primary_key=True,
        related_name="document",
        verbose_name="noticia",
    )
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField("nombre del archivo", max_length=200)
    content = models.BinaryField("contenido")
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveIntegerField("bytes")
    pages = models.PositiveIntegerField("páginas")

    objects = TenantQuerySet["DeclarationDocument"].as_manager()

    class Meta:
        verbose_name = "PDF de una declaración"
        verbose_name_plural = "PDF de declaraciones"

    def __str__(self) -> str:
        return self.name


class DeclarationReminder(Owned):
    """A mail that asked a participant for their declaration: one a day at most."""

    TENANT_PATH = "enrolment__action__course__training_body"
    REGION_PATH = "enrolment__action__region"

    enrolment = models.ForeignKey(
        "courses.Enrolment",
        models.CASCADE,
        related_name="declaration_reminders",
        verbose_name="inscripción",
    )
    on = models.DateField("día")
    mail = models.OneToOneField(
        "core.OutgoingEmail",
        models.PROTECT,
        related_name="declaration_reminder",
        verbose_name="correo",
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="por")
    at = models.DateTimeField("cuándo")

    objects = TenantQuerySet["DeclarationReminder"].as_manager()

    class Meta:
        verbose_name = "recordatorio de la declaración"
        verbose_name_plural = "recordatorios de declaraciones"
        constraints = [
            models.UniqueConstraint(
                name="liquidation_one_reminder_per_person_and_day",
                fields=["enrolment", "on"],
                violation_error_message="Ya se le recordó hoy.",
            )
        ]

    def __str__(self) -> str:
        return f"recordatorio del {self.on:%d-%m-%Y}"
