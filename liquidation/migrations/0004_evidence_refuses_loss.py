from django.db import migrations

from otec_portal.core.append_only import RefuseLoss


class Migration(migrations.Migration):
    """Evidence is neither truncated nor replaced, whoever reaches the database."""

    dependencies = [("liquidation", "0003_declaration_of_its_own_action")]

    operations = [
        RefuseLoss("GcaList"),
        RefuseLoss("DeclarationReport"),
        RefuseLoss("DeclarationDocument"),
    ]
