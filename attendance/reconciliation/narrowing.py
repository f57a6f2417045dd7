"""Which lines of a comparison are shown: by outcome, by whether somebody noted them.

The address says it all, and can be shared.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict

from attendance.reconciliation.marks import Kind
from otec_portal.core.listing import PAGE

SHOW, NOTES = "ver", "notas"  # in the address
WITH, WITHOUT = "con", "sin"
WORDS: Final = {
    Kind.EQUAL: "iguales",
    Kind.DIFFERENT: "distintas",
    Kind.ONLY_OURS: "solo-portal",
    Kind.ONLY_THEIRS: "solo-sence",
    Kind.GONE: "ya-no-estan",
}  # as the address has them
_KINDS: Final = {word: kind for kind, word in WORDS.items()}
Line = TypeVar("Line", bound=Any)  # has `kind` and `notes`


class NotesForm(forms.Form):
    """Narrows a comparison; what can't be understood narrows nothing."""

    notas = forms.ChoiceField(
        label="Notas",
        required=False,
        choices=[("", "Con o sin nota"), (WITH, "Con nota"), (WITHOUT, "Sin nota")],
    )


@dataclass(frozen=True)
class Tab:
    """A group of lines that can be looked at alone."""

    name: str  # in the address
    word: str
    count: int


class Narrowing:
    """What of a comparison an address asks for."""

    def __init__(self, asked: QueryDict) -> None:
        self.kind: Kind | None = _KINDS.get(asked.get(SHOW, ""))
        self.form = NotesForm(asked)
        valid = self.form.is_valid()
        self.noted: str = self.form.cleaned_data[NOTES] if valid else ""
        self._asked = asked

    @property
    def shows(self) -> str:
        """The outcome asked for, as the address has it, or ""."""
        return WORDS[self.kind] if self.kind else ""

    def by_notes(self, lines: Iterable[Line]) -> list[Line]:
        """Return those that have a note, or none, as is asked for."""
        if not self.noted:
            return list(lines)
        return [one for one in lines if bool(one.notes) == (self.noted == WITH)]

    def of_kinds(self, lines: Sequence[Line], kinds: Iterable[str]) -> list[Line]:
        """Return those of the outcome asked for; unasked, those of `kinds`."""
        wanted = {self.kind} if self.kind else set(kinds)
        return [one for one in lines if one.kind in wanted]

    def _kept(self, *without: str) -> list[tuple[str, str]]:
        return [
            (name, value)
            for name, values in self._asked.lists()
            for value in values
            if name not in {PAGE, *without}
        ]

    @property
    def beside_outcome(self) -> str:
        """The rest of the address, for links to another outcome."""
        return urlencode(self._kept(SHOW))

    @property
    def beside_notes(self) -> list[tuple[str, str]]:
        """The rest of the address, for the form that narrows by notes."""
        return self._kept(NOTES)
