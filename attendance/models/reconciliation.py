"""What SENCE's own exports say, kept as they came, and the marks found in them.

Append-only but for uploads that nobody has accepted yet: no session, receipt or total
is ever changed by what SENCE says (docs/adr/0019).
"""

import uuid
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from attendance.reconciliation.rows import ExportKind
from otec_portal.core.append_only import AppendOnlyModel
from otec_portal.core.tenancy import Owned, TenantQuerySet

KINDS = [
    (ExportKind.DETAIL.value, "Detalle de conectividad"),
    (ExportKind.PERCENTAGES.value, "Lista con porcentajes"),
    (ExportKind.DECLARATIONS.value, "Lista de declaraciones juradas"),
]


def _exactly_one(*names: str) -> Q:
    """Say that one of these fields is set and the others are not."""
    ways = [Q(**{f"{one}__isnull": one != kept for one in names}) for kept in names]
    return reduce(or_, ways)


class ExportUpload(Owned):
    """A file between its upload and its acceptance, for who uploaded it."""

    TENANT_PATH = "action__course__training_body"
    REGION_PATH = "action__region"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    action = models.ForeignKey(
        "courses.TrainingAction",
        models.CASCADE,
        related_name="+",
        verbose_name="acción",
    )
    run = models.CharField("RUN de quien es", max_length=10, blank=True)
    whole = models.BooleanField("trae a todos", default=True)
    by = models.ForeignKey("core.User", models.CASCADE, verbose_name="por")
    filename = models.CharField("archivo", max_length=200)
    content = models.BinaryField("contenido")
    created_at = models.DateTimeField("subido")
    expires_at = models.DateTimeField("vence")

    objects = TenantQuerySet["ExportUpload"].as_manager()

    class Meta:
        verbose_name = "exportación por aceptar"
        verbose_name_plural = "exportaciones por aceptar"
        indexes = [
            models.Index(name="attendance_upload_expires", fields=["expires_at"])
        ]

    def __str__(self) -> str:
        return f"{self.filename} para {self.action_id}"


