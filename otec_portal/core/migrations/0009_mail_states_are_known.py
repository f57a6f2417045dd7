from django.db import migrations, models


class Migration(migrations.Migration):
    """SQL takes no state of a mail that the workflow doesn't know."""

    dependencies = [("core", "0008_attendance_threshold")]

    operations = [
        migrations.AddConstraint(
            model_name="outgoingemail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["queued", "sending", "sent", "withdrawn"])
                ),
                name="core_mail_state_is_known",
                violation_error_message="Elige uno de los valores posibles.",
            ),
        ),
    ]
