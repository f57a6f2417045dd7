from hashlib import sha256

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SETTLED = ["sent", "withdrawn"]


def forget(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    mails = apps.get_model("core", "OutgoingEmail")._base_manager
    settled = mails.filter(state__in=SETTLED, text_sha256="")
    for pk, text in settled.values_list("pk", "text").iterator(chunk_size=1000):
        digest = sha256(text.encode()).hexdigest()
        mails.filter(pk=pk).update(text="", text_sha256=digest)


class Migration(migrations.Migration):
    """A mail that was sent or withdrawn keeps no credential: its text is forgotten."""

    dependencies = [
        ("core", "0010_email_links_end"),
    ]

    operations = [
        migrations.AlterField(
            model_name="outgoingemail",
            name="text",
            field=models.TextField(
                blank=True,
                help_text=(
                    "Se borra al salir o retirarse: puede llevar un enlace personal."
                ),
                verbose_name="texto",
            ),
        ),
        migrations.AddField(
            model_name="outgoingemail",
            name="text_sha256",
            field=models.CharField(
                blank=True,
                default="",
                max_length=64,
                verbose_name="huella del texto",
            ),
            preserve_default=False,
        ),
        migrations.RunPython(forget, migrations.RunPython.noop),
    ]
