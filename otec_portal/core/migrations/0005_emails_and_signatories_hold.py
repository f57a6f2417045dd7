import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    """One address has one form, and a signatory both name and RUT."""

    dependencies = [("core", "0004_one_form_for_emails_and_signatories")]
    operations = [
        migrations.AddConstraint(
            model_name="trainingbody",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("signatory_name", ""), ("signatory_rut", "")),
                    models.Q(
                        ("signatory_name", ""),
                        ("signatory_rut", ""),
                        _connector="OR",
                        _negated=True,
                    ),
                    _connector="OR",
                ),
                name="core_training_body_signatory_is_whole",
                violation_error_message=(
                    "El firmante lleva nombre y RUT: completa ambos o ninguno."
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("email", django.db.models.functions.text.Lower("email"))
                ),
                name="core_user_email_in_lower_case",
                violation_error_message="El correo se guarda en minúsculas.",
            ),
        ),
    ]
