from django.db import migrations

from otec_portal.core.append_only import RefuseLoss


class Migration(migrations.Migration):
    """Evidence is neither truncated nor replaced, whoever reaches the database."""

    dependencies = [("attendance", "0018_list_of_sessions_by_state")]

    operations = [
        RefuseLoss("Receipt"),
        RefuseLoss("Decision"),
        RefuseLoss("BrowserReturn"),
        RefuseLoss("Review"),
        RefuseLoss("Handover"),
        RefuseLoss("Adjustment"),
        RefuseLoss("AdjustmentEvidence"),
        RefuseLoss("SenceExport"),
        RefuseLoss("SenceMark"),
        RefuseLoss("SenceFigure"),
        RefuseLoss("Reconciliation"),
        RefuseLoss("ReconciliationNote"),
    ]
