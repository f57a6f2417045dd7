"""What SENCE knows: training bodies, their tokens, actions and participants.

Read from the file that `manage.py load_demo --json` prints. Beyond the demo's own
keys a file may say more, so that every refusal can be provoked:

- `training_body.tokens`: `[{"token": "…", "in_force": false}]`;
- `other_training_bodies`: more of them, each with `rut`, `token` or `tokens`;
- in an action: `training_body_rut`, `e_learning` (bool), `starts_on` and `ends_on`
  (ISO dates, both inclusive, in Chile) and `status` (`finished` or `annulled`).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Self

from attendance.simulator import rut


@dataclass(frozen=True)
class KnownToken:
    """A token issued to a training body; `in_force` until it is taken back."""

    training_body_rut: str
    in_force: bool = True


@dataclass(frozen=True)
class KnownAction:
    """A training action as communicated to SENCE."""

    action_code: str
    sence_code: str
    line: str
    training_body_rut: str
    runs: frozenset[str]
    e_learning: bool = True
    starts_on: date | None = None
    ends_on: date | None = None
    over: bool = False

    def runs_on(self, day: date) -> bool:
        """Say whether `day` (in Chile) lies within the communicated dates."""
        after_start = self.starts_on is None or self.starts_on <= day
        return after_start and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True)
class Registry:
    """Everything SENCE knows, looked up by the codes that come over the wire."""

    tokens: Mapping[str, KnownToken] = field(default_factory=dict)
    actions: Mapping[str, KnownAction] = field(default_factory=dict)

    @classmethod
    def from_data(cls, data: Any) -> Self:
        """Read the demo's data. Raises ValueError where they have another shape."""
        try:
            own_rut = _rut(data["training_body"]["rut"])
            bodies = [data["training_body"], *data.get("other_training_bodies", [])]
            return cls(
                tokens=dict(_tokens(bodies)),
                actions={
                    str(row["action_code"]): _action(row, own_rut)
                    for row in data["actions"]
                },
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a registry: {error!r}") from None

    def knows_sence_code(self, code: str) -> bool:
        """Say whether any action belongs to the course with this code."""
        return any(action.sence_code == code for action in self.actions.values())

    def knows_person(self, run: str) -> bool:
        """Say whether this RUN takes part in any action, and so has a Clave."""
        return any(_rut(run) in action.runs for action in self.actions.values())


class RegistryFile:
    """A registry that follows its file: loaded again when the file changes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp = path.stat().st_mtime_ns
        self._registry = self._load()

    def __call__(self) -> Registry:
        """Return the registry; a file broken since the start leaves the last one."""
        try:
            stamp = self._path.stat().st_mtime_ns
            if stamp != self._stamp:
                self._registry = self._load()
                self._stamp = stamp
        except (OSError, ValueError):
            pass
        return self._registry

    def _load(self) -> Registry:
        return Registry.from_data(json.loads(self._path.read_text("utf-8")))


def _rut(text: str) -> str:
    return rut.simplify(str(text))


def _tokens(bodies: Iterable[Any]) -> Iterable[tuple[str, KnownToken]]:
    for body in bodies:
        owner = _rut(body["rut"])
        if body.get("token"):
            yield str(body["token"]).lower(), KnownToken(owner)
        for row in body.get("tokens", []):
            in_force = bool(row.get("in_force", True))
            yield str(row["token"]).lower(), KnownToken(owner, in_force)


def _action(row: Any, own_rut: str) -> KnownAction:
    def day(key: str) -> date | None:
        return date.fromisoformat(row[key]) if row.get(key) else None

    return KnownAction(
        action_code=str(row["action_code"]),
        sence_code=str(row["sence_code"] or ""),
        line=str(row["line"]),
        training_body_rut=_rut(row.get("training_body_rut") or own_rut),
        runs=frozenset(_rut(person["run"]) for person in row["participants"]),
        e_learning=bool(row.get("e_learning", True)),
        starts_on=day("starts_on"),
        ends_on=day("ends_on"),
        over=row.get("status") in {"finished", "annulled"},
    )
