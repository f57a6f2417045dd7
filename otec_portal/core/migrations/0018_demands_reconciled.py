from django.db import migrations, models


class Migration(migrations.Migration):
    """A training body may certify on nothing less than what SENCE's export confirms."""

    dependencies = [
        ("core", "0017_pulses"),
    ]

    operations = [
        migrations.AddField(
            model_name="trainingbody",
            name="demands_reconciled",
            field=models.BooleanField(
                default=False, verbose_name="exigir marcas conciliadas antes de emitir"
            ),
        ),
    ]
