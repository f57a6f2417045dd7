"""Two people edit the same form: who saves second is told what the first one changed.

A form carries the version of what it showed; the service that saves compares it with
the locked row. Saving again, with the version shown then, is deliberate.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Model
from django.http import QueryDict
from django.utils import timezone

from otec_portal.core.changes import differences, in_words
from otec_portal.core.errors import DomainError
from otec_portal.core.models import AuditEntry


class ChangedMeanwhile(DomainError):
    """Somebody else saved since this form was shown; `version` is that of now."""

    code = "changed_meanwhile"

    def __init__(self, message: str, *, version: str) -> None:
        super().__init__(message)
        self.version = version


@dataclass(frozen=True)
class Seen:
    """What a form showed: its fields, and the version of what they held."""

    fields: tuple[str, ...]
    version: str


def version_of(row: Model, fields: tuple[str, ...]) -> str:
    """Return a short text that is another where one of `fields` of `row` is."""
    columns: list[Any] = [row._meta.get_field(name) for name in fields]
    held = [column.value_from_object(row) for column in columns]
    return hashlib.sha256(repr(held).encode()).hexdigest()[:16]


def refuse_overwriting(stored: Model, row: Model, *, seen: Seen | None) -> None:
    """Raise ChangedMeanwhile where `stored`, locked, is not what was seen.

    `row` is what would be written.
    """
    if seen is None or not seen.version:
        return
    now = version_of(stored, seen.fields)
    if now != seen.version:
        raise ChangedMeanwhile(_told(stored, row), version=now)


def _told(stored: Model, row: Model) -> str:
    changes = in_words(type(stored), differences(stored, row))
    there = "; ".join(f"{one.label}: {one.before}" for one in changes)
    return (
        f"Mientras editabas, {_last_change(stored)}. Lo que escribiste sigue aquí, sin "
        f"guardar. Si guardas otra vez, reemplazas lo que dice ahora: {there}."
    )


def _last_change(row: Model) -> str:
    about = AuditEntry.objects.filter(
        target_type=row._meta.label, target_id=str(row.pk)
    ).select_related("user")
    last = about.order_by("-at", "-pk").first()
    if last is None or last.user is None:
        return "estos datos cambiaron"
    at = timezone.localtime(last.at)
    return f"{last.user.full_name} cambió estos datos el {at:%d-%m-%Y a las %H:%M}"


class VersionedForm(forms.ModelForm[Any]):
    """A form that knows what it showed; a new row has nothing to be overwritten."""

    version = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            del self.fields["version"]
        else:
            self.initial["version"] = version_of(self.instance, self._of_the_row())

    def _of_the_row(self) -> tuple[str, ...]:
        return tuple(self._meta.fields or ())

    @property
    def seen(self) -> Seen | None:
        """What the posted form had shown; None of a new row."""
        if "version" not in self.fields:
            return None
        return Seen(self._of_the_row(), self.cleaned_data.get("version", ""))

    def warn(self, refused: ChangedMeanwhile) -> None:
        """Show what changed meanwhile; what is posted next has seen it."""
        warn(self, refused)


def warn(form: forms.BaseForm, refused: ChangedMeanwhile) -> None:
    """Show in `form` what changed meanwhile; what is posted next has seen it.

    `form` has a hidden field `version`.
    """
    form.add_error(None, refused.message)
    posted = QueryDict(mutable=True)
    posted.update(form.data)
    posted[form.add_prefix("version")] = refused.version
    form.data = posted
