from django.db import migrations

from otec_portal.core.append_only import RefuseLoss


class Migration(migrations.Migration):
    """Evidence is neither truncated nor replaced, whoever reaches the database."""

    dependencies = [("core", "0008_attendance_threshold")]

    operations = [
        RefuseLoss("AuditEntry"),
        RefuseLoss("TransitionLog"),
    ]
