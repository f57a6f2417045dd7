"""Attempts under way and the sessions SENCE has registered, and where they are kept.

The state file is SQLite and the simulator's alone: a restart keeps the sessions
that are open. Times in it are ISO 8601 in UTC.
"""

import json
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final, TypeVar

from attendance.sence.wire import Field
from attendance.simulator.behaviours import Behaviour

START: Final = "start"
CLOSE: Final = "close"

T = TypeVar("T")


@dataclass(frozen=True)
class Answer:
    """What the participant's browser posts back, and how.

    `url` is empty where the form named none that can be used; `codes` is None for a
    success; `due_at` is when the browser may post (ISO 8601, UTC).
    """

    url: str
    fields: tuple[tuple[str, str], ...]
    codes: tuple[str, ...] | None
    decided_at: str
    due_at: str
    times: int = 1
    silent: bool = False


@dataclass
class Attempt:
    """One form posted to SENCE, from its arrival to its answer.

    `form` holds the manual's fields with the token masked; `began_at` is ISO 8601
    in UTC; `tries` counts wrong Claves; `told` are the behaviours that it used up.
    """

    id: str
    kind: str
    environment: str
    mode: str
    form: dict[str, str]
    unknown_fields: list[str]
    began_at: str
    tries: int = 0
    told: list[dict[str, Any]] = field(default_factory=list)
    answer: Answer | None = None

    @property
    def run(self) -> str:
        """The participant's RUN as sent."""
        return self.form.get(Field.RUN, "")

    @property
    def nonce(self) -> str:
        """The portal's own identifier of the session, as sent."""
        return self.form.get(Field.NONCE, "")


@dataclass(frozen=True)
class RegisteredSession:
    """A session SENCE has registered; `closed_at` is empty while it is open."""

    sence_id: str
    environment: str
    run: str
    action_code: str
    line: str
    opened_at: str
    closed_at: str = ""


class Store:
    """The state file, or memory alone where no path is given.

    Every method is atomic; `lock` holds several of them together. It is one process'
    own: two simulators don't share a file.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.lock = threading.RLock()
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self._rows = sqlite3.connect(
            path or ":memory:", check_same_thread=False, isolation_level=None
        )
        self._rows.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
            "CREATE TABLE IF NOT EXISTS document ("
            " position INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL,"
            " id TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (kind, id));"
        )

    def attempt(self, key: str) -> Attempt | None:
        """Return the attempt with this id."""
        return self._one("attempt", key, _read_attempt)

    def attempts(self, limit: int) -> list[Attempt]:
        """Return the latest attempts, newest first."""
        return list(self._newest("attempt", limit, _read_attempt))

    def save_attempt(self, attempt: Attempt) -> None:
        """Keep the attempt as it is now."""
        self._put("attempt", attempt.id, asdict(attempt))

    def session(self, sence_id: str) -> RegisteredSession | None:
        """Return the session with this IdSesionSence."""
        return self._one("session", sence_id, _read_session)

    def sessions(self, limit: int) -> list[RegisteredSession]:
        """Return the latest sessions, newest first."""
        return list(self._newest("session", limit, _read_session))

    def save_session(self, session: RegisteredSession) -> None:
        """Keep the session as it is now."""
        self._put("session", session.sence_id, asdict(session))

    def close_session(self, sence_id: str, *, at: str) -> None:
        """Note that the session with this IdSesionSence was closed at `at`."""
        with self.lock:
            session = self.session(sence_id)
            if session is None:
                raise LookupError(sence_id)
            self.save_session(replace(session, closed_at=at))

    def behaviours(self) -> list[Behaviour]:
        """Return every behaviour told, oldest first."""
        return list(self._newest("behaviour", -1, Behaviour.from_data))[::-1]

    def save_behaviour(self, behaviour: Behaviour) -> None:
        """Keep the behaviour."""
        self._put("behaviour", behaviour.id, behaviour.as_data())

    def forget_behaviour(self, key: str) -> bool:
        """Drop one behaviour; False where there is none with this key."""
        with self.lock:
            row = self._rows.execute(
                "DELETE FROM document WHERE kind = 'behaviour' AND id = ?", (key,)
            )
            return bool(row.rowcount)

    def forget_behaviours(self) -> None:
        """Drop all behaviours."""
        with self.lock:
            self._rows.execute("DELETE FROM document WHERE kind = 'behaviour'")

    def forget_everything(self) -> None:
        """Drop attempts, sessions and behaviours."""
        with self.lock:
            self._rows.execute("DELETE FROM document")

    def close(self) -> None:
        """Let go of the file."""
        with self.lock:
            self._rows.close()

    def _put(self, kind: str, key: str, data: Any) -> None:
        with self.lock:
            self._rows.execute(
                "INSERT INTO document (kind, id, body) VALUES (?, ?, ?)"
                " ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body",
                (kind, key, json.dumps(data)),
            )

    def _one(self, kind: str, key: str, read: Callable[[Any], T]) -> T | None:
        with self.lock:
            row = self._rows.execute(
                "SELECT body FROM document WHERE kind = ? AND id = ?", (kind, key)
            ).fetchone()
        return read(json.loads(row[0])) if row else None

    def _newest(self, kind: str, limit: int, read: Callable[[Any], T]) -> Iterator[T]:
        with self.lock:
            rows = self._rows.execute(
                "SELECT body FROM document WHERE kind = ?"
                " ORDER BY position DESC LIMIT ?",
                (kind, limit),
            ).fetchall()
        return (read(json.loads(body)) for (body,) in rows)


def _read_attempt(data: dict[str, Any]) -> Attempt:
    answer = data.pop("answer")
    attempt = Attempt(**data)
    if answer is not None:
        pairs = tuple((name, value) for name, value in answer.pop("fields"))
        codes = answer.pop("codes")
        attempt.answer = Answer(
            fields=pairs, codes=None if codes is None else tuple(codes), **answer
        )
    return attempt


def _read_session(data: dict[str, Any]) -> RegisteredSession:
    return RegisteredSession(**data)
