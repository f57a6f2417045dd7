"""The form that narrows the calendar; its fields stand in shareable addresses."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms

from courses.agenda import Wanted
from courses.ladder import Stake
from courses.ladder_words import STAKES
from courses.month import Month
from courses.upcoming import Upcoming
from otec_portal.core.choices import offer

EVERYTHING: Final = "todo"


class CalendarForm(forms.Form):
    """What is at stake, the region, and whether what is done is shown too.

    What can't be understood in an address is as if it were not there.
    """

    que = forms.MultipleChoiceField(
        label="Qué vence",
        required=False,
        choices=[(stake.value, name) for stake, name in STAKES.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    region = forms.ChoiceField(label="Región", required=False)
    muestra = forms.ChoiceField(
        label="Mostrar",
        required=False,
        choices=[("", "Solo lo que falta"), (EVERYTHING, "También lo ya hecho")],
    )

    def __init__(
        self, *args: Any, regions: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "region", [("", "Todas"), *regions])
        if len(regions) == 1:
            del self.fields["region"]

    def wanted(self, shown: Month | Upcoming) -> Wanted:
        """Return what is asked for of `shown`."""
        self.is_valid()
        given: dict[str, Any] = self.cleaned_data
        return Wanted(
            first=shown.first,
            last=shown.last,
            since=shown.since,
            stakes=[Stake(one) for one in given.get("que", ())] or tuple(Stake),
            region=given.get("region", ""),
            pending=self.pending,
            missed=True,
        )

    @property
    def pending(self) -> bool:
        """Whether what is done is left out."""
        self.is_valid()
        return bool(self.cleaned_data.get("muestra", "") != EVERYTHING)

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        self.is_valid()
        return any(self.cleaned_data.get(name) for name in ("que", "region"))
