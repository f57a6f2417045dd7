from datetime import date
from typing import Final

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

OUR_TIME: Final = (date(2000, 1, 1), date(2100, 12, 31))
CENTURY: Final = 100
CENTURIES: Final = 2000  # that who typed a year of two figures left out


def complete(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The year 26 is 2026."""
    actions = apps.get_model("courses", "TrainingAction")._base_manager
    for action in actions.filter(starts_on__year__lt=CENTURY):  # it ends no earlier
        dates = [
            day.replace(year=day.year + CENTURIES) if day.year < CENTURY else day
            for day in (action.starts_on, action.ends_on)
        ]
        actions.filter(pk=action.pk).update(starts_on=dates[0], ends_on=dates[1])


class Migration(migrations.Migration):
    """An action begins and ends within years that are no slip of the hand."""

    dependencies = [("courses", "0007_people_listed_without_accents")]

    operations = [
        migrations.RunPython(complete, migrations.RunPython.noop),
        *(
            migrations.AddConstraint(
                model_name="trainingaction",
                constraint=models.CheckConstraint(
                    condition=models.Q(**{f"{which}_on__range": OUR_TIME}),
                    name=f"courses_action_{which}_in_our_time",
                    violation_error_code=f"{which}_out_of_our_time",
                    violation_error_message="Revisa el año: va de 2000 a 2100.",
                ),
            )
            for which in ("starts", "ends")
        ),
    ]
