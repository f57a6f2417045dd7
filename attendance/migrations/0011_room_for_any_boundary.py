from django.db import migrations, models

from otec_portal.core.append_only import AppendOnlyAgain


class Migration(migrations.Migration):
    """A stored answer is read by its Content-Type: a cut one loses every field."""

    dependencies = [("attendance", "0010_further_codes_of_alerts")]

    operations = [
        AppendOnlyAgain("Receipt"),
        migrations.AlterField(
            model_name="receipt",
            name="content_type",
            field=models.CharField(max_length=400, verbose_name="tipo de contenido"),
        ),
        AppendOnlyAgain("Receipt"),
    ]
