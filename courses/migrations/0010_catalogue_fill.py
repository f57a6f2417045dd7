from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SENCE_SESSION_MINUTES = 180


def shorten_sessions(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """SENCE ends a session after three hours, whatever an action says."""
    action = apps.get_model("courses", "TrainingAction")
    action.objects.filter(session_max_minutes=0).update(session_max_minutes=None)
    action.objects.filter(session_max_minutes__gt=SENCE_SESSION_MINUTES).update(
        session_max_minutes=SENCE_SESSION_MINUTES
    )


def loosen_relations(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """A relation that no complementary action names has no meaning."""
    action = apps.get_model("courses", "TrainingAction")
    action.objects.exclude(activity_type="complementary").update(related_action=None)


class Migration(migrations.Migration):
    """Rows become what 0011 demands; apart from it, as PostgreSQL wants it."""

    dependencies = [("courses", "0001_initial")]

    operations = [
        migrations.RunPython(shorten_sessions, migrations.RunPython.noop),
        migrations.RunPython(loosen_relations, migrations.RunPython.noop),
    ]
