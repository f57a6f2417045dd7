from decimal import Decimal

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    """A form refuses what the constraint refuses: a course of no hours."""

    dependencies = [("courses", "0008_actions_of_our_time")]

    operations = [
        migrations.AlterField(
            model_name="course",
            name="hours",
            field=models.DecimalField(
                blank=True,
                decimal_places=1,
                max_digits=6,
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(
                        Decimal("0.1"), "Las horas acreditadas son más que cero."
                    )
                ],
                verbose_name="horas acreditadas",
            ),
        )
    ]
