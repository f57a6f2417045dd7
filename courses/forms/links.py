"""The form that hands out personal links."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from courses.forms.fields import OPEN_AGAIN, PublicIdsField
from courses.links import Audience, audience
from courses.models import Enrolment, TrainingAction

AUDIENCES = [
    (Audience.NOT_YET.value, "A quienes aún no tienen su enlace vigente"),
    (Audience.CHOSEN.value, "Solo a quienes marque en la lista"),
    (Audience.EVERYONE.value, "A todos, aunque ya lo tengan"),
]


class LinksForm(forms.Form):
    """To whom, as the page was `shown_at`; `now` is when it comes back.

    `after` names the last enrolment of the sheet before, where one goes on.
    """

    to = forms.ChoiceField(
        label="A quiénes",
        choices=AUDIENCES,
        widget=forms.RadioSelect,
        error_messages={"required": "Elige a quiénes."},
    )
    shown_at = forms.CharField(widget=forms.HiddenInput)
    chosen = PublicIdsField(required=False)
    after = forms.UUIDField(
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid": OPEN_AGAIN},
    )

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now

    def clean_shown_at(self) -> datetime:
        """Return the moment, in UTC, at which the page was shown."""
        try:
            said = datetime.fromisoformat(self.cleaned_data["shown_at"])
            moment = said.astimezone(UTC) if said.tzinfo else None
        except (ValueError, OverflowError):
            moment = None
        if moment is None or moment > self.now:
            raise ValidationError(OPEN_AGAIN, code="shown_at")
        return moment

    def clean(self) -> None:
        """Who chooses from the list chooses somebody."""
        super().clean()
        if self.cleaned_data.get("to") == Audience.CHOSEN and not (
            self.cleaned_data.get("chosen")
        ):
            self.add_error("to", "Marca a alguien en la lista.")

    def people(self, action: TrainingAction) -> QuerySet[Enrolment]:
        """Return those of `action` who are meant."""
        return audience(
            action,
            Audience(self.cleaned_data["to"]),
            chosen=self.cleaned_data["chosen"],
        )
