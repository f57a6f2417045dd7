from django.db import migrations

from otec_portal.core.append_only import RefuseLoss


class Migration(migrations.Migration):
    """Evidence is neither truncated nor replaced, whoever reaches the database."""

    dependencies = [("liquidation", "0001_sworn_statements")]

    operations = [
        RefuseLoss("GcaList"),
        RefuseLoss("DeclarationReport"),
        RefuseLoss("DeclarationDocument"),
    ]