class SenceExport(Owned, AppendOnlyModel):
    """A file of SENCE's, accepted: the original, by whom and when.

    `run` is whose it is where the file itself does not say so. `whole`: whoever took it
    in said that it holds everybody, not a part; `people` are the RUNs in a detail.
    `digest` is of what it says: the same rows in another file are the same export.
    """

    TENANT_PATH = "action__course__training_body"
    REGION_PATH = "action__region"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    action = models.ForeignKey(
        "courses.TrainingAction",
        models.PROTECT,
        related_name="sence_exports",
        verbose_name="acción",
    )
    kind = models.CharField("contenido", max_length=12, choices=KINDS)
    run = models.CharField("RUN de quien es", max_length=10, blank=True)
    whole = models.BooleanField("trae a todos", default=True)
    people: models.JSONField[list[str], list[str]] = models.JSONField(
        "RUN que trae", default=list
    )
    filename = models.CharField("archivo", max_length=200)
    content = models.BinaryField("archivo original")
    sha256 = models.CharField("SHA-256", max_length=64)
    digest = models.CharField("SHA-256 de lo que dice", max_length=64)
    rows = models.PositiveIntegerField("filas")
    by = models.ForeignKey("core.User", models.PROTECT, verbose_name="por")
    at = models.DateTimeField("cuándo")

    objects = TenantQuerySet["SenceExport"].as_manager()

    class Meta:
        verbose_name = "exportación de SENCE"
        verbose_name_plural = "exportaciones de SENCE"
        constraints = [
            models.UniqueConstraint(
                name="attendance_export_file_once_per_action",
                fields=["action", "sha256", "run"],
                violation_error_message="Este archivo ya está subido.",
                violation_error_code="uploaded_before",
            ),
            models.UniqueConstraint(
                name="attendance_export_rows_once_per_action",
                fields=["action", "digest"],
                violation_error_message="Un archivo con las mismas filas ya está.",
                violation_error_code="uploaded_before",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.filename} ({self.get_kind_display()})"


class ExportSighting(Owned, AppendOnlyModel):
    """An export taken in again: SENCE went on showing the same rows until then.

    It adds no mark and no figure; it says until when SENCE had no others, and of two
    lists which is the later one.
    """

    TENANT_PATH = "export__action__course__training_body"
    REGION_PATH = "export__action__region"

    export = models.ForeignKey(
        SenceExport,
        models.PROTECT,
        related_name="sightings",
        verbose_name="exportación",
    )
    whole = models.BooleanField("trae a todos", default=True)
    by = models.ForeignKey("core.User", models.PROTECT, verbose_name="por")
    at = models.DateTimeField("cuándo")

    objects = TenantQuerySet["ExportSighting"].as_manager()

    class Meta:
        verbose_name = "exportación vuelta a subir"
        verbose_name_plural = "exportaciones vueltas a subir"

    def __str__(self) -> str:
        return f"exportación {self.export_id} otra vez"


class LeftOutLine(Owned, AppendOnlyModel):
    """A line of an export that could not be compared, left out on purpose.

    `run` is whose it is, "" where that can't be read. Of who has such a line the
    export does not say that SENCE lacks anything.
    """

    TENANT_PATH = "export__action__course__training_body"
    REGION_PATH = "export__action__region"

    export = models.ForeignKey(
        SenceExport, models.PROTECT, related_name="left_out", verbose_name="exportación"
    )
    number = models.PositiveIntegerField("fila")
    run = models.CharField("RUN", max_length=10, blank=True)
    why = models.CharField("por qué", max_length=500)

    objects = TenantQuerySet["LeftOutLine"].as_manager()

    class Meta:
        verbose_name = "fila dejada fuera"
        verbose_name_plural = "filas dejadas fuera"
        constraints = [
            models.UniqueConstraint(
                name="attendance_left_out_line_once_per_export",
                fields=["export", "number"],
                violation_error_message="Esta fila ya está.",
            )
        ]

    def __str__(self) -> str:
        return f"fila {self.number} de {self.export_id}"


class SenceMark(Owned, AppendOnlyModel):
    """One mark in SENCE's exports of an action: once, in however many files it stands.

    `name` is as the file has it. Times are by the first of the instants at which
    Chile's clocks showed them.
    """

    TENANT_PATH = "action__course__training_body"
    REGION_PATH = "action__region"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    action = models.ForeignKey(
        "courses.TrainingAction",
        models.PROTECT,
        related_name="sence_marks",
        verbose_name="acción",
    )
    export = models.ForeignKey(
        SenceExport, models.PROTECT, related_name="marks", verbose_name="exportación"
    )
    number = models.PositiveIntegerField("fila")
    run = models.CharField("RUN", max_length=10)
    name = models.CharField("nombre", max_length=300, blank=True)
    starts_at = models.DateTimeField("inicio según SENCE")
    ends_at = models.DateTimeField("término según SENCE", null=True)

    objects = TenantQuerySet["SenceMark"].as_manager()

    class Meta:
        verbose_name = "marca de SENCE"
        verbose_name_plural = "marcas de SENCE"
        constraints = [
            models.UniqueConstraint(
                name="attendance_sence_mark_once_per_action",
                fields=["action", "run", "starts_at", "ends_at"],
                violation_error_message="Esta marca ya está.",
            ),
            models.UniqueConstraint(
                name="attendance_sence_mark_without_end_once_per_action",
                fields=["action", "run", "starts_at"],
                condition=Q(ends_at=None),
                violation_error_message="Esta marca ya está.",
            ),
            models.CheckConstraint(
                name="attendance_sence_mark_ends_after_it_starts",
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")),
                violation_error_message="La marca termina después de su inicio.",
            ),
        ]

    def __str__(self) -> str:
        return f"marca {self.pk} de {self.export_id}"


class SenceFigure(Owned, AppendOnlyModel):
    """What an export says of one person as a whole: a percentage, or sessions."""

    TENANT_PATH = "export__action__course__training_body"
    REGION_PATH = "export__action__region"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    export = models.ForeignKey(
        SenceExport, models.PROTECT, related_name="figures", verbose_name="exportación"
    )
    number = models.PositiveIntegerField("fila")
    run = models.CharField("RUN", max_length=10)
    name = models.CharField("nombre", max_length=300, blank=True)
    value = models.PositiveIntegerField("porcentaje o número de sesiones")

    objects = TenantQuerySet["SenceFigure"].as_manager()

    class Meta:
        verbose_name = "cifra de SENCE"
        verbose_name_plural = "cifras de SENCE"
        constraints = [
            models.UniqueConstraint(
                name="attendance_sence_figure_once_per_export",
                fields=["export", "run"],
                violation_error_message="Esta persona ya está.",
            )
        ]

    def __str__(self) -> str:
        return f"cifra {self.pk} de {self.export_id}"


class Reconciliation(Owned, AppendOnlyModel):
    """A session found in SENCE's own export: its marks are *conciliada*.

    One to one on both sides: no mark of SENCE's vouches for two sessions.
    """

    TENANT_PATH = "session__training_body"
    REGION_PATH = "session__enrolment__action__region"

    session = models.OneToOneField(
        "attendance.SenceSession",
        models.PROTECT,
        related_name="reconciliation",
        verbose_name="sesión",
    )
    mark = models.OneToOneField(
        SenceMark,
        models.PROTECT,
        related_name="reconciliation",
        verbose_name="marca de SENCE",
    )
    by = models.ForeignKey("core.User", models.PROTECT, verbose_name="por")
    at = models.DateTimeField("cuándo")

    objects = TenantQuerySet["Reconciliation"].as_manager()

    class Meta:
        verbose_name = "conciliación"
        verbose_name_plural = "conciliaciones"

    def __str__(self) -> str:
        return f"sesión {self.session_id} con marca {self.mark_id}"


class ReconciliationNote(Owned, AppendOnlyModel):
    """What somebody found out about a difference; never edited, only added to.

    It stands at exactly one thing: a session, a mark of SENCE's, a participant, or
    what SENCE says of somebody whom the action doesn't have.
    """

    TENANT_PATH = "action__course__training_body"
    REGION_PATH = "action__region"

    action = models.ForeignKey(
        "courses.TrainingAction",
        models.PROTECT,
        related_name="+",
        verbose_name="acción",
    )
    session = models.ForeignKey(
        "attendance.SenceSession", models.PROTECT, null=True, related_name="+"
    )
    mark = models.ForeignKey(SenceMark, models.PROTECT, null=True, related_name="+")
    enrolment = models.ForeignKey(
        "courses.Enrolment", models.PROTECT, null=True, related_name="+"
    )
    figure = models.ForeignKey(SenceFigure, models.PROTECT, null=True, related_name="+")
    text = models.CharField("nota", max_length=500)
    by = models.ForeignKey("core.User", models.PROTECT, verbose_name="por")
    at = models.DateTimeField("cuándo")

    objects = TenantQuerySet["ReconciliationNote"].as_manager()

    class Meta:
        verbose_name = "nota de conciliación"
        verbose_name_plural = "notas de conciliación"
        constraints = [
            models.CheckConstraint(
                name="attendance_note_stands_at_one_thing",
                condition=_exactly_one("session", "mark", "enrolment", "figure"),
                violation_error_message="Una nota es de una sola cosa.",
            ),
            models.CheckConstraint(
                name="attendance_note_says_something",
                condition=~Q(text=""),
                violation_error_message="Escribe la nota.",
            ),
        ]

    def __str__(self) -> str:
        return f"nota del {timezone.localtime(self.at):%d-%m-%Y}"
