from typing import Any

from django.db import migrations, models

CLOCKS = [
    ("sence", "Reloj de SENCE"),
    ("portal", "Reloj del portal"),
    ("maximum", "Máximo de la sesión"),
]


def _name(apps: Any, *, said: str, now_says: str) -> None:
    sessions = apps.get_model("attendance", "SenceSession").objects
    at_the_maximum = sessions.filter(closed_at=models.F("expires_at"))
    at_the_maximum.filter(closed_clock=said).update(closed_clock=now_says)


def name_the_maximum(apps: Any, _schema_editor: Any) -> None:
    """To the microsecond at its maximum: there it was cut, by no clock."""
    _name(apps, said="portal", now_says="maximum")


def name_the_portal(apps: Any, _schema_editor: Any) -> None:
    _name(apps, said="maximum", now_says="portal")


class Migration(migrations.Migration):
    """A close that was cut at the session's maximum says so."""

    dependencies = [("attendance", "0016_values_within_their_choices")]

    operations = [
        migrations.AlterField(
            model_name="sencesession",
            name="opened_clock",
            field=models.CharField(
                blank=True,
                choices=CLOCKS,
                max_length=10,
                verbose_name="reloj del inicio",
            ),
        ),
        migrations.AlterField(
            model_name="sencesession",
            name="closed_clock",
            field=models.CharField(
                blank=True,
                choices=CLOCKS,
                max_length=10,
                verbose_name="reloj del cierre",
            ),
        ),
        migrations.RunPython(name_the_maximum, name_the_portal),
    ]
