import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Rosters come as files, are undone while they can be; links are handed out."""

    dependencies = [
        ("core", "0006_mail_withdrawn"),
        ("courses", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RosterImport",
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
                ("at", models.DateTimeField(verbose_name="cuándo")),
                ("filename", models.CharField(max_length=200, verbose_name="archivo")),
                (
                    "deeds",
                    models.JSONField(
                        help_text="Lo escribe roster/apply.py.",
                        verbose_name="lo que hizo",
                    ),
                ),
                (
                    "undone_at",
                    models.DateTimeField(
                        editable=False, null=True, verbose_name="deshecha"
                    ),
                ),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="roster_imports",
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
                    "undone_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="deshecha por",
                    ),
                ),
            ],
            options={
                "verbose_name": "importación de nómina",
                "verbose_name_plural": "importaciones de nómina",
            },
        ),
        migrations.CreateModel(
            name="RosterUpload",
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
                ("filename", models.CharField(max_length=200, verbose_name="archivo")),
                ("layout", models.JSONField(verbose_name="columnas")),
                ("lines", models.JSONField(verbose_name="filas")),
                (
                    "name_order",
                    models.CharField(
                        choices=[
                            ("first", "Nombres y después apellidos"),
                            ("last", "Apellidos y después nombres"),
                        ],
                        default="first",
                        max_length=5,
                        verbose_name="orden de los nombres",
                    ),
                ),
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
                (
                    "imported_as",
                    models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="upload",
                        to="courses.rosterimport",
                        verbose_name="importado como",
                    ),
                ),
            ],
            options={
                "verbose_name": "nómina subida",
                "verbose_name_plural": "nóminas subidas",
            },
        ),
        migrations.CreateModel(
            name="LinkDelivery",
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
                ("number", models.PositiveIntegerField(verbose_name="número")),
                (
                    "way",
                    models.CharField(
                        choices=[("mail", "Correo"), ("sheet", "Hoja con QR")],
                        max_length=5,
                        verbose_name="medio",
                    ),
                ),
                (
                    "link_version",
                    models.PositiveIntegerField(verbose_name="versión del enlace"),
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
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="link_deliveries",
                        to="courses.enrolment",
                        verbose_name="inscripción",
                    ),
                ),
                (
                    "mail",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="link_delivery",
                        to="core.outgoingemail",
                        verbose_name="correo",
                    ),
                ),
            ],
            options={
                "verbose_name": "entrega de enlace",
                "verbose_name_plural": "entregas de enlaces",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("enrolment", "number"),
                        name="courses_link_delivery_numbered_once",
                        violation_error_message="Esta entrega ya está registrada.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("mail__isnull", False), ("way", "mail")),
                            models.Q(("mail", None), ("way", "sheet")),
                            _connector="OR",
                        ),
                        name="courses_link_delivery_has_its_mail_iff_mailed",
                        violation_error_message=(
                            "Solo lo enviado por correo lleva su correo."
                        ),
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="rosterimport",
            index=models.Index(fields=["action", "-at"], name="courses_import_latest"),
        ),
        migrations.AddConstraint(
            model_name="rosterimport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("undone_at", None), ("undone_by", None)),
                    models.Q(
                        ("undone_at__isnull", False), ("undone_by__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="courses_import_undone_by_iff_undone",
                violation_error_message="Toda importación deshecha dice por quién.",
            ),
        ),
        migrations.AddIndex(
            model_name="rosterupload",
            index=models.Index(fields=["expires_at"], name="courses_upload_expires"),
        ),
    ]
