from django.db import migrations, models


class Migration(migrations.Migration):
    """An alert names every code of its cause, not only the first that came."""

    dependencies = [("attendance", "0009_copies_of_answers")]

    operations = [
        migrations.AddField(
            model_name="operatoralert",
            name="further_codes",
            field=models.JSONField(
                blank=True, default=list, verbose_name="otros códigos"
            ),
        ),
    ]
