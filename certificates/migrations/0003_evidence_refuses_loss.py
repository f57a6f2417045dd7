from django.db import migrations

from otec_portal.core.append_only import RefuseLoss


class Migration(migrations.Migration):
    """Evidence is neither truncated nor replaced, whoever reaches the database."""

    dependencies = [("certificates", "0002_batches")]

    operations = [
        RefuseLoss("Certificate"),
        RefuseLoss("CertificateFile"),
        RefuseLoss("AnnulmentRequest"),
        RefuseLoss("AnnulmentEvidence"),
        RefuseLoss("AnnulmentDecision"),
        RefuseLoss("DecisionEvidence"),
    ]
