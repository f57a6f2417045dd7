from django.db import migrations, models


class Migration(migrations.Migration):
    """What SQL refuses is told in Spanish."""

    dependencies = [
        ("core", "0006_mail_withdrawn"),
    ]

    operations = [
        migrations.AlterConstraint(
            model_name="membership",
            name="core_membership_offer_is_whole",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("offered_at", None),
                        ("offered_email", ""),
                        ("offered_name", ""),
                    ),
                    models.Q(
                        ("offered_at__isnull", False),
                        models.Q(("offered_name", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="core_membership_offer_is_whole",
                violation_error_message=(
                    "Un perfil ofrecido lleva la fecha y el nombre con que se ofreció."
                ),
            ),
        ),
        migrations.AlterConstraint(
            model_name="outgoingemail",
            name="core_mail_sent_at_iff_sent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sent_at__isnull", False), ("state", "sent")),
                    models.Q(
                        models.Q(("state", "sent"), _negated=True),
                        ("sent_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="core_mail_sent_at_iff_sent",
                violation_error_message=(
                    "Solo un correo enviado lleva la fecha de su envío."
                ),
            ),
        ),
    ]
