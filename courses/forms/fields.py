"""Fields that several forms of courses use."""

from typing import Any, Final
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

OPEN_AGAIN: Final = "Vuelve a abrir la página."  # what it posted is not what it showed


class PublicIdsField(forms.Field):
    """The public ids of the boxes that were ticked; which rows they are, others say."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> set[UUID]:
        try:
            return {UUID(one) for one in value or ()}
        except ValueError:
            raise ValidationError(OPEN_AGAIN, code="id") from None
