from django.db import migrations
from django.db.models import Q
from django.db.models.functions import Lower


def fill(apps, schema_editor):
    """Addresses in lower case; half a signatory signs nothing and goes."""
    apps.get_model("core", "User").objects.update(email=Lower("email"))
    apps.get_model("core", "TrainingBody").objects.filter(
        Q(signatory_name="") | Q(signatory_rut="")
    ).update(signatory_name="", signatory_rut="")


class Migration(migrations.Migration):
    """What the constraints of the next migration ask for."""

    dependencies = [("core", "0003_people_and_sign_in")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
