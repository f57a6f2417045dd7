from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models


class Migration(migrations.Migration):
    """Constrain: no row that can't be found, and indexes to find it by."""

    dependencies = [("courses", "0011_search_fill")]

    operations = [
        migrations.AddIndex(
            "participant",
            GinIndex(
                name="courses_participant_name_words",
                fields=["name_folded"],
                opclasses=["gin_trgm_ops"],
            ),
        ),
        migrations.AddIndex(
            "participant",
            models.Index(
                name="courses_participant_run_begins",
                fields=["run"],
                opclasses=["varchar_pattern_ops"],
            ),
        ),
        migrations.AddIndex(
            "trainingaction",
            models.Index(name="courses_action_starts", fields=["starts_on"]),
        ),
        migrations.AddIndex(
            "trainingaction",
            models.Index(
                name="courses_action_code_begins",
                fields=["code_folded"],
                opclasses=["text_pattern_ops"],
            ),
        ),
        migrations.AddIndex(
            "trainingaction",
            GinIndex(
                name="courses_action_entity_words",
                fields=["supervising_entity_folded"],
                opclasses=["gin_trgm_ops"],
            ),
        ),
        migrations.AddConstraint(
            "participant",
            models.CheckConstraint(
                name="courses_participant_can_be_found_by_name",
                condition=~models.Q(name_folded=""),
                violation_error_message="Falta el nombre del participante.",
            ),
        ),
        migrations.AddConstraint(
            "trainingaction",
            models.CheckConstraint(
                name="courses_action_can_be_found",
                condition=~models.Q(code_folded=""),
                violation_error_message="Falta el código de la acción.",
            ),
        ),
    ]
