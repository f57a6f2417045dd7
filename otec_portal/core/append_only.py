"""Rows that are evidence: the database itself refuses to change or delete them.

TRUNCATE is left to the database's privileges: emptying a test database needs it.
"""

from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

_POSTGRESQL = (
    """
CREATE FUNCTION {table}_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION {table}_refuse_change();
""",
    """
DROP TRIGGER {table}_append_only ON {table};
DROP FUNCTION {table}_refuse_change();
""",
)
_SQLITE = (
    """
CREATE TRIGGER {table}_append_only_update BEFORE UPDATE ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;
CREATE TRIGGER {table}_append_only_delete BEFORE DELETE ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;
""",
    "DROP TRIGGER {table}_append_only_update; DROP TRIGGER {table}_append_only_delete;",
)


def triggers_sql(vendor: str, table: str) -> tuple[str, str]:
    """Return the SQL that makes, and the SQL that drops, the triggers of `table`."""
    make, drop = {"postgresql": _POSTGRESQL, "sqlite": _SQLITE}[vendor]
    return make.format(table=table), drop.format(table=table)


def dropped_and_made_sql(vendor: str, table: str) -> str:
    """Return the SQL that makes the triggers of `table` anew, where it lost them."""
    make, drop = triggers_sql(vendor, table)
    return drop.replace("DROP TRIGGER", "DROP TRIGGER IF EXISTS") + make


class AppendOnlyModel(models.Model):
    """A model whose rows are written once; its migration adds AppendOnly."""

    class Meta:
        abstract = True


class AppendOnly(Operation):
    """Migration: from here on the table of `model_name` only grows."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models' state does not know of triggers."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        self._run(app_label, schema_editor, to_state, make=True)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        self._run(app_label, schema_editor, from_state, make=False)

    def _run(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        state: ProjectState,
        *,
        make: bool,
    ) -> None:
        model: Any = state.apps.get_model(app_label, self.model_name)
        vendor = schema_editor.connection.vendor
        sql = triggers_sql(vendor, model._meta.db_table)[0 if make else 1]
        for statement in schema_editor.connection.ops.prepare_sql_script(sql):
            schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        return f"Make {self.model_name} append-only"

    @property
    def migration_name_fragment(self) -> str:
        return f"{self.model_name.lower()}_append_only"


class AppendOnlyAgain(AppendOnly):
    """Migration: first and last beside what alters the table of `model_name`.

    SQLite alters a table by making it anew, without its triggers, forwards and
    backwards.
    """

    def _run(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        state: ProjectState,
        *,
        make: bool,
    ) -> None:
        if schema_editor.connection.vendor != "sqlite":
            return
        model: Any = state.apps.get_model(app_label, self.model_name)
        sql = dropped_and_made_sql("sqlite", model._meta.db_table)
        for statement in schema_editor.connection.ops.prepare_sql_script(sql):
            schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        return f"Keep {self.model_name} append-only"

    @property
    def migration_name_fragment(self) -> str:
        return f"{self.model_name.lower()}_stays_append_only"
