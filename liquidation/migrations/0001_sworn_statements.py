import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from otec_portal.core.append_only import AppendOnly


class Migration(migrations.Migration):
    """Sworn statements; what was learned of them can't be changed any more."""

    initial = True

    dependencies = [
        ("core", "0008_attendance_threshold"),
        ("attendance", "0008_reconciliation"),
        ("courses", "0002_roster_imports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DeclarationReport",
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
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Pendiente de emitir"),
                            ("issued", "Emitida"),
                            ("in_validation", "Pendiente de validación"),
                            ("reissue_approved", "Aprobada para su re-emisión"),
                            ("rejected", "Rechazada"),
                            ("annulled", "Anulada"),
                        ],
                        max_length=20,
                        verbose_name="estado",
                    ),
                ),
                (
                    "number",
                    models.CharField(blank=True, max_length=15, verbose_name="número"),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("by_hand", "A mano"),
                            ("pdf", "PDF de la declaración"),
                            ("gca_list", "Lista de GCA"),
                        ],
                        max_length=10,
                        verbose_name="origen",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        max_length=500,
                        verbose_name="motivo de la corrección",
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
            ],
            options={
                "verbose_name": "noticia de una declaración",
                "verbose_name_plural": "noticias de declaraciones",
            },
        ),
        migrations.CreateModel(
            name="Declaration",
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
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Pendiente de emitir"),
                            ("issued", "Emitida"),
                            ("in_validation", "Pendiente de validación"),
                            ("reissue_approved", "Aprobada para su re-emisión"),
                            ("rejected", "Rechazada"),
                            ("annulled", "Anulada"),
                        ],
                        default="pending",
                        max_length=20,
                        verbose_name="estado",
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        blank=True,
                        help_text="Folio y año: 12345-2026.",
                        max_length=15,
                        verbose_name="número",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("by_hand", "A mano"),
                            ("pdf", "PDF de la declaración"),
                            ("gca_list", "Lista de GCA"),
                        ],
                        max_length=10,
                        verbose_name="origen",
                    ),
                ),
                ("recorded_at", models.DateTimeField(verbose_name="registrada")),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="declarations",
                        to="courses.trainingaction",
                        verbose_name="acción",
                    ),
                ),
                (
                    "enrolment",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="declaration",
                        to="courses.enrolment",
                        verbose_name="inscripción",
                    ),
                ),
            ],
            options={
                "verbose_name": "declaración jurada",
                "verbose_name_plural": "declaraciones juradas",
            },
        ),
        migrations.CreateModel(
            name="DeclarationDocument",
            fields=[
                (
                    "report",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="document",
                        serialize=False,
                        to="liquidation.declarationreport",
                        verbose_name="noticia",
                    ),
                ),
                (
                    "public_id",
                    models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                ),
                (
                    "name",
                    models.CharField(max_length=200, verbose_name="nombre del archivo"),
                ),
                ("content", models.BinaryField(verbose_name="contenido")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("size", models.PositiveIntegerField(verbose_name="bytes")),
                ("pages", models.PositiveIntegerField(verbose_name="páginas")),
            ],
            options={
                "verbose_name": "PDF de una declaración",
                "verbose_name_plural": "PDF de declaraciones",
            },
        ),
        migrations.AddField(
            model_name="declarationreport",
            name="declaration",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reports",
                to="liquidation.declaration",
                verbose_name="declaración jurada",
            ),
        ),
        migrations.CreateModel(
            name="DeclarationReminder",
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
                ("on", models.DateField(verbose_name="día")),
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
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="declaration_reminders",
                        to="courses.enrolment",
                        verbose_name="inscripción",
                    ),
                ),
                (
                    "mail",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="declaration_reminder",
                        to="core.outgoingemail",
                        verbose_name="correo",
                    ),
                ),
            ],
            options={
                "verbose_name": "recordatorio de la declaración",
                "verbose_name_plural": "recordatorios de declaraciones",
            },
        ),
        migrations.CreateModel(
            name="GcaList",
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
                ("text", models.TextField(verbose_name="texto")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("at", models.DateTimeField(verbose_name="cuándo")),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="gca_lists",
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
                "verbose_name": "lista de GCA",
                "verbose_name_plural": "listas de GCA",
            },
        ),
        migrations.AddField(
            model_name="declarationreport",
            name="gca_list",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reports",
                to="liquidation.gcalist",
                verbose_name="lista de GCA",
            ),
        ),
        migrations.AddConstraint(
            model_name="declaration",
            constraint=models.UniqueConstraint(
                condition=models.Q(("enrolment", None)),
                fields=("action",),
                name="liquidation_one_declaration_of_the_otec_per_action",
                violation_error_message="La acción ya tiene la declaración de la OTEC.",
            ),
        ),
        migrations.AddConstraint(
            model_name="declaration",
            constraint=models.UniqueConstraint(
                condition=models.Q(("number", ""), _negated=True),
                fields=("action", "number"),
                name="liquidation_declaration_number_once_per_action",
                violation_error_code="number_taken",
                violation_error_message=(
                    "Ese número ya está en otra declaración de esta acción."
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="declaration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("number", ""),
                    ("number__regex", "^[1-9][0-9]{0,9}-20[0-9]{2}$"),
                    _connector="OR",
                ),
                name="liquidation_declaration_number_is_folio_and_year",
                violation_error_message="El número es folio y año: 12345-2026.",
            ),
        ),
        migrations.AddConstraint(
            model_name="declaration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "pending"), _negated=True),
                    ("number", ""),
                    _connector="OR",
                ),
                name="liquidation_pending_declaration_has_no_number",
                violation_error_message="Una declaración pendiente no tiene número.",
            ),
        ),
        migrations.AddConstraint(
            model_name="declarationreminder",
            constraint=models.UniqueConstraint(
                fields=("enrolment", "on"),
                name="liquidation_one_reminder_per_person_and_day",
                violation_error_message="Ya se le recordó hoy.",
            ),
        ),
        migrations.AddConstraint(
            model_name="gcalist",
            constraint=models.UniqueConstraint(
                fields=("action", "sha256"),
                name="liquidation_gca_list_once_per_action",
                violation_error_message="Esta lista ya está guardada.",
            ),
        ),
        migrations.AddConstraint(
            model_name="declarationreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("gca_list__isnull", False), ("source", "gca_list")),
                    models.Q(
                        models.Q(("source", "gca_list"), _negated=True),
                        ("gca_list", None),
                    ),
                    _connector="OR",
                ),
                name="liquidation_report_names_its_list_iff_from_one",
                violation_error_message="Solo lo que viene de una lista dice de cuál.",
            ),
        ),
        migrations.AddConstraint(
            model_name="declarationreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("source", "by_hand"),
                        ("state", "pending"),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state", "pending"), _negated=True), ("reason", "")
                    ),
                    _connector="OR",
                ),
                name="liquidation_report_gives_a_reason_iff_taken_back",
                violation_error_message="Solo una corrección lleva motivo.",
            ),
        ),
        AppendOnly("GcaList"),
        AppendOnly("DeclarationReport"),
        AppendOnly("DeclarationDocument"),
    ]
