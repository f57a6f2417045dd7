import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    """Three hours are the portal's default, no rule of SENCE's (docs/adr/0032).

    Back again only while no action has more: what was set is for a person to shorten.
    """

    dependencies = [("courses", "0011_reminders")]

    operations = [
        migrations.RemoveConstraint(
            model_name="trainingaction",
            name="courses_action_session_within_sences_limit",
        ),
        migrations.AlterField(
            model_name="trainingaction",
            name="session_max_minutes",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="En blanco: la del portal (SENCE_SESSION_MAX).",
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(
                        1, "Escribe 1 minuto o más."
                    ),
                    django.core.validators.MaxValueValidator(
                        1440,
                        "El portal admite hasta 1440 minutos (24 horas) por sesión.",
                    ),
                ],
                verbose_name="duración máxima de una sesión (minutos)",
            ),
        ),
        migrations.AddConstraint(
            model_name="trainingaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("session_max_minutes", None),
                    ("session_max_minutes__range", (1, 1440)),
                    _connector="OR",
                ),
                name="courses_action_session_within_a_day",
                violation_error_code="session_too_long",
                violation_error_message=(
                    "El portal admite hasta 1440 minutos (24 horas) por sesión."
                ),
            ),
        ),
    ]
