from django.db import migrations, models


class Migration(migrations.Migration):
    """When a partial or complementary action really ended or began."""

    dependencies = [
        ("courses", "0002_roster_imports"),
    ]

    operations = [
        migrations.AddField(
            model_name="trainingaction",
            name="real_ends_on",
            field=models.DateField(
                editable=False, null=True, verbose_name="término real"
            ),
        ),
        migrations.AddField(
            model_name="trainingaction",
            name="real_starts_on",
            field=models.DateField(
                editable=False, null=True, verbose_name="inicio real"
            ),
        ),
        migrations.AddConstraint(
            model_name="trainingaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("real_starts_on", None),
                    ("activity_type", "complementary"),
                    _connector="OR",
                ),
                name="courses_action_real_start_only_of_complementary",
                violation_error_message=(
                    "Solo una actividad complementaria lleva fecha de inicio real."
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="trainingaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("real_ends_on", None),
                    ("activity_type", "partial"),
                    _connector="OR",
                ),
                name="courses_action_real_end_only_of_partial",
                violation_error_message=(
                    "Solo una actividad parcial lleva fecha de término real."
                ),
            ),
        ),
    ]
