"""The codes of GlosaError: who acts on each, and what people read about it.

The texts are data, in errors.toml. Codes 100-306: seeds/003, Anexo 2; codes 307-313:
Anexo 2 of the manual's edition v1.1.6.
"""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

from attendance.sence.spelling import tells_of

MOST_CODES: Final = 20
LONGEST_CODE: Final = 20  # characters
LONGEST_GLOSA: Final = 4_096
# characters of a secret in a row: less says nothing of it, and words have them too
PIECE_OF_A_SECRET: Final = 5
_SEPARATOR: Final = re.compile("[;,]")


class Actor(StrEnum):
    """Who can put an error right."""

    PARTICIPANT = "participant"
    OPERATOR = "operator"
    PORTAL = "portal"
    SENCE = "sence"


class Kind(StrEnum):
    """What is at fault."""

    USER = "user"
    REQUEST = "request"
    SETUP = "setup"
    TOKEN = "token"
    SENCE = "sence"


@dataclass(frozen=True, kw_only=True)
class SenceError:
    """One code, with its texts in Spanish for the participant and for operators.

    `alert`: operators are told. `setup_alert`: the OTEC's configuration is broken, so
    they are told once per cause. `whole_body`: that cause is no single action's.
    `retry`: the participant may start again at once. `report`: SENCE wants to hear of
    it. `lost_on_close`: on closing it may mean that SENCE dropped the session.
    `known`: the code stands in the manual. `setup_on_start`: as `setup_alert`, but of a
    start alone.
    """

    code: str
    actor: Actor
    kind: Kind
    participant: str
    diagnosis: str
    next_step: str
    alert: bool = False
    retry: bool = False
    setup_alert: bool = False
    setup_on_start: bool = False
    whole_body: bool = False
    report: bool = False
    lost_on_close: bool = False
    participant_on_close: str = ""
    diagnosis_on_close: str = ""
    known: bool = True

    def participant_for(self, *, closing: bool) -> str:
        """Return what the participant reads, after a start or after a close."""
        return (closing and self.participant_on_close) or self.participant

    def diagnosis_for(self, *, closing: bool) -> str:
        """Return what operators read, after a start or after a close."""
        return (closing and self.diagnosis_on_close) or self.diagnosis


def _load() -> dict[str, SenceError]:
    """Read errors.toml; a field missing or misspelt there stops the start."""
    path = Path(__file__).with_name("errors.toml")
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        code: SenceError(
            code=code,
            actor=Actor(table.pop("actor")),
            kind=Kind(table.pop("kind")),
            **table,
        )
        for code, table in tables.items()
    }


_TABLES: Final = _load()
_UNKNOWN: Final = replace(_TABLES.pop("unknown"), known=False)
_EMPTY: Final = replace(_TABLES.pop("empty"), code="", known=False)


def parse_codes(glosa: str) -> tuple[str, ...]:
    """Return the codes in `glosa`, in order, each once, as the text that came.

    SENCE sends one code, or several separated by `;` or `,` [field]. As anyone can
    post anything, at most MOST_CODES of LONGEST_CODE printable characters are kept, of
    the first LONGEST_GLOSA characters.

    >>> parse_codes("211; 204")
    ('211', '204')
    """
    codes: dict[str, None] = {}
    parts = _SEPARATOR.split(glosa[:LONGEST_GLOSA])
    if len(glosa) > LONGEST_GLOSA and len(parts) > 1:
        parts.pop()  # cut in the middle, it could be another code
    for part in parts:
        printable = "".join(filter(str.isprintable, part)).strip()
        if code := printable[:LONGEST_CODE].rstrip():
            codes[code] = None
        if len(codes) == MOST_CODES:
            break
    return tuple(codes)


def all_known(codes: Iterable[str]) -> bool:
    """Say whether all of `codes` stand in the manual, or name nothing."""
    return all(not code or code in _TABLES for code in codes)


def without_secrets(codes: Sequence[str], secrets: Sequence[str]) -> tuple[str, ...]:
    """Return `codes`; where the unknown ones tell of a secret, without them.

    Anybody can post a token or a nonce as a code, also cut into several. Where nothing
    is left it is the error without a name.
    """
    known = tuple(code for code in codes if all_known([code]))
    unknown = "".join(code for code in codes if code not in known)
    if tells_of(unknown, secrets, piece=PIECE_OF_A_SECRET):
        return known or ("",)
    return tuple(codes)


def lookup(code: str) -> SenceError:
    """Return the error of `code`; one that is not known keeps its code in a fallback.

    The empty code is the error that SENCE did not name.
    """
    if not code:
        return _EMPTY
    return _TABLES.get(code) or replace(_UNKNOWN, code=code)


def told_by(code: str, *, closing: bool) -> SenceError:
    """Return `lookup(code)` with the diagnosis of the close where `closing`."""
    error = lookup(code)
    return replace(error, diagnosis=error.diagnosis_for(closing=closing))


def for_participant(codes: Sequence[str], *, closing: bool) -> SenceError:
    """Return, of several errors, the one the participant can act on.

    That is one of their own entry, else a known one where trying again may help, else
    the first known one, else the first. Its `participant` and `diagnosis` are those of
    the close where `closing`. Without codes: the error that SENCE did not name.
    """
    error = min((lookup(code) for code in codes), key=_rank, default=_EMPTY)
    return replace(
        error,
        participant=error.participant_for(closing=closing),
        diagnosis=error.diagnosis_for(closing=closing),
    )


def _rank(error: SenceError) -> tuple[bool, bool, bool]:
    """Smaller is better; an unknown code never hides what a known one tells."""
    own = error.actor == Actor.PARTICIPANT
    return (not own, not error.known, not error.retry)


def participant_text(codes: Sequence[str], *, closing: bool) -> str:
    """Return what the participant reads about `codes`: never a bare code."""
    return for_participant(codes, closing=closing).participant
