import django.db.models.functions.comparison
from django.db import migrations, models

import courses.sql


class Migration(migrations.Migration):
    """The day from which an action's terms run is found by an index."""

    dependencies = [("courses", "0009_hours_are_more_than_none")]

    operations = [
        migrations.AddField(
            model_name="trainingaction",
            name="day_zero",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(
                        activity_type="partial",
                        then=django.db.models.functions.comparison.Coalesce(
                            models.F("real_ends_on"),
                            courses.sql.EndOfYear(models.F("starts_on")),
                        ),
                    ),
                    default=models.F("ends_on"),
                    output_field=models.DateField(),
                ),
                output_field=models.DateField(),
                verbose_name="día 0 de sus plazos",
            ),
        ),
        migrations.AddIndex(
            model_name="trainingaction",
            index=models.Index(fields=["day_zero"], name="courses_action_day_zero"),
        ),
    ]
