from django.db import migrations, models


class Migration(migrations.Migration):
    """An answer that came again while the first waits for a person is a copy of it."""

    dependencies = [("attendance", "0008_reconciliation")]

    operations = [
        migrations.AlterField(
            model_name="decision",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("applied", "Aplicado"),
                    ("repeated", "Repetido"),
                    ("quarantined", "En cuarentena"),
                    ("late", "Tardío"),
                    ("out_of_order", "Fuera de orden"),
                    ("copied", "Copia de otra por revisar"),
                ],
                max_length=15,
                verbose_name="resultado",
            ),
        ),
    ]
