"""What is asked of the database, recorded and looked at by the runners."""

from collections.abc import Callable
from functools import partial
from typing import Any

from tests.bench.output import say

Statement = tuple[str, Any]


def statements(ask: Callable[[], Any]) -> list[Statement]:
    """Return what `ask` asks of the database."""
    from django.db import connection

    seen: list[Statement] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        ask()
    return seen


def of_page(client: Any, path: str) -> list[Statement]:
    """Return what the page at `path` asks; it must answer 200."""
    return statements(partial(fetch, client, path))


def signing_in(client: Any) -> int:
    """Return with how many statements each page begins: who asks, and as whom.

    By the search page, which asks nothing else; the first page of a session keeps the
    session as well, so it is fetched twice.
    """
    of_page(client, "/cursos/")
    return len(of_page(client, "/cursos/"))


def fetch(client: Any, path: str) -> None:
    """Ask for `path` by Django's test client."""
    answer = client.get(path)
    assert answer.status_code == 200, answer


def replay(recorded: list[Statement]) -> None:
    """Make `recorded` as plain SQL; fetch the rows and throw them away."""
    from django.db import connection

    with connection.cursor() as cursor:
        for sql, params in recorded:
            if not sql.startswith(("SAVEPOINT", "RELEASE")):
                cursor.execute(sql, params)
                if cursor.description:
                    cursor.fetchall()


def say_plan(sql: str, params: Any) -> None:
    """Print what PostgreSQL does for a statement."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY) {sql}", params
        )
        for (line,) in cursor.fetchall():
            say(f"    {line}")
