from django.db import migrations, models


class Migration(migrations.Migration):
    """Mail whose words no longer hold can be kept from leaving."""

    dependencies = [
        ("core", "0005_emails_and_signatories_hold"),
    ]

    operations = [
        migrations.AlterField(
            model_name="outgoingemail",
            name="state",
            field=models.CharField(
                choices=[
                    ("queued", "En cola"),
                    ("sending", "Enviándose"),
                    ("sent", "Enviado"),
                    ("withdrawn", "Retirado"),
                ],
                default="queued",
                max_length=10,
                verbose_name="estado",
            ),
        ),
    ]
