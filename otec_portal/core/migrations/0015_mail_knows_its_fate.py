import uuid

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give every mail its address in the portal."""
    mails = apps.get_model("core", "OutgoingEmail")._base_manager
    for pk in mails.filter(public_id=None).values_list("pk", flat=True):
        mails.filter(pk=pk).update(public_id=uuid.uuid4())


class Migration(migrations.Migration):
    """A mail knows its fate, its HTML and whether it carries a secret.

    Of those from before nobody knows: they count as secret and forget their text.
    """

    dependencies = [
        ("core", "0014_evidence_refuses_loss"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="outgoingemail",
            name="core_mail_text_is_forgotten_once_settled",
        ),
        migrations.RemoveConstraint(
            model_name="outgoingemail",
            name="core_mail_state_is_known",
        ),
        migrations.AddField(
            model_name="outgoingemail",
            name="decided_at",
            field=models.DateTimeField(null=True, verbose_name="decidido"),
        ),
        migrations.AddField(
            model_name="outgoingemail",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="quien decidió",
            ),
        ),
        migrations.AddField(
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
                    ("other", "Falló por una causa que el portal no conoce"),
                ],
                max_length=11,
                verbose_name="qué falló",
            ),
        ),
        migrations.AddField(
            model_name="outgoingemail",
            name="handed_at",
            field=models.DateTimeField(null=True, verbose_name="se empezó a entregar"),
        ),
        migrations.AddField(
            model_name="outgoingemail",
            name="html",
            field=models.TextField(blank=True, verbose_name="texto en HTML"),
        ),
        migrations.AddField(
            model_name="outgoingemail",
            name="page",
            field=models.CharField(
                blank=True,
                help_text="En el portal.",
                max_length=200,
                verbose_name="dónde se hace de nuevo",
            ),
        ),
        migrations.AddField(
            model_name="outgoingemail",
            name="public_id",
            field=models.UUIDField(null=True, editable=False),
        ),
        migrations.AddField(
            model_name="outgoingemail",
            name="region",
            field=models.CharField(
                blank=True,
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
        migrations.AddField(
            model_name="outgoingemail",
            name="released_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="quien lo dirigió a SENCE",
            ),
        ),
        migrations.AddField(
            model_name="outgoingemail",
            name="resend_of",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="resent_as",
                to="core.outgoingemail",
                verbose_name="reenvío de",
            ),
        ),
        migrations.AddField(
            model_name="outgoingemail",
            name="secret",
            field=models.BooleanField(
                default=True,
                help_text="Entonces su texto se borra al salir o al quedar sin salir.",
                verbose_name="lleva un enlace que deja entrar",
            ),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="outgoingemail",
            name="state",
            field=models.CharField(
                choices=[
                    ("queued", "En cola"),
                    ("sending", "Enviándose"),
                    ("retrying", "Se reintentará"),
                    ("sent", "Enviado"),
                    ("uncertain", "Dudoso"),
                    ("refused", "Rechazado"),
                    ("withdrawn", "Retirado"),
                ],
                default="queued",
                max_length=10,
                verbose_name="estado",
            ),
        ),
        migrations.AlterField(
            model_name="outgoingemail",
            name="text",
            field=models.TextField(blank=True, verbose_name="texto"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
