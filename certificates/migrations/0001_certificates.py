import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from otec_portal.core.append_only import AppendOnly


class Migration(migrations.Migration):
    """Certificates and requests to annul them; what was emitted stays as it was."""

    initial = True

    dependencies = [
        ("core", "0008_attendance_threshold"),
        ("courses", "0003_real_dates"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AnnulmentRequest",
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
                    "reason",
                    models.CharField(
                        max_length=1000, verbose_name="motivo de la anulación"
                    ),
                ),
                (
                    "right_reference",
                    models.CharField(
                        max_length=40,
                        verbose_name="N° correcto de factura u orden de compra",
                    ),
                ),
                ("due_on", models.DateField(verbose_name="plazo de respuesta")),
                ("at", models.DateTimeField(verbose_name="enviada")),
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
                "verbose_name": "solicitud de anulación",
                "verbose_name_plural": "solicitudes de anulación",
            },
        ),
        migrations.CreateModel(
            name="AnnulmentEvidence",
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
                (
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="certificates.annulmentrequest",
                        verbose_name="solicitud",
                    ),
                ),
            ],
            options={
                "verbose_name": "respaldo de una solicitud de anulación",
                "verbose_name_plural": "respaldos de solicitudes de anulación",
            },
        ),
        migrations.CreateModel(
            name="AnnulmentDecision",
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
                ("approved", models.BooleanField(verbose_name="aprobada")),
                (
                    "remarks",
                    models.CharField(
                        blank=True, max_length=1000, verbose_name="observaciones"
                    ),
                ),
                (
                    "recorded",
                    models.BooleanField(verbose_name="registrada por la OTEC"),
                ),
                ("answered_on", models.DateField(verbose_name="fecha de la respuesta")),
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
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decision",
                        to="certificates.annulmentrequest",
                        verbose_name="solicitud",
                    ),
                ),
            ],
            options={
                "verbose_name": "respuesta a una solicitud de anulación",
                "verbose_name_plural": "respuestas a solicitudes de anulación",
            },
        ),
        migrations.CreateModel(
            name="Certificate",
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
                ("year", models.PositiveSmallIntegerField(verbose_name="año")),
                ("sequence", models.PositiveIntegerField(verbose_name="correlativo")),
                (
                    "code",
                    models.CharField(
                        max_length=12,
                        unique=True,
                        verbose_name="código de verificación",
                    ),
                ),
                (
                    "billing_reference",
                    models.CharField(
                        max_length=40, verbose_name="N° de factura u orden de compra"
                    ),
                ),
                (
                    "justification",
                    models.CharField(
                        blank=True, max_length=1000, verbose_name="justificación"
                    ),
                ),
                ("snapshot", models.TextField(verbose_name="contenido certificado")),
                (
                    "sha256",
                    models.CharField(
                        max_length=64, verbose_name="SHA-256 del contenido"
                    ),
                ),
                ("issued_on", models.DateField(verbose_name="fecha de emisión")),
                ("issued_at", models.DateTimeField(verbose_name="emitido")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="por",
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="certificates.certificate",
                        verbose_name="reemplaza a",
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
                "verbose_name": "certificado",
            },
        ),
        migrations.AddField(
            model_name="annulmentrequest",
            name="certificate",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="annulment",
                to="certificates.certificate",
                verbose_name="certificado",
            ),
        ),
        migrations.CreateModel(
            name="CertificateFile",
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
                ("content", models.BinaryField(verbose_name="contenido")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("size", models.PositiveIntegerField(verbose_name="bytes")),
                ("renderer", models.CharField(max_length=60, verbose_name="hecho con")),
                ("made_at", models.DateTimeField(verbose_name="hecho")),
                (
                    "certificate",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="file",
                        to="certificates.certificate",
                        verbose_name="certificado",
                    ),
                ),
            ],
            options={
                "verbose_name": "PDF de un certificado",
                "verbose_name_plural": "PDF de certificados",
            },
        ),
        migrations.CreateModel(
            name="CertificateSeries",
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
                ("year", models.PositiveSmallIntegerField(verbose_name="año")),
                (
                    "last",
                    models.PositiveIntegerField(
                        default=0, verbose_name="último número"
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
                "verbose_name": "serie de certificados",
                "verbose_name_plural": "series de certificados",
            },
        ),
        migrations.CreateModel(
            name="Certification",
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
                            ("issued", "Emitido"),
                            ("annulment_requested", "Pendiente de validación"),
                            ("reissue_approved", "Aprobado para su re-emisión"),
                            ("annulment_rejected", "Rechazado"),
                        ],
                        default="pending",
                        max_length=20,
                        verbose_name="estado",
                    ),
                ),
                (
                    "action",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certification",
                        to="courses.trainingaction",
                        verbose_name="acción",
                    ),
                ),
            ],
            options={
                "verbose_name": "certificación",
                "verbose_name_plural": "certificaciones",
            },
        ),
        migrations.AddField(
            model_name="certificate",
            name="certification",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="certificates",
                to="certificates.certification",
                verbose_name="certificación",
            ),
        ),
        migrations.CreateModel(
            name="DecisionEvidence",
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
                (
                    "decision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="certificates.annulmentdecision",
                        verbose_name="respuesta",
                    ),
                ),
            ],
            options={
                "verbose_name": "respaldo de una respuesta",
                "verbose_name_plural": "respaldos de respuestas",
            },
        ),
        migrations.AddConstraint(
            model_name="annulmentdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved", True),
                    models.Q(("remarks", ""), _negated=True),
                    _connector="OR",
                ),
                name="certificates_rejection_gives_remarks",
                violation_error_message="Un rechazo lleva su motivo.",
            ),
        ),
        migrations.AddConstraint(
            model_name="annulmentrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True),
                name="certificates_annulment_gives_a_reason",
                violation_error_message="Falta el motivo de la anulación.",
            ),
        ),
        migrations.AddConstraint(
            model_name="annulmentrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("right_reference", ""), _negated=True),
                name="certificates_annulment_gives_the_right_reference",
                violation_error_message="Falta el número correcto.",
            ),
        ),
        migrations.AddConstraint(
            model_name="certificateseries",
            constraint=models.UniqueConstraint(
                fields=("training_body", "year"),
                name="certificates_series_once_per_body_and_year",
                violation_error_message="La entidad ya tiene una serie de ese año.",
            ),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.UniqueConstraint(
                fields=("training_body", "year", "sequence"),
                name="certificates_number_once_per_body_and_year",
                violation_error_message="Ese número ya es de otro certificado.",
            ),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("replaces", None)),
                fields=("certification",),
                name="certificates_one_first_certificate",
                violation_error_message="El certificado de esta acción ya se emitió.",
            ),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.CheckConstraint(
                condition=models.Q(("sequence__gt", 0)),
                name="certificates_number_is_positive",
                violation_error_message="El correlativo empieza en 1.",
            ),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.CheckConstraint(
                condition=models.Q(("billing_reference", ""), _negated=True),
                name="certificates_has_a_billing_reference",
                violation_error_message="Falta el N° de factura u orden de compra.",
            ),
        ),
        AppendOnly("Certificate"),
        AppendOnly("CertificateFile"),
        AppendOnly("AnnulmentRequest"),
        AppendOnly("AnnulmentEvidence"),
        AppendOnly("AnnulmentDecision"),
        AppendOnly("DecisionEvidence"),
    ]
