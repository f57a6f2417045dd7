from django.db import migrations, models


class Migration(migrations.Migration):
    """The index that serves the list of a body's sessions in one state."""

    dependencies = [("attendance", "0017_clock_of_the_maximum")]

    operations = [
        migrations.AddIndex(
            model_name="sencesession",
            index=models.Index(
                fields=["training_body", "state", "-started_at", "-id"],
                name="attendance_session_by_state",
            ),
        ),
    ]
