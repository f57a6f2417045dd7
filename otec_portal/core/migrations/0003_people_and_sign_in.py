import django.db.models.deletion
from django.db import migrations, models

import otec_portal.core.email_field


class Migration(migrations.Migration):
    """Profiles that are offered or suspended; what signing in has to remember."""

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("core", "0002_append_only"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [
        migrations.CreateModel(
            name="SignInAttempt",
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
                ("key", models.CharField(max_length=64, verbose_name="clave")),
                ("at", models.DateTimeField(verbose_name="cuándo")),
            ],
            options={
                "verbose_name": "intento de ingreso",
                "verbose_name_plural": "intentos de ingreso",
            },
        ),
        migrations.CreateModel(
            name="UsedTotpStep",
            fields=[
                (
                    "authenticator",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="used_step",
                        serialize=False,
                        to="mfa.authenticator",
                        verbose_name="segundo factor",
                    ),
                ),
                ("step", models.BigIntegerField(verbose_name="paso de tiempo")),
            ],
            options={
                "verbose_name": "código usado",
                "verbose_name_plural": "códigos usados",
            },
        ),
        migrations.AddField(
            model_name="membership",
            name="offered_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="ofrecido"),
        ),
        migrations.AddField(
            model_name="membership",
            name="offered_email",
            field=otec_portal.core.email_field.LowerCaseEmailField(
                blank=True, max_length=254, verbose_name="correo escrito"
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="offered_name",
            field=models.CharField(
                blank=True, max_length=150, verbose_name="nombre escrito"
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="suspended_at",
            field=models.DateTimeField(
                blank=True, null=True, verbose_name="acceso suspendido"
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="last_membership",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="core.membership",
                verbose_name="último perfil elegido",
            ),
        ),
        migrations.AlterField(
            model_name="user",
            name="email",
            field=otec_portal.core.email_field.LowerCaseEmailField(
                blank=True, max_length=254, verbose_name="correo"
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("offered_at", None),
                        ("offered_email", ""),
                        ("offered_name", ""),
                    ),
                    models.Q(
                        ("offered_at__isnull", False),
                        models.Q(("offered_name", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="core_membership_offer_is_whole",
            ),
        ),
        migrations.AddIndex(
            model_name="signinattempt",
            index=models.Index(fields=["key", "at"], name="core_attempt_key_at"),
        ),
        migrations.AddIndex(
            model_name="signinattempt",
            index=models.Index(fields=["at"], name="core_attempt_at"),
        ),
    ]
