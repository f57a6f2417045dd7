import uuid

import django.db.models.deletion
from django.db import migrations, models

from otec_portal.core.append_only import AppendOnly


class Migration(migrations.Migration):
    """The documents behind adjustments; what stands there can't be changed."""

    dependencies = [
        ("attendance", "0006_classes_and_totals"),
    ]

    operations = [
        migrations.CreateModel(
            name="AdjustmentEvidence",
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
                    "adjustment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="attendance.adjustment",
                        verbose_name="ajuste",
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
            ],
            options={
                "verbose_name": "respaldo de un ajuste",
                "verbose_name_plural": "respaldos de ajustes",
            },
        ),
        AppendOnly("AdjustmentEvidence"),
    ]
