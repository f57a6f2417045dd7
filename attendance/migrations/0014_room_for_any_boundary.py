from django.db import migrations, models

from otec_portal.core.append_only import AppendOnlyAgain


class Migration(migrations.Migration):
    """A stored answer is read by its Content-Type: a cut one loses every field."""

    dependencies = [("attendance", "0013_body_of_sessions_is_compulsory")]

    operations = [
        AppendOnlyAgain("Receipt"),
        migrations.AlterField(
            model_name="receipt",
            name="content_type",
            field=models.CharField(max_length=400, verbose_name="tipo de contenido"),
        ),
        AppendOnlyAgain("Receipt"),
    ]
