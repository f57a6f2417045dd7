"""C10 on a file of SQLite, whichever database this run uses: other programs open it."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import pytest
from django.conf import settings
from django.db import models

from attendance.models import Receipt, SenceMark
from otec_portal.settings.databases import SQLITE_PRAGMAS
from tests.core.test_append_only import COMMANDS, EVERY_KIND, key_of


@pytest.fixture(scope="module")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A portal on a file of SQLite, migrated from nothing by its own command."""
    path = tmp_path_factory.mktemp("sqlite") / "portal.sqlite3"
    migrate(path)
    return path


def migrate(path: Path, *target: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0", *target],
        cwd=settings.ROOT_DIR,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "otec_portal.settings.test",
            "DATABASE_URL": f"sqlite:///{path}",
        },
        check=True,
        timeout=120,
    )


def guards(path: Path) -> set[str]:
    """The triggers that stand before the evidence of attendance in this file."""
    with closing(sqlite3.connect(path)) as poke:
        rows = poke.execute(
            "SELECT name FROM sqlite_master"
            " WHERE type = 'trigger' AND name LIKE 'attendance_%append_only%'"
        )
        return {name for (name,) in rows}


def tables(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as poke:
        rows = poke.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {name for (name,) in rows}


def test_evidence_whose_table_sqlite_makes_anew_stays_guarded(
    sqlite_file: Path, tmp_path: Path
) -> None:
    """SQLite alters a table by a copy, without triggers, back and forth."""
    path = tmp_path / "portal.sqlite3"
    shutil.copy(sqlite_file, path)
    guarded = guards(path)
    assert "attendance_receipt_append_only_replace" in guarded
    migrate(path, "attendance", "0010")  # before REPLACE was refused
    there = tables(path)
    older = {
        one
        for one in guarded
        if not one.endswith("_replace") and one.partition("_append_only")[0] in there
    }
    assert "attendance_receipt_append_only_update" in older
    assert guards(path) >= older
    migrate(path, "attendance")
    assert guards(path) == guarded


def fill(
    poke: sqlite3.Connection, table: str, *, nulls: bool = True
) -> dict[str, int | str]:
    """Write one row of nothings, without Django, whatever its checks say; return it."""
    poke.execute("PRAGMA ignore_check_constraints = ON")
    columns = poke.execute(f"PRAGMA table_info({table})").fetchall()
    row: dict[str, int | str] = {
        name: 1 if "int" in kind.lower() else "{}"
        for _, name, kind, not_null, _, _ in columns
        if not_null or not nulls
    }
    write(poke, "INSERT", table, row)
    return row


def write(
    poke: sqlite3.Connection, how: str, table: str, row: dict[str, int | str]
) -> None:
    marks = ", ".join("?" * len(row))
    names = ", ".join(f'"{name}"' for name in row)
    poke.execute(f"{how} INTO {table} ({names}) VALUES ({marks})", [*row.values()])


def unique_keys(poke: sqlite3.Connection, table: str) -> list[set[str]]:
    """The columns of each unique key, as the file itself has them."""
    keys = [{"id"}]
    for _, index, unique, _, _ in poke.execute(f"PRAGMA index_list({table})"):
        if unique:
            columns = poke.execute(f"PRAGMA index_info({index})")
            keys.append({name for _, _, name in columns})
    return keys


@EVERY_KIND
@pytest.mark.parametrize("nulls", [True, False])
def test_evidence_in_a_sqlite_file_is_replaced_by_no_other_program(
    sqlite_file: Path, model: type[models.Model], nulls: bool
) -> None:
    """C10: by whichever key; such a program asks no trigger before it replaces."""
    table = model._meta.db_table
    poke = sqlite3.connect(sqlite_file)
    try:
        kept = fill(poke, table, nulls=nulls)
        for key in unique_keys(poke, table):
            other = {
                name: value if name in key else 2 if value == 1 else f"{value} "
                for name, value in kept.items()
            }
            with suppress(sqlite3.IntegrityError):
                write(poke, "REPLACE", table, other)
            same = " AND ".join(f'"{name}" = ?' for name in kept)
            there = f"SELECT count(*) FROM {table} WHERE {same}"
            assert poke.execute(there, [*kept.values()]).fetchone() == (1,), key
    finally:
        poke.rollback()
        poke.close()


def test_evidence_that_only_looks_alike_is_written_to_a_sqlite_file(
    sqlite_file: Path,
) -> None:
    """A key with a condition binds those that fulfil it, and no others."""
    poke = sqlite3.connect(sqlite_file)
    table = SenceMark._meta.db_table
    try:
        still_open = fill(poke, table)
        new: dict[str, int | str] = {
            "id": 2,
            "public_id": "other",
            "ends_at": "2026-01-01",
        }
        write(poke, "INSERT", table, {**still_open, **new})
        with pytest.raises(sqlite3.IntegrityError):
            write(poke, "INSERT", table, {**still_open, "id": 3, "public_id": "third"})
        with pytest.raises(sqlite3.IntegrityError):
            write(poke, "INSERT", table, {**still_open, **new, "id": 4})
    finally:
        poke.rollback()
        poke.close()


@EVERY_KIND
@COMMANDS
def test_evidence_in_a_sqlite_file_is_refused_to_other_programs(
    sqlite_file: Path, model: type[models.Model], command: str
) -> None:
    """C10: on SQLite too, whichever database this run uses."""
    table = model._meta.db_table
    poke = sqlite3.connect(sqlite_file)
    try:
        fill(poke, table)
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            poke.execute(command.format(table=table, key=key_of(model).column))
    finally:
        poke.rollback()
        poke.close()


def test_evidence_replaced_on_sqlite_is_refused_by_our_own_connections(
    sqlite_file: Path,
) -> None:
    """C10: REPLACE deletes without asking the triggers, unless told to ask them."""
    table = Receipt._meta.db_table
    poke = sqlite3.connect(sqlite_file)
    poke.executescript(SQLITE_PRAGMAS)
    try:
        fill(poke, table)
        (key,) = poke.execute(f"SELECT id FROM {table}").fetchone()
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            poke.execute(f"REPLACE INTO {table} SELECT * FROM {table} WHERE id = {key}")
    finally:
        poke.rollback()
        poke.close()
