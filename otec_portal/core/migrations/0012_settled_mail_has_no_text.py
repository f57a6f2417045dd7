from django.db import migrations, models


class Migration(migrations.Migration):
    """The database itself keeps no words of a mail that was sent or withdrawn."""

    dependencies = [
        ("core", "0011_mail_forgets_its_text"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="outgoingemail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["queued", "sending"]), ("text_sha256", "")),
                    models.Q(
                        ("state__in", ["sent", "withdrawn"]),
                        ("text", ""),
                        ("text_sha256__regex", "^[0-9a-f]{64}$"),
                    ),
                    _connector="OR",
                ),
                name="core_mail_text_is_forgotten_once_settled",
                violation_error_message=(
                    "De un correo enviado o retirado queda solo la huella del texto."
                ),
            ),
        ),
    ]
