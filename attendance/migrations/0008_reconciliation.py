import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from otec_portal.core.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [
        ("attendance", "0007_adjustment_evidence"),
        ("courses", "0002_roster_imports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SenceExport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "public_id",
                    models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("detail", "Detalle de conectividad"),
                            ("percentages", "Lista con porcentajes"),
                            ("declarations", "Lista de declaraciones juradas"),
                        ],
                        max_length=12,
                        verbose_name="contenido",
                    ),
                ),
                (
                    "run",
                    models.CharField(
                        blank=True, max_length=10, verbose_name="RUN de quien es"
                    ),
                ),
                ("filename", models.CharField(max_length=200, verbose_name="archivo")),
                ("content", models.BinaryField(verbose_name="archivo original")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                (
                    "digest",
                    models.CharField(
                        max_length=64, verbose_name="SHA-256 de lo que dice"
                    ),
                ),
                ("rows", models.PositiveIntegerField(verbose_name="filas")),
                ("at", models.DateTimeField(verbose_name="cuándo")),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sence_exports",
                        to="courses.trainingaction",
                        verbose_name="acción",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="por",
                    ),
                ),
            ],
            options={
                "verbose_name": "exportación de SENCE",
                "verbose_name_plural": "exportaciones de SENCE",
            },
        ),
        migrations.CreateModel(
            name="SenceFigure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "public_id",
                    models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                ),
                ("number", models.PositiveIntegerField(verbose_name="fila")),
                ("run", models.CharField(max_length=10, verbose_name="RUN")),
                (
                    "name",
                    models.CharField(blank=True, max_length=300, verbose_name="nombre"),
                ),
                (
                    "value",
                    models.PositiveIntegerField(
                        verbose_name="porcentaje o número de sesiones"
                    ),
                ),
                (
                    "export",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="figures",
                        to="attendance.senceexport",
                        verbose_name="exportación",
                    ),
                ),
            ],
            options={
                "verbose_name": "cifra de SENCE",
                "verbose_name_plural": "cifras de SENCE",
            },
        ),
        migrations.CreateModel(
            name="SenceMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "public_id",
                    models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                ),
                ("number", models.PositiveIntegerField(verbose_name="fila")),
                ("run", models.CharField(max_length=10, verbose_name="RUN")),
                (
                    "name",
                    models.CharField(blank=True, max_length=300, verbose_name="nombre"),
                ),
                ("starts_at", models.DateTimeField(verbose_name="inicio según SENCE")),
                (
                    "ends_at",
                    models.DateTimeField(null=True, verbose_name="término según SENCE"),
                ),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sence_marks",
                        to="courses.trainingaction",
                        verbose_name="acción",
                    ),
                ),
                (
                    "export",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="marks",
                        to="attendance.senceexport",
                        verbose_name="exportación",
                    ),
                ),
            ],
            options={
                "verbose_name": "marca de SENCE",
                "verbose_name_plural": "marcas de SENCE",
            },
        ),
        migrations.CreateModel(
            name="ReconciliationNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("text", models.CharField(max_length=500, verbose_name="nota")),
                ("at", models.DateTimeField(verbose_name="cuándo")),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="courses.trainingaction",
                        verbose_name="acción",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="por",
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="courses.enrolment",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="attendance.sencesession",
                    ),
                ),
                (
                    "figure",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="attendance.sencefigure",
                    ),
                ),
                (
                    "mark",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="attendance.sencemark",
                    ),
                ),
            ],
            options={
                "verbose_name": "nota de conciliación",
                "verbose_name_plural": "notas de conciliación",
            },
        ),
        migrations.CreateModel(
            name="Reconciliation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="cuándo")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="por",
                    ),
                ),
                (
                    "session",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reconciliation",
                        to="attendance.sencesession",
                        verbose_name="sesión",
                    ),
                ),
                (
                    "mark",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reconciliation",
                        to="attendance.sencemark",
                        verbose_name="marca de SENCE",
                    ),
                ),
            ],
            options={
                "verbose_name": "conciliación",
                "verbose_name_plural": "conciliaciones",
            },
        ),
        migrations.CreateModel(
            name="ExportUpload",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "public_id",
                    models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                ),
                (
                    "run",
                    models.CharField(
                        blank=True, max_length=10, verbose_name="RUN de quien es"
                    ),
                ),
                ("filename", models.CharField(max_length=200, verbose_name="archivo")),
                ("content", models.BinaryField(verbose_name="contenido")),
                ("created_at", models.DateTimeField(verbose_name="subido")),
                ("expires_at", models.DateTimeField(verbose_name="vence")),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="courses.trainingaction",
                        verbose_name="acción",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="por",
                    ),
                ),
            ],
            options={
                "verbose_name": "exportación por aceptar",
                "verbose_name_plural": "exportaciones por aceptar",
                "indexes": [
                    models.Index(
                        fields=["expires_at"], name="attendance_upload_expires"
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="senceexport",
            constraint=models.UniqueConstraint(
                fields=("action", "sha256", "run"),
                name="attendance_export_file_once_per_action",
                violation_error_code="uploaded_before",
                violation_error_message="Este archivo ya está subido.",
            ),
        ),
        migrations.AddConstraint(
            model_name="senceexport",
            constraint=models.UniqueConstraint(
                fields=("action", "digest"),
                name="attendance_export_rows_once_per_action",
                violation_error_code="uploaded_before",
                violation_error_message="Un archivo con las mismas filas ya está.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sencefigure",
            constraint=models.UniqueConstraint(
                fields=("export", "run"),
                name="attendance_sence_figure_once_per_export",
                violation_error_message="Esta persona ya está.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sencemark",
            constraint=models.UniqueConstraint(
                fields=("action", "run", "starts_at", "ends_at"),
                name="attendance_sence_mark_once_per_action",
                violation_error_message="Esta marca ya está.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sencemark",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ends_at", None)),
                fields=("action", "run", "starts_at"),
                name="attendance_sence_mark_without_end_once_per_action",
                violation_error_message="Esta marca ya está.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sencemark",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_at", None),
                    ("ends_at__gte", models.F("starts_at")),
                    _connector="OR",
                ),
                name="attendance_sence_mark_ends_after_it_starts",
                violation_error_message="La marca termina después de su inicio.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reconciliationnote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("enrolment__isnull", True),
                        ("figure__isnull", True),
                        ("mark__isnull", True),
                        ("session__isnull", False),
                    ),
                    models.Q(
                        ("enrolment__isnull", True),
                        ("figure__isnull", True),
                        ("mark__isnull", False),
                        ("session__isnull", True),
                    ),
                    models.Q(
                        ("enrolment__isnull", False),
                        ("figure__isnull", True),
                        ("mark__isnull", True),
                        ("session__isnull", True),
                    ),
                    models.Q(
                        ("enrolment__isnull", True),
                        ("figure__isnull", False),
                        ("mark__isnull", True),
                        ("session__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="attendance_note_stands_at_one_thing",
                violation_error_message="Una nota es de una sola cosa.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reconciliationnote",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True),
                name="attendance_note_says_something",
                violation_error_message="Escribe la nota.",
            ),
        ),
        AppendOnly("SenceExport"),
        AppendOnly("SenceMark"),
        AppendOnly("SenceFigure"),
        AppendOnly("Reconciliation"),
        AppendOnly("ReconciliationNote"),
    ]
