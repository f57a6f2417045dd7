from django.db import migrations, models


class Migration(migrations.Migration):
    """Mail that a worker has in hand can be kept from being tried again."""

    dependencies = [
        ("core", "0008_attendance_threshold"),
    ]

    operations = [
        migrations.AddField(
            model_name="outgoingemail",
            name="unwanted_since",
            field=models.DateTimeField(
                help_text=(
                    "No vuelve a salir; lo que un servidor ya tomó puede llegar igual."
                ),
                null=True,
                verbose_name="se quiso retirar",
            ),
        ),
    ]
