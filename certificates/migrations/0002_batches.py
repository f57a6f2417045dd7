import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Emission of many certificates, one by one by the worker."""

    dependencies = [
        ("certificates", "0001_certificates"),
        ("core", "0008_attendance_threshold"),
        ("courses", "0003_real_dates"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EmissionBatch",
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
                    "state",
                    models.CharField(
                        choices=[("running", "En curso"), ("stopped", "Detenida")],
                        default="running",
                        max_length=10,
                        verbose_name="estado",
                    ),
                ),
                (
                    "justification",
                    models.CharField(
                        blank=True, max_length=1000, verbose_name="justificación"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="aceptada")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="por",
                    ),
                ),
                (
                    "training_body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="core.trainingbody",
                        verbose_name="entidad capacitadora",
                    ),
                ),
            ],
            options={
                "verbose_name": "emisión de varios certificados",
                "verbose_name_plural": "emisiones de varios certificados",
            },
        ),
        migrations.CreateModel(
            name="BatchItem",
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
                            ("waiting", "En espera"),
                            ("emitted", "Emitido"),
                            ("refused", "No se emitió"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="estado",
                    ),
                ),
                (
                    "billing_reference",
                    models.CharField(
                        max_length=40, verbose_name="N° de factura u orden de compra"
                    ),
                ),
                ("seen", models.CharField(max_length=64, verbose_name="lo aceptado")),
                (
                    "reason",
                    models.CharField(
                        blank=True, max_length=1000, verbose_name="por qué no se emitió"
                    ),
                ),
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
                    "certificate",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="batch_item",
                        to="certificates.certificate",
                        verbose_name="certificado",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="certificates.emissionbatch",
                        verbose_name="emisión",
                    ),
                ),
            ],
            options={
                "verbose_name": "acción de una emisión",
                "verbose_name_plural": "acciones de emisiones",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("batch", "action"),
                        name="certificates_action_once_per_batch",
                        violation_error_message="La acción ya está en esta emisión.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("certificate__isnull", False), ("state", "emitted")
                            ),
                            models.Q(
                                models.Q(("state", "emitted"), _negated=True),
                                ("certificate", None),
                            ),
                            _connector="OR",
                        ),
                        name="certificates_item_has_a_certificate_iff_emitted",
                        violation_error_message="Solo lo emitido tiene certificado.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", "refused"),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "refused"), _negated=True),
                                ("reason", ""),
                            ),
                            _connector="OR",
                        ),
                        name="certificates_item_gives_a_reason_iff_refused",
                        violation_error_message=(
                            "Solo lo que no se emitió lleva un motivo."
                        ),
                    ),
                ],
            },
        ),
    ]
