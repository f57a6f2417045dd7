"""Rows that are evidence: the database itself refuses to change or to lose them.

UPDATE and DELETE by one pair of triggers; what loses rows without either, which is
TRUNCATE on PostgreSQL and REPLACE on SQLite, by another.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, Final, TypeAlias

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

MakeAndDrop: TypeAlias = tuple[str, str]

_CHANGE: Final[dict[str, MakeAndDrop]] = {
    "postgresql": (
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
    ),
    "sqlite": (
        """
CREATE TRIGGER {table}_append_only_update BEFORE UPDATE ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;
CREATE TRIGGER {table}_append_only_delete BEFORE DELETE ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;
""",
        """
DROP TRIGGER {table}_append_only_update;
DROP TRIGGER {table}_append_only_delete;
""",
    ),
}
# a connection that sets no recursive_triggers asks no trigger before REPLACE deletes
_LOSS: Final[dict[str, MakeAndDrop]] = {
    "postgresql": (
        """
CREATE TRIGGER {table}_append_only_truncate BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse_change();
""",
        "DROP TRIGGER IF EXISTS {table}_append_only_truncate ON {table};",
    ),
    "sqlite": (
        """
CREATE TRIGGER {table}_append_only_replace BEFORE INSERT ON {table}
WHEN {there}
BEGIN SELECT RAISE(ABORT, '{table} is append-only: this key is taken'); END;
""",
        "DROP TRIGGER IF EXISTS {table}_append_only_replace;",
    ),
}


def triggers_sql(vendor: str, table: str) -> MakeAndDrop:
    """Return the SQL that makes, and the SQL that drops, what refuses changes."""
    make, drop = _CHANGE[vendor]
    return make.format(table=table), drop.format(table=table)


def _loss_sql(model: Any, editor: BaseDatabaseSchemaEditor) -> MakeAndDrop:
    """Return the SQL that makes, and the SQL that drops, what refuses other losses."""
    table, vendor = model._meta.db_table, editor.connection.vendor
    make, drop = _LOSS[vendor]
    there = _there_already(model, editor) if vendor == "sqlite" else ""
    return make.format(table=table, there=there), drop.format(table=table)


def _there_already(model: Any, editor: BaseDatabaseSchemaEditor) -> str:
    """Return the condition on NEW that a row with one of its unique keys is there.

    A statement for each key: SQLite finds it by the key's own index.
    """
    one = "EXISTS (SELECT 1 FROM {table} AS kept WHERE {same})"
    return "\nOR ".join(
        one.format(table=model._meta.db_table, same=" AND ".join(same))
        for same in _unique_keys(model, editor)
    )


def _unique_keys(model: Any, editor: BaseDatabaseSchemaEditor) -> Iterator[list[str]]:
    """Yield, for each unique key of `model`, what a row that has it already fulfils."""
    for field in model._meta.concrete_fields:
        if field.unique:
            yield [_equal(field)]
    for constraint in model._meta.constraints:
        if not isinstance(constraint, models.UniqueConstraint):
            continue
        if not constraint.fields:
            raise NotImplementedError(f"{constraint.name}: a key of expressions")
        conditional: Any = constraint
        where = conditional._get_condition_sql(model, editor)
        yield [
            *(_equal(model._meta.get_field(name)) for name in constraint.fields),
            *(_of_row(row, where) for row in ("kept", "NEW") if where),
        ]


def _of_row(row: str, condition: str) -> str:
    """Return `condition`, whose columns stand in quotes, on one row."""
    return "(" + re.sub(r'"(\w+)"', rf'{row}."\1"', condition) + ")"


def _equal(field: Any) -> str:
    return f'kept."{field.column}" = NEW."{field.column}"'


class AppendOnlyModel(models.Model):
    """A model whose rows are written once; its migration adds AppendOnly."""

    class Meta:
        abstract = True


class _OfOneModel(ABC, Operation):
    """What is done in the database to the table of `model_name`."""

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
        model = to_state.apps.get_model(app_label, self.model_name)
        _run(schema_editor, *self._forwards(model, schema_editor))

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = from_state.apps.get_model(app_label, self.model_name)
        _run(schema_editor, *self._backwards(model, schema_editor))

    @abstractmethod
    def _forwards(self, model: Any, editor: BaseDatabaseSchemaEditor) -> list[str]:
        """Return the scripts that are run forwards."""

    @abstractmethod
    def _backwards(self, model: Any, editor: BaseDatabaseSchemaEditor) -> list[str]:
        """Return the scripts that are run backwards."""


def _run(editor: BaseDatabaseSchemaEditor, *scripts: str) -> None:
    for script in scripts:
        for statement in editor.connection.ops.prepare_sql_script(script):
            editor.execute(statement, params=None)


class AppendOnly(_OfOneModel):
    """Migration: from here on the table of `model_name` only grows."""

    def _forwards(self, model: Any, editor: BaseDatabaseSchemaEditor) -> list[str]:
        change = triggers_sql(editor.connection.vendor, model._meta.db_table)
        return [change[0], _loss_sql(model, editor)[0]]

    def _backwards(self, model: Any, editor: BaseDatabaseSchemaEditor) -> list[str]:
        change = triggers_sql(editor.connection.vendor, model._meta.db_table)
        return [_loss_sql(model, editor)[1], change[1]]

    def describe(self) -> str:
        return f"Make {self.model_name} append-only"

    @property
    def migration_name_fragment(self) -> str:
        return f"{self.model_name.lower()}_append_only"


class AppendOnlyAgain(_OfOneModel):
    """Migration: first and last beside what alters the table of `model_name`.

    SQLite alters a table by making it anew, without its triggers, forwards and
    backwards.
    """

    def _forwards(self, model: Any, editor: BaseDatabaseSchemaEditor) -> list[str]:
        if editor.connection.vendor != "sqlite":
            return []
        make, drop = triggers_sql("sqlite", model._meta.db_table)
        make_loss, drop_loss = _loss_sql(model, editor)
        drop = drop.replace("DROP TRIGGER", "DROP TRIGGER IF EXISTS")
        return [drop, drop_loss, make, make_loss]

    _backwards = _forwards

    def describe(self) -> str:
        return f"Keep {self.model_name} append-only"

    @property
    def migration_name_fragment(self) -> str:
        return f"{self.model_name.lower()}_stays_append_only"


class RefuseLoss(_OfOneModel):
    """Migration: TRUNCATE and REPLACE empty the append-only `model_name` no more.

    For tables that were made append-only before AppendOnly refused these itself, and
    after a change of its unique keys.
    """

    def _forwards(self, model: Any, editor: BaseDatabaseSchemaEditor) -> list[str]:
        make, drop = _loss_sql(model, editor)
        return [drop, make]

    def _backwards(self, model: Any, editor: BaseDatabaseSchemaEditor) -> list[str]:
        return [_loss_sql(model, editor)[1]]

    def describe(self) -> str:
        return f"Refuse to lose rows of {self.model_name}"

    @property
    def migration_name_fragment(self) -> str:
        return f"{self.model_name.lower()}_refuse_loss"
