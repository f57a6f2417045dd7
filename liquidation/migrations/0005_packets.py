import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from otec_portal.core.append_only import AppendOnly

BIND = """
ALTER TABLE liquidation_placement
ADD CONSTRAINT liquidation_placement_of_its_own_action
FOREIGN KEY (enrolment_id, action_id) REFERENCES courses_enrolment (id, action_id);
"""
LOOSEN = """
ALTER TABLE liquidation_placement
DROP CONSTRAINT liquidation_placement_of_its_own_action;
"""


def bind(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(BIND)


def loosen(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(LOOSEN)


class Migration(migrations.Migration):
    """Packets, their papers, what is built of them, how they left and what came back.

    What was sent and answered is evidence. A person in a place is one of its action:
    on SQLite, as in 0003, the model alone refuses.
    """

    dependencies = [
        ("core", "0020_pulse_knows_its_first"),
        ("courses", "0012_longest_session_is_a_day"),
        ("liquidation", "0004_evidence_refuses_loss"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Dispatch",
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
                    "way",
                    models.CharField(
                        choices=[
                            ("attached", "Adjunto a un correo del portal"),
                            ("link", "Con un enlace, en un correo del portal"),
                            ("by_company", "Lo envió la empresa desde su correo"),
                        ],
                        max_length=10,
                        verbose_name="cómo",
                    ),
                ),
                ("to", models.EmailField(max_length=254, verbose_name="para")),
                (
                    "copy_to",
                    models.EmailField(
                        blank=True, max_length=254, verbose_name="copia a"
                    ),
                ),
                (
                    "late_reason",
                    models.CharField(
                        blank=True,
                        max_length=2000,
                        verbose_name="por qué fuera de plazo",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="enviado")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="enviado por",
                    ),
                ),
                (
                    "copy",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dispatch_as_copy",
                        to="core.outgoingemail",
                        verbose_name="copia",
                    ),
                ),
                (
                    "mail",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dispatch",
                        to="core.outgoingemail",
                        verbose_name="correo",
                    ),
                ),
            ],
            options={
                "verbose_name": "envío de un expediente",
                "verbose_name_plural": "envíos de expedientes",
            },
        ),
        migrations.CreateModel(
            name="Packet",
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
                    "region",
                    models.CharField(
                        choices=[
                            ("AP", "Arica y Parinacota"),
                            ("TA", "Tarapacá"),
                            ("AN", "Antofagasta"),
                            ("AT", "Atacama"),
                            ("CO", "Coquimbo"),
                            ("VS", "Valparaíso"),
                            ("LI", "Libertador General Bernardo O'Higgins"),
                            ("ML", "Maule"),
                            ("BI", "Biobío"),
                            ("NB", "Ñuble"),
                            ("AR", "La Araucanía"),
                            ("LL", "Los Lagos"),
                            ("LR", "Los Ríos"),
                            ("AI", "Aysén"),
                            ("MA", "Magallanes"),
                            ("RM", "Metropolitana"),
                        ],
                        max_length=2,
                        verbose_name="región",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Borrador"),
                            ("ready", "Completo"),
                            ("sent", "Enviado"),
                            ("observed", "Observado"),
                            ("liquidated", "Liquidado"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="estado",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="creado")),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="packets",
                        to="courses.company",
                        verbose_name="empresa",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="creado por",
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
                "verbose_name": "expediente de liquidación",
                "verbose_name_plural": "expedientes de liquidación",
            },
        ),
        migrations.CreateModel(
            name="PacketAction",
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
                    "action",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="packet_action",
                        to="courses.trainingaction",
                        verbose_name="acción",
                    ),
                ),
                (
                    "packet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="packet_actions",
                        to="liquidation.packet",
                        verbose_name="expediente",
                    ),
                ),
            ],
            options={
                "verbose_name": "acción de un expediente",
                "verbose_name_plural": "acciones de expedientes",
            },
        ),
        migrations.AddField(
            model_name="packet",
            name="actions",
            field=models.ManyToManyField(
                related_name="packets",
                through="liquidation.PacketAction",
                to="courses.trainingaction",
                verbose_name="acciones",
            ),
        ),
        migrations.CreateModel(
            name="PacketAnswer",
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
                ("liquidated", models.BooleanField(verbose_name="liquidado")),
                (
                    "remarks",
                    models.CharField(
                        blank=True, max_length=2000, verbose_name="observaciones"
                    ),
                ),
                ("answered_on", models.DateField(verbose_name="fecha de la respuesta")),
                (
                    "recorded",
                    models.BooleanField(verbose_name="registrada por la OTEC"),
                ),
                (
                    "who",
                    models.CharField(max_length=200, verbose_name="quién respondió"),
                ),
                ("at", models.DateTimeField(verbose_name="cuándo")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="por",
                    ),
                ),
                (
                    "dispatch",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answer",
                        to="liquidation.dispatch",
                        verbose_name="envío",
                    ),
                ),
            ],
            options={
                "verbose_name": "respuesta a un expediente",
                "verbose_name_plural": "respuestas a expedientes",
            },
        ),
        migrations.CreateModel(
            name="AnswerEvidence",
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
                (
                    "public_id",
                    models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                ),
                (
                    "answer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="liquidation.packetanswer",
                        verbose_name="respuesta",
                    ),
                ),
            ],
            options={
                "verbose_name": "respaldo de una respuesta a un expediente",
                "verbose_name_plural": "respaldos de respuestas a expedientes",
            },
        ),
        migrations.CreateModel(
            name="PacketBuild",
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
                        choices=[
                            ("waiting", "En espera"),
                            ("building", "Armándose"),
                            ("built", "Listo"),
                            ("failed", "No se pudo armar"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="estado",
                    ),
                ),
                ("contents", models.TextField(verbose_name="contenido")),
                (
                    "digest",
                    models.CharField(
                        max_length=64, verbose_name="SHA-256 del contenido"
                    ),
                ),
                ("total", models.PositiveIntegerField(verbose_name="documentos")),
                (
                    "done",
                    models.PositiveIntegerField(
                        default=0, verbose_name="documentos listos"
                    ),
                ),
                (
                    "attempts",
                    models.PositiveSmallIntegerField(
                        default=0, verbose_name="intentos"
                    ),
                ),
                ("due_at", models.DateTimeField(verbose_name="próximo intento")),
                (
                    "zip_key",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="dónde está el ZIP"
                    ),
                ),
                (
                    "zip_sha256",
                    models.CharField(
                        blank=True, max_length=64, verbose_name="SHA-256 del ZIP"
                    ),
                ),
                (
                    "zip_size",
                    models.PositiveBigIntegerField(
                        null=True, verbose_name="bytes del ZIP"
                    ),
                ),
                (
                    "pdf_key",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="dónde está el PDF"
                    ),
                ),
                (
                    "pdf_sha256",
                    models.CharField(
                        blank=True, max_length=64, verbose_name="SHA-256 del PDF"
                    ),
                ),
                (
                    "pdf_size",
                    models.PositiveBigIntegerField(
                        null=True, verbose_name="bytes del PDF"
                    ),
                ),
                (
                    "pdf_pages",
                    models.PositiveIntegerField(
                        null=True, verbose_name="páginas del PDF"
                    ),
                ),
                (
                    "failure",
                    models.CharField(
                        blank=True, max_length=500, verbose_name="por qué no se pudo"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="pedido")),
                ("built_at", models.DateTimeField(null=True, verbose_name="listo")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="pedido por",
                    ),
                ),
                (
                    "packet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="builds",
                        to="liquidation.packet",
                        verbose_name="expediente",
                    ),
                ),
            ],
            options={
                "verbose_name": "armado de un expediente",
                "verbose_name_plural": "armados de expedientes",
            },
        ),
        migrations.AddField(
            model_name="dispatch",
            name="build",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="dispatches",
                to="liquidation.packetbuild",
                verbose_name="armado",
            ),
        ),
        migrations.CreateModel(
            name="PacketLink",
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
                    "audience",
                    models.CharField(
                        choices=[
                            ("office", "Dirección Regional"),
                            ("company", "Empresa"),
                        ],
                        max_length=10,
                        verbose_name="para",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="nombre")),
                ("email", models.EmailField(max_length=254, verbose_name="correo")),
                ("expires_at", models.DateTimeField(verbose_name="vence")),
                (
                    "revoked_at",
                    models.DateTimeField(null=True, verbose_name="revocado"),
                ),
                ("at", models.DateTimeField(verbose_name="creado")),
                (
                    "build",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="links",
                        to="liquidation.packetbuild",
                        verbose_name="armado que muestra",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="creado por",
                    ),
                ),
                (
                    "packet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="links",
                        to="liquidation.packet",
                        verbose_name="expediente",
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="revocado por",
                    ),
                ),
            ],
            options={
                "verbose_name": "enlace a un expediente",
                "verbose_name_plural": "enlaces a expedientes",
            },
        ),
        migrations.AddField(
            model_name="packetanswer",
            name="link",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="answers",
                to="liquidation.packetlink",
                verbose_name="con el enlace",
            ),
        ),
        migrations.AddField(
            model_name="dispatch",
            name="company_link",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sent_with",
                to="liquidation.packetlink",
                verbose_name="enviado con el enlace",
            ),
        ),
        migrations.AddField(
            model_name="dispatch",
            name="office_link",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="dispatch",
                to="liquidation.packetlink",
                verbose_name="enlace que llevó",
            ),
        ),
        migrations.CreateModel(
            name="Paper",
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
                        choices=[
                            ("unplaced", "Por confirmar"),
                            ("placed", "Confirmado"),
                            ("replaced", "Reemplazado"),
                            ("discarded", "Descartado"),
                        ],
                        default="unplaced",
                        max_length=10,
                        verbose_name="estado",
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
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("size", models.PositiveIntegerField(verbose_name="bytes")),
                ("pages", models.PositiveIntegerField(verbose_name="páginas")),
                (
                    "key",
                    models.CharField(
                        max_length=200, unique=True, verbose_name="dónde se guarda"
                    ),
                ),
                (
                    "found",
                    models.JSONField(default=dict, verbose_name="lo que dice de sí"),
                ),
                ("at", models.DateTimeField(verbose_name="subido")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="subido por",
                    ),
                ),
                (
                    "link",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="papers",
                        to="liquidation.packetlink",
                        verbose_name="subido con el enlace",
                    ),
                ),
                (
                    "packet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="papers",
                        to="liquidation.packet",
                        verbose_name="expediente",
                    ),
                ),
                (
                    "replaced_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaces",
                        to="liquidation.paper",
                        verbose_name="reemplazado por",
                    ),
                ),
            ],
            options={
                "verbose_name": "archivo de un expediente",
                "verbose_name_plural": "archivos de expedientes",
            },
        ),
        migrations.CreateModel(
            name="Placement",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("invoice", "Factura de la OTEC"),
                            ("payment", "Comprobante de pago de la factura"),
                            ("otec_declaration", "Declaración jurada de la OTEC"),
                            ("declaration", "Declaración jurada del participante"),
                            (
                                "signed_declaration",
                                "Declaración jurada completa y firmada",
                            ),
                            ("identity_card", "Cédula de identidad por ambos lados"),
                        ],
                        max_length=20,
                        verbose_name="documento",
                    ),
                ),
                (
                    "proof",
                    models.CharField(
                        blank=True,
                        choices=[
                            (
                                "stamped_invoice",
                                "Factura con el timbre de pago de la OTEC",
                            ),
                            ("transfer", "Transferencia electrónica"),
                            ("deposit", "Depósito en la cuenta corriente de la OTEC"),
                        ],
                        max_length=20,
                        verbose_name="comprobante",
                    ),
                ),
                (
                    "both_sides",
                    models.BooleanField(
                        default=False, verbose_name="muestra ambos lados"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="confirmado")),
                (
                    "until",
                    models.DateTimeField(null=True, verbose_name="vigente hasta"),
                ),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="placements",
                        to="courses.trainingaction",
                        verbose_name="acción",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="confirmado por",
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="placements",
                        to="courses.enrolment",
                        verbose_name="inscripción",
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="placements",
                        to="liquidation.paper",
                        verbose_name="archivo",
                    ),
                ),
            ],
            options={
                "verbose_name": "documento de un expediente",
                "verbose_name_plural": "documentos de expedientes",
            },
        ),
        migrations.AddConstraint(
            model_name="packet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["draft", "ready", "sent", "observed", "liquidated"])
                ),
                name="liquidation_packet_state_is_known",
                violation_error_message="Elige uno de los valores posibles.",
            ),
        ),
        migrations.AddIndex(
            model_name="packetbuild",
            index=models.Index(
                fields=["state", "due_at"], name="liquidation_build_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="packetbuild",
            constraint=models.UniqueConstraint(
                fields=("packet", "digest"),
                name="liquidation_build_once_per_contents",
                violation_error_message="Con este contenido ya se armó.",
            ),
        ),
        migrations.AddConstraint(
            model_name="packetbuild",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("built_at__isnull", False),
                        ("state", "built"),
                        models.Q(("zip_key", ""), _negated=True),
                        models.Q(("pdf_key", ""), _negated=True),
                        ("zip_sha256__regex", "^[0-9a-f]{64}$"),
                        ("pdf_sha256__regex", "^[0-9a-f]{64}$"),
                    ),
                    models.Q(
                        models.Q(("state", "built"), _negated=True),
                        ("built_at", None),
                        ("pdf_key", ""),
                        ("zip_key", ""),
                        ("pdf_sha256", ""),
                        ("zip_sha256", ""),
                    ),
                    _connector="OR",
                ),
                name="liquidation_build_has_its_files_iff_built",
                violation_error_message="Solo lo que está listo tiene sus archivos.",
            ),
        ),
        migrations.AddConstraint(
            model_name="packetbuild",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state", "failed"), models.Q(("failure", ""), _negated=True)
                    ),
                    models.Q(
                        models.Q(("state", "failed"), _negated=True), ("failure", "")
                    ),
                    _connector="OR",
                ),
                name="liquidation_build_gives_a_reason_iff_failed",
                violation_error_message="Solo lo que falló dice por qué.",
            ),
        ),
        migrations.AddConstraint(
            model_name="packetbuild",
            constraint=models.CheckConstraint(
                condition=models.Q(("done__lte", models.F("total"))),
                name="liquidation_build_is_done_at_most_with_all",
                violation_error_message="No hay más documentos listos que documentos.",
            ),
        ),
        migrations.AddConstraint(
            model_name="packetbuild",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["waiting", "building", "built", "failed"])
                ),
                name="liquidation_build_state_is_known",
                violation_error_message="Elige uno de los valores posibles.",
            ),
        ),
        migrations.AddConstraint(
            model_name="packetlink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("audience", "office"), ("build__isnull", False)),
                    models.Q(
                        models.Q(("audience", "office"), _negated=True), ("build", None)
                    ),
                    _connector="OR",
                ),
                name="liquidation_link_of_the_office_shows_a_build",
                violation_error_message="La oficina ve lo que se le envió.",
            ),
        ),
        migrations.AddConstraint(
            model_name="packetlink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("revoked_at", None), ("revoked_by", None)),
                    models.Q(
                        ("revoked_at__isnull", False), ("revoked_by__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="liquidation_link_revoked_at_iff_revoked_by",
                violation_error_message="Una revocación lleva quién y cuándo.",
            ),
        ),
        migrations.AddConstraint(
            model_name="packetlink",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("at"))),
                name="liquidation_link_expires_after_it_was_made",
                violation_error_message="Un enlace vence después de creado.",
            ),
        ),
        migrations.AddConstraint(
            model_name="packetlink",
            constraint=models.CheckConstraint(
                condition=models.Q(("audience__in", ["office", "company"])),
                name="liquidation_link_audience_is_known",
                violation_error_message="Elige uno de los valores posibles.",
            ),
        ),
        migrations.AddConstraint(
            model_name="packetanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("liquidated", True),
                    models.Q(("remarks", ""), _negated=True),
                    _connector="OR",
                ),
                name="liquidation_observed_gives_remarks",
                violation_error_message="Escribe las observaciones.",
            ),
        ),
        migrations.AddConstraint(
            model_name="packetanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("by", None), ("link__isnull", False), ("recorded", False)
                    ),
                    models.Q(("by__isnull", False), ("link", None)),
                    _connector="OR",
                ),
                name="liquidation_answer_has_one_hand",
                violation_error_message="La da una cuenta o llega por un enlace.",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("copy", None), ("mail", None), ("way", "by_company")),
                    models.Q(
                        models.Q(("way", "by_company"), _negated=True),
                        ("mail__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="liquidation_dispatch_has_a_mail_iff_the_portal_sent_it",
                violation_error_message="Lo que envía el portal sale en un correo.",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("office_link__isnull", False), ("way", "link")),
                    models.Q(
                        models.Q(("way", "link"), _negated=True), ("office_link", None)
                    ),
                    _connector="OR",
                ),
                name="liquidation_dispatch_has_a_link_iff_by_link",
                violation_error_message="Solo un envío con enlace lleva uno.",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("by", None), ("company_link__isnull", False)),
                    models.Q(("by__isnull", False), ("company_link", None)),
                    _connector="OR",
                ),
                name="liquidation_dispatch_has_one_hand",
                violation_error_message="Lo envía una persona o la empresa.",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispatch",
            constraint=models.CheckConstraint(
                condition=models.Q(("way__in", ["attached", "link", "by_company"])),
                name="liquidation_dispatch_way_is_known",
                violation_error_message="Elige uno de los valores posibles.",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.UniqueConstraint(
                fields=("packet", "sha256"),
                name="liquidation_paper_once_per_packet",
                violation_error_code="known_file",
                violation_error_message="Este archivo ya está en el expediente.",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("by", None), ("link__isnull", False)),
                    models.Q(("by__isnull", False), ("link", None)),
                    _connector="OR",
                ),
                name="liquidation_paper_came_from_one_hand",
                violation_error_message="Lo sube una persona o llega por un enlace.",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("replaced_by__isnull", False), ("state", "replaced")),
                    models.Q(
                        models.Q(("state", "replaced"), _negated=True),
                        ("replaced_by", None),
                    ),
                    _connector="OR",
                ),
                name="liquidation_paper_replaced_by_another_iff_replaced",
                violation_error_message="Solo lo reemplazado dice por cuál.",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["unplaced", "placed", "replaced", "discarded"])
                ),
                name="liquidation_paper_state_is_known",
                violation_error_message="Elige uno de los valores posibles.",
            ),
        ),
        migrations.AddConstraint(
            model_name="placement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("enrolment__isnull", False), ("until", None)),
                fields=("paper", "kind", "enrolment"),
                name="liquidation_place_of_a_person_once_per_paper",
                violation_error_message="El archivo ya está en ese lugar.",
            ),
        ),
        migrations.AddConstraint(
            model_name="placement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("enrolment", None), ("until", None)),
                fields=("paper", "kind", "action"),
                name="liquidation_place_of_an_action_once_per_paper",
                violation_error_message="El archivo ya está en ese lugar.",
            ),
        ),
        migrations.AddConstraint(
            model_name="placement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("enrolment__isnull", False),
                        (
                            "kind__in",
                            ["declaration", "identity_card", "signed_declaration"],
                        ),
                    ),
                    models.Q(
                        models.Q(
                            (
                                "kind__in",
                                ["declaration", "identity_card", "signed_declaration"],
                            ),
                            _negated=True,
                        ),
                        ("enrolment", None),
                    ),
                    _connector="OR",
                ),
                name="liquidation_place_names_a_person_iff_of_one",
                violation_error_code="whose",
                violation_error_message="Di de quién es este documento.",
            ),
        ),
        migrations.AddConstraint(
            model_name="placement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("kind", "payment"), models.Q(("proof", ""), _negated=True)
                    ),
                    models.Q(
                        models.Q(("kind", "payment"), _negated=True), ("proof", "")
                    ),
                    _connector="OR",
                ),
                name="liquidation_place_says_the_proof_iff_of_payment",
                violation_error_code="proof",
                violation_error_message="Di qué comprobante de pago es.",
            ),
        ),
        migrations.AddConstraint(
            model_name="placement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("both_sides", False), ("kind", "identity_card"), _connector="OR"
                ),
                name="liquidation_only_a_card_has_both_sides",
                violation_error_message="Solo una cédula tiene ambos lados.",
            ),
        ),
        migrations.RunPython(bind, loosen),
        AppendOnly("Dispatch"),
        AppendOnly("PacketAnswer"),
        AppendOnly("AnswerEvidence"),
    ]
