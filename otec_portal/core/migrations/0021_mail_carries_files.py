import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def forget(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take from mail a failure that was not known before."""
    mails = apps.get_model("core", "OutgoingEmail")._base_manager
    mails.filter(failure="file").update(failure="")


class Migration(migrations.Migration):
    """A mail carries files, and shows other headings than who gets it."""

    dependencies = [
        ("core", "0020_pulse_knows_its_first"),
    ]

    operations = [
        migrations.CreateModel(
            name="MailAttachment",
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
                ("content_type", models.CharField(max_length=100, verbose_name="tipo")),
                (
                    "key",
                    models.CharField(max_length=200, verbose_name="dónde se guarda"),
                ),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("size", models.PositiveBigIntegerField(verbose_name="bytes")),
            ],
            options={
                "verbose_name": "adjunto de un correo",
                "verbose_name_plural": "adjuntos de correos",
            },
        ),
        migrations.RemoveConstraint(
            model_name="outgoingemail",
            name="core_mail_failure_is_known",
        ),
        migrations.AddField(
            model_name="outgoingemail",
            name="reply_to",
            field=models.EmailField(
                blank=True, max_length=254, verbose_name="a quién se responde"
            ),
        ),
        migrations.AddField(
            model_name="outgoingemail",
            name="shown_cc",
            field=models.EmailField(
                blank=True, max_length=254, verbose_name="copia, en el encabezado"
            ),
        ),
        migrations.AddField(
            model_name="outgoingemail",
            name="shown_to",
            field=models.EmailField(
                blank=True,
                help_text="Vacío: el mismo que lo recibe.",
                max_length=254,
                verbose_name="para, en el encabezado",
            ),
        ),
        migrations.AlterField(
            model_name="outgoingemail",
            name="failure",
            field=models.CharField(
                blank=True,
                choices=[
                    ("unreachable", "No se pudo conectar con el servidor de correo"),
                    ("account", "El servidor de correo no aceptó la cuenta del portal"),
                    (
                        "sender",
                        "El servidor de correo no aceptó la dirección del portal",
                    ),
                    ("dropped", "La conexión se cortó antes de entregar el correo"),
                    ("later", "El servidor de correo pidió intentarlo más tarde"),
                    ("recipient", "El servidor rechazó la dirección del destinatario"),
                    ("message", "El servidor rechazó el contenido del correo"),
                    ("address", "La dirección no es válida"),
                    (
                        "silence",
                        (
                            "El servidor no respondió después de recibir el correo: "
                            "pudo haber llegado"
                        ),
                    ),
                    (
                        "died",
                        "El portal se detuvo justo al entregarlo: pudo haber llegado",
                    ),
                    ("expired", "No alcanzó a salir mientras lo que dice era cierto"),
                    ("file", "No se pudo leer un archivo que va adjunto"),
                    ("other", "Falló por una causa que el portal no conoce"),
                ],
                max_length=11,
                verbose_name="qué falló",
            ),
        ),
        migrations.AddConstraint(
            model_name="outgoingemail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "failure__in",
                        [
                            "",
                            "unreachable",
                            "account",
                            "sender",
                            "dropped",
                            "later",
                            "recipient",
                            "message",
                            "address",
                            "silence",
                            "died",
                            "expired",
                            "file",
                            "other",
                        ],
                    )
                ),
                name="core_mail_failure_is_known",
                violation_error_message="Elige uno de los valores posibles.",
            ),
        ),
        migrations.AddField(
            model_name="mailattachment",
            name="mail",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="attachments",
                to="core.outgoingemail",
                verbose_name="correo",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailattachment",
            constraint=models.UniqueConstraint(
                fields=("mail", "name"),
                name="core_attachment_name_once_per_mail",
                violation_error_message="El correo ya lleva un archivo de ese nombre.",
            ),
        ),
    ]
