from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def forget(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take from mail a failure that was not known before."""
    mails = apps.get_model("core", "OutgoingEmail")._base_manager
    mails.filter(failure="expired").update(failure="")


class Migration(migrations.Migration):
    """A mail has a last moment, its place and the action for which SENCE got it."""

    dependencies = [
        ("core", "0018_demands_reconciled"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="outgoingemail",
            name="core_mail_failure_is_known",
        ),
        migrations.RunPython(migrations.RunPython.noop, forget),
        migrations.AddField(
            model_name="outgoingemail",
            name="action",
            field=models.UUIDField(
                help_text="Su identificador público, que ve otra vez quien lo reenvía.",
                null=True,
                verbose_name="acción por la que se dirigió a SENCE",
            ),
        ),
        migrations.AddField(
            model_name="outgoingemail",
            name="expires_at",
            field=models.DateTimeField(
                help_text="Después no sale: se retira.",
                null=True,
                verbose_name="vale hasta",
            ),
        ),
        migrations.AddField(
            model_name="outgoingemail",
            name="slot",
            field=models.CharField(
                blank=True,
                help_text=(
                    "De un mismo lugar sale un solo correo; los demás se retiran."
                ),
                max_length=100,
                verbose_name="lugar",
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
                    ("expires_at", None),
                    ("expires_at__gte", models.F("created_at")),
                    _connector="OR",
                ),
                name="core_mail_expires_after_it_was_queued",
                violation_error_message="Un correo vale desde que se crea.",
            ),
        ),
        migrations.AddConstraint(
            model_name="outgoingemail",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    models.Q(("slot", ""), _negated=True),
                    models.Q(("state", "withdrawn"), _negated=True),
                ),
                fields=("slot",),
                name="core_mail_one_of_a_slot",
                violation_error_message="De ese lugar ya hay un correo.",
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
                            "other",
                        ],
                    )
                ),
                name="core_mail_failure_is_known",
                violation_error_message="Elige uno de los valores posibles.",
            ),
        ),
    ]
