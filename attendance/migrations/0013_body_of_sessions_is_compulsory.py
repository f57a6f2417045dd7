import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Constrain, and the index that serves a body's list, the newest first."""

    dependencies = [("attendance", "0012_fill_the_body_of_sessions")]

    operations = [
        migrations.AlterField(
            model_name="sencesession",
            name="training_body",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                to="core.trainingbody",
                verbose_name="entidad capacitadora",
            ),
        ),
        migrations.AddIndex(
            model_name="sencesession",
            index=models.Index(
                fields=["training_body", "-started_at", "-id"],
                name="attendance_session_latest",
            ),
        ),
    ]
