from django.db import migrations

from otec_portal.core.append_only import AppendOnly


class Migration(migrations.Migration):
    """What was done and by whom is evidence: the database refuses to alter it."""

    dependencies = [("core", "0001_initial")]
    operations = [AppendOnly("AuditEntry"), AppendOnly("TransitionLog")]
