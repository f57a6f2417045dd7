from django.db import migrations

from otec_portal.core.append_only import RefuseLoss


class Migration(migrations.Migration):
    """Evidence is neither truncated nor replaced, whoever reaches the database."""

    dependencies = [("core", "0013_mail_states_are_known")]

    operations = [
        RefuseLoss("AuditEntry"),
        RefuseLoss("TransitionLog"),
    ]
