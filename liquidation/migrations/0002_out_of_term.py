import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from otec_portal.core.append_only import AppendOnly


class Migration(migrations.Migration):
    """Requests to issue out of term, and their answers: evidence from the first day."""

    dependencies = [
        ("courses", "0002_roster_imports"),
        ("liquidation", "0001_sworn_statements"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="OutOfTermRequest",
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
                    "name",
                    models.CharField(max_length=200, verbose_name="nombre del archivo"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("application/pdf", "PDF"),
                            ("image/jpeg", "JPEG"),
                            ("image/png", "PNG"),
                        ],
                        max_length=20,
                        verbose_name="tipo",
                    ),
                ),
                ("content", models.BinaryField(verbose_name="contenido")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("size", models.PositiveIntegerField(verbose_name="bytes")),
                ("at", models.DateTimeField(verbose_name="cuándo")),
                (
                    "public_id",
                    models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                ),
                (
                    "requested_on",
                    models.DateField(verbose_name="fecha de la solicitud"),
                ),
                ("reason", models.CharField(max_length=1000, verbose_name="motivo")),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="out_of_term_requests",
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
                "verbose_name": "solicitud fuera de plazo",
                "verbose_name_plural": "solicitudes fuera de plazo",
            },
        ),
        migrations.CreateModel(
            name="OutOfTermAnswer",
            fields=[
                (
                    "name",
                    models.CharField(max_length=200, verbose_name="nombre del archivo"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("application/pdf", "PDF"),
                            ("image/jpeg", "JPEG"),
                            ("image/png", "PNG"),
                        ],
                        max_length=20,
                        verbose_name="tipo",
                    ),
                ),
                ("content", models.BinaryField(verbose_name="contenido")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("size", models.PositiveIntegerField(verbose_name="bytes")),
                ("at", models.DateTimeField(verbose_name="cuándo")),
                (
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="answer",
                        serialize=False,
                        to="liquidation.outoftermrequest",
                        verbose_name="solicitud",
                    ),
                ),
                ("accepted", models.BooleanField(verbose_name="aceptada")),
                ("answered_on", models.DateField(verbose_name="fecha de la respuesta")),
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
                "verbose_name": "respuesta a una solicitud fuera de plazo",
                "verbose_name_plural": "respuestas a solicitudes fuera de plazo",
            },
        ),
        migrations.AddConstraint(
            model_name="outoftermrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True),
                name="liquidation_out_of_term_request_has_a_reason",
                violation_error_message="Escribe el motivo de la solicitud.",
            ),
        ),
        AppendOnly("OutOfTermRequest"),
        AppendOnly("OutOfTermAnswer"),
    ]
