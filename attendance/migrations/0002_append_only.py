from django.db import migrations

from otec_portal.core.append_only import AppendOnly


class Migration(migrations.Migration):
    """What SENCE sent, and what was sent to it, is evidence: see core 0002."""

    dependencies = [("attendance", "0001_initial")]
    operations = [
        AppendOnly("Receipt"),
        AppendOnly("Decision"),
        AppendOnly("BrowserReturn"),
        AppendOnly("Review"),
        AppendOnly("Handover"),
    ]
