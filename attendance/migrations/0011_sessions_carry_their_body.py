import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Expand: docs/adr/0024. Filled by 0012, compulsory from 0013 on."""

    dependencies = [
        ("attendance", "0010_further_codes_of_alerts"),
        ("core", "0008_attendance_threshold"),
    ]

    operations = [
        migrations.AddField(
            model_name="sencesession",
            name="training_body",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="core.trainingbody",
                verbose_name="entidad capacitadora",
            ),
        ),
    ]
