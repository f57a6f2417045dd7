from typing import Any, Final

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import OuterRef, Subquery

FORWARD: Final = """
CREATE FUNCTION attendance_production_session_marks_its_action() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM courses_enrolment enrolment
    JOIN courses_trainingaction action ON action.id = enrolment.action_id
    WHERE enrolment.id = NEW.enrolment_id AND action.production_used_at IS NOT NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a session in production, of an action not marked as used there'
        USING ERRCODE = 'restrict_violation',
              CONSTRAINT = 'attendance_production_session_marks_its_action';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER attendance_production_session_marks_its_action
AFTER INSERT OR UPDATE OF environment, enrolment_id ON attendance_sencesession
FOR EACH ROW WHEN (NEW.environment = 'production')
EXECUTE FUNCTION attendance_production_session_marks_its_action();
"""
REVERSE: Final = """
DROP TRIGGER attendance_production_session_marks_its_action ON attendance_sencesession;
DROP FUNCTION attendance_production_session_marks_its_action();
"""


def mark(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Mark the actions in production by the first of their sessions there.

    An action that went back to test all the same stays there: whether it belongs in
    production again is for its people to say.
    """
    actions: Any = apps.get_model("courses", "TrainingAction").objects
    sessions: Any = apps.get_model("attendance", "SenceSession").objects
    first = sessions.filter(environment="production", enrolment__action=OuterRef("pk"))
    actions.filter(environment="production", production_used_at=None).update(
        production_used_at=Subquery(
            first.order_by("started_at").values("started_at")[:1]
        )
    )


def refuse(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(FORWARD)


def allow(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(REVERSE)


class Migration(migrations.Migration):
    """No session in production without its mark, which keeps the action from test.

    SQLite rebuilds tables under triggers that name others: there it is what makes
    sessions that marks (courses.services.note_production_use).
    """

    dependencies = [
        ("attendance", "0019_evidence_refuses_loss"),
        ("courses", "0004_sence_code_folded"),
    ]

    operations = [
        migrations.RunPython(mark, migrations.RunPython.noop),
        migrations.RunPython(refuse, allow),
    ]
