import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    """What a form of the catalogue refuses, SQL refuses too, with a code each."""

    dependencies = [("courses", "0010_catalogue_fill")]

    operations = [
        migrations.AlterField(
            model_name="trainingaction",
            name="session_max_minutes",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="En blanco: la del portal (3 horas).",
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(
                        1, "Escribe 1 minuto o más."
                    ),
                    django.core.validators.MaxValueValidator(
                        180, "Una sesión SENCE dura 180 minutos (3 horas) como máximo."
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
                    ("session_max_minutes__range", (1, 180)),
                    _connector="OR",
                ),
                name="courses_action_session_within_sences_limit",
                violation_error_code="session_too_long",
                violation_error_message=(
                    "Una sesión SENCE dura 180 minutos (3 horas) como máximo."
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="trainingaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("related_action", None),
                    ("activity_type", "complementary"),
                    _connector="OR",
                ),
                name="courses_action_only_complementary_names_its_partial",
                violation_error_code="names_a_related_action",
                violation_error_message=(
                    "Solo una actividad complementaria indica su acción relacionada."
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="trainingaction",
            constraint=models.CheckConstraint(
                condition=models.Q(("related_action", models.F("id")), _negated=True),
                name="courses_action_is_related_to_another",
                violation_error_code="related_to_itself",
                violation_error_message=(
                    "Una acción no puede ser su propia acción relacionada."
                ),
            ),
        ),
        migrations.AlterConstraint(
            model_name="company",
            name="courses_company_once_per_body",
            constraint=models.UniqueConstraint(
                fields=("training_body", "rut"),
                name="courses_company_once_per_body",
                violation_error_code="rut_taken",
                violation_error_message="Ya está registrada con este RUT.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="course",
            name="courses_sence_code_once_per_body",
            constraint=models.UniqueConstraint(
                condition=models.Q(("sence_code__in", ["", "-1"]), _negated=True),
                fields=("training_body", "sence_code"),
                name="courses_sence_code_once_per_body",
                violation_error_code="sence_code_taken",
                violation_error_message="Ya hay un curso con este código SENCE.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="course",
            name="courses_hours_are_positive",
            constraint=models.CheckConstraint(
                condition=models.Q(("hours", None), ("hours__gt", 0), _connector="OR"),
                name="courses_hours_are_positive",
                violation_error_code="hours_not_positive",
                violation_error_message="Las horas acreditadas son más que cero.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="intermediary",
            name="courses_intermediary_once_per_body",
            constraint=models.UniqueConstraint(
                fields=("training_body", "rut"),
                name="courses_intermediary_once_per_body",
                violation_error_code="rut_taken",
                violation_error_message="Ya está registrada con este RUT.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="trainingaction",
            name="courses_action_code_once_per_course",
            constraint=models.UniqueConstraint(
                condition=models.Q(("action_code", "-1"), _negated=True),
                fields=("course", "action_code"),
                name="courses_action_code_once_per_course",
                violation_error_code="action_code_taken",
                violation_error_message="El curso ya tiene una acción con este código.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="trainingaction",
            name="courses_action_ends_after_it_starts",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                name="courses_action_ends_after_it_starts",
                violation_error_code="ends_before_it_starts",
                violation_error_message=(
                    "La fecha de término no puede ser anterior a la de inicio."
                ),
            ),
        ),
        migrations.AlterConstraint(
            model_name="trainingaction",
            name="courses_action_unchecked_code_only_in_test",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("action_code", "-1"), _negated=True),
                    ("environment", "test"),
                    _connector="OR",
                ),
                name="courses_action_unchecked_code_only_in_test",
                violation_error_code="unchecked_in_production",
                violation_error_message="El código -1 es solo para ambiente de prueba.",
            ),
        ),
    ]
