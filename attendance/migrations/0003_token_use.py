from django.db import migrations, models


class Migration(migrations.Migration):
    """When a token last left is asked of millions of forms."""

    dependencies = [
        ("attendance", "0002_append_only"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="handover",
            index=models.Index(
                fields=["token", "-at"], name="attendance_handover_token_at"
            ),
        ),
    ]
