import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Calendars read the terms at a secret address of each profile."""

    dependencies = [
        ("core", "0014_evidence_refuses_loss"),
        ("courses", "0004_sence_code_folded"),
    ]

    operations = [
        migrations.CreateModel(
            name="CalendarFeed",
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
                    "secret_hash",
                    models.CharField(
                        max_length=64, unique=True, verbose_name="SHA-256 del secreto"
                    ),
                ),
                ("made_at", models.DateTimeField(verbose_name="creada")),
                (
                    "membership",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calendar_feed",
                        to="core.membership",
                        verbose_name="perfil",
                    ),
                ),
            ],
            options={
                "verbose_name": "dirección de calendario",
                "verbose_name_plural": "direcciones de calendario",
            },
        ),
    ]
