from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Of a part that worked before this, its last pulse counts as its first."""
    apps.get_model("core", "Pulse")._base_manager.update(first_at=models.F("at"))


class Migration(migrations.Migration):
    """A pulse knows its first: a scheduler that never gave one is silent since then."""

    dependencies = [
        ("core", "0019_mail_has_a_last_moment"),
    ]

    operations = [
        migrations.AddField(
            model_name="pulse",
            name="first_at",
            field=models.DateTimeField(null=True, verbose_name="la primera vez"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="pulse",
            name="first_at",
            field=models.DateTimeField(verbose_name="la primera vez"),
        ),
    ]
