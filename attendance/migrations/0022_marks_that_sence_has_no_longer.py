import django.db.models.deletion
from django.db import migrations, models

from otec_portal.core.append_only import AppendOnly


class Migration(migrations.Migration):
    """When whole lists ceased to show a mark is evidence like the lists themselves."""

    dependencies = [
        ("attendance", "0021_exports_seen_again"),
    ]

    operations = [
        migrations.CreateModel(
            name="MarkTurn",
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
                ("gone", models.BooleanField(verbose_name="ya no está")),
                ("at", models.DateTimeField(verbose_name="cuándo")),
                (
                    "mark",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="turns",
                        to="attendance.sencemark",
                        verbose_name="marca de SENCE",
                    ),
                ),
            ],
            options={
                "verbose_name": "cambio de una marca de SENCE",
                "verbose_name_plural": "cambios de marcas de SENCE",
            },
        ),
        AppendOnly("MarkTurn"),
    ]
