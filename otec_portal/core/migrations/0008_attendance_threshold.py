import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    """Below which percentage attendance is marked, by training body."""

    dependencies = [
        ("core", "0007_constraints_say_what_is_wrong"),
    ]

    operations = [
        migrations.AddField(
            model_name="trainingbody",
            name="attendance_threshold",
            field=models.PositiveSmallIntegerField(
                default=75,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(100),
                ],
                verbose_name="asistencia mínima (%)",
            ),
        ),
        migrations.AddConstraint(
            model_name="trainingbody",
            constraint=models.CheckConstraint(
                condition=models.Q(("attendance_threshold__range", (1, 100))),
                name="core_training_body_threshold_is_a_percentage",
                violation_error_message="La asistencia mínima va de 1 a 100 %.",
            ),
        ),
    ]
