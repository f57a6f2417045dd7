from django.db import migrations, models


class Migration(migrations.Migration):
    """The history of one thing is read on its own page: found by an index."""

    dependencies = [("core", "0002_append_only")]

    operations = [
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(
                fields=["target_type", "target_id", "-at"], name="core_audit_target"
            ),
        ),
    ]
