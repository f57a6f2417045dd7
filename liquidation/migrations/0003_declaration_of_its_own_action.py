from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

FORWARD = """
CREATE UNIQUE INDEX courses_enrolment_with_its_action
ON courses_enrolment (id, action_id);
ALTER TABLE liquidation_declaration
ADD CONSTRAINT liquidation_declaration_of_its_own_action
FOREIGN KEY (enrolment_id, action_id) REFERENCES courses_enrolment (id, action_id);
"""
REVERSE = """
ALTER TABLE liquidation_declaration
DROP CONSTRAINT liquidation_declaration_of_its_own_action;
DROP INDEX courses_enrolment_with_its_action;
"""


def _on_postgresql(editor: BaseDatabaseSchemaEditor, sql: str) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(sql)


def bind(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    _on_postgresql(editor, FORWARD)


def loosen(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    _on_postgresql(editor, REVERSE)


class Migration(migrations.Migration):
    """A declaration's enrolment is one of its own action.

    SQLite adds no key to a table that exists, and rebuilds tables under triggers that
    name others: there the model alone refuses (Declaration.save).
    """

    dependencies = [("liquidation", "0002_out_of_term")]

    operations = [migrations.RunPython(bind, loosen)]
