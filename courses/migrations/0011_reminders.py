import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from otec_portal.core.append_only import AppendOnly


class Migration(migrations.Migration):
    """Reminders of terms: what was chosen, what was reminded, in which mail."""

    dependencies = [
        ("core", "0017_pulses"),
        ("courses", "0010_day_zero_of_terms"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Reminder",
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
                ("kind", models.CharField(max_length=15, verbose_name="paso")),
                ("step_on", models.DateField(verbose_name="fecha del paso")),
                ("notice", models.SmallIntegerField(verbose_name="días antes")),
                ("noted_on", models.DateField(db_index=True, verbose_name="desde")),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminders",
                        to="courses.trainingaction",
                        verbose_name="acción",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="persona",
                    ),
                ),
            ],
            options={
                "verbose_name": "recordatorio",
            },
        ),
        migrations.CreateModel(
            name="ReminderDigest",
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
                ("on", models.DateField(verbose_name="día")),
                ("edition", models.PositiveSmallIntegerField(verbose_name="edición")),
                (
                    "mail",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminder_digest",
                        to="core.outgoingemail",
                        verbose_name="correo",
                    ),
                ),
                (
                    "training_body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="core.trainingbody",
                        verbose_name="entidad capacitadora",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="persona",
                    ),
                ),
            ],
            options={
                "verbose_name": "resumen de plazos",
                "verbose_name_plural": "resúmenes de plazos",
            },
        ),
        migrations.CreateModel(
            name="ReminderLine",
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
                    "digest",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="courses.reminderdigest",
                        verbose_name="resumen",
                    ),
                ),
                (
                    "reminder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="courses.reminder",
                        verbose_name="recordatorio",
                    ),
                ),
            ],
            options={
                "verbose_name": "línea de un resumen",
                "verbose_name_plural": "líneas de resúmenes",
            },
        ),
        migrations.CreateModel(
            name="ReminderSettings",
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
                ("notices", models.JSONField(blank=True, verbose_name="cuándo")),
                ("kinds", models.JSONField(blank=True, verbose_name="de qué plazos")),
                ("roles", models.JSONField(blank=True, verbose_name="a quién")),
                (
                    "quiet",
                    models.BooleanField(
                        default=False,
                        help_text="Lo que vence un sábado, un domingo o un feriado va "
                        "en el correo del último día hábil anterior.",
                        verbose_name="sin correos en días no hábiles",
                    ),
                ),
                (
                    "training_body",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminder_settings",
                        to="core.trainingbody",
                        verbose_name="entidad capacitadora",
                    ),
                ),
            ],
            options={
                "verbose_name": "recordatorios de la entidad",
                "verbose_name_plural": "recordatorios de las entidades",
            },
        ),
        migrations.CreateModel(
            name="ReminderSilence",
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
                ("since", models.DateTimeField(verbose_name="desde")),
                (
                    "membership",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reminder_silence",
                        to="core.membership",
                        verbose_name="perfil",
                    ),
                ),
            ],
            options={
                "verbose_name": "perfil sin recordatorios",
                "verbose_name_plural": "perfiles sin recordatorios",
            },
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.UniqueConstraint(
                fields=("user", "action", "kind", "step_on", "notice"),
                name="courses_reminder_of_a_notice_once",
                violation_error_message="Ya se le recordó.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        ["ordinary", "last", "liquidation", "answer", "declaration"],
                    )
                ),
                name="courses_reminder_kind_is_known",
                violation_error_message="Elige uno de los valores posibles.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.CheckConstraint(
                condition=models.Q(("notice__in", (30, 15, 10, 7, 5, 3, 2, 1, 0, -1))),
                name="courses_reminder_notice_is_known",
                violation_error_message="Elige uno de los avisos posibles.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reminderdigest",
            constraint=models.UniqueConstraint(
                fields=("training_body", "user", "on", "edition"),
                name="courses_digest_once_per_person_and_day",
                violation_error_message="La persona ya tiene su resumen de ese día.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reminderline",
            constraint=models.UniqueConstraint(
                fields=("digest", "reminder"),
                name="courses_reminder_once_per_digest",
                violation_error_message="El resumen ya lo dice.",
            ),
        ),
        AppendOnly("Reminder"),
        AppendOnly("ReminderDigest"),
        AppendOnly("ReminderLine"),
    ]
