import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from otec_portal.core.append_only import AppendOnly, AppendOnlyAgain


class Migration(migrations.Migration):
    """An export says whether it is a part, when it was seen again, what was left out.

    Those of before are whole, as they were compared; SQLite makes their table anew.
    """

    dependencies = [
        ("attendance", "0020_production_sessions_mark_their_action"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AppendOnlyAgain("SenceExport"),
        migrations.AddField(
            model_name="exportupload",
            name="whole",
            field=models.BooleanField(default=True, verbose_name="trae a todos"),
        ),
        migrations.AddField(
            model_name="senceexport",
            name="people",
            field=models.JSONField(default=list, verbose_name="RUN que trae"),
        ),
        migrations.AddField(
            model_name="senceexport",
            name="whole",
            field=models.BooleanField(default=True, verbose_name="trae a todos"),
        ),
        migrations.CreateModel(
            name="ExportSighting",
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
                    "whole",
                    models.BooleanField(default=True, verbose_name="trae a todos"),
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
                    "export",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sightings",
                        to="attendance.senceexport",
                        verbose_name="exportación",
                    ),
                ),
            ],
            options={
                "verbose_name": "exportación vuelta a subir",
                "verbose_name_plural": "exportaciones vueltas a subir",
            },
        ),
        migrations.CreateModel(
            name="LeftOutLine",
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
                ("number", models.PositiveIntegerField(verbose_name="fila")),
                (
                    "run",
                    models.CharField(blank=True, max_length=10, verbose_name="RUN"),
                ),
                ("why", models.CharField(max_length=500, verbose_name="por qué")),
                (
                    "export",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="left_out",
                        to="attendance.senceexport",
                        verbose_name="exportación",
                    ),
                ),
            ],
            options={
                "verbose_name": "fila dejada fuera",
                "verbose_name_plural": "filas dejadas fuera",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("export", "number"),
                        name="attendance_left_out_line_once_per_export",
                        violation_error_message="Esta fila ya está.",
                    )
                ],
            },
        ),
        AppendOnlyAgain("SenceExport"),
        AppendOnly("ExportSighting"),
        AppendOnly("LeftOutLine"),
    ]
