from django.db import migrations, models


class Migration(migrations.Migration):
    """Of the links that change an account's address only the last one holds."""

    dependencies = [
        ("core", "0009_mail_unwanted"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="email_link_version",
            field=models.PositiveIntegerField(
                default=0,
                editable=False,
                help_text="Al aumentarla dejan de servir los enlaces pedidos antes.",
                verbose_name="versión del enlace para cambiar el correo",
            ),
        ),
    ]
