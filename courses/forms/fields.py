"""Fields that several forms of courses use."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError


class PublicIdsField(forms.Field):
    """The public ids of the boxes that were ticked; which rows they are, others say."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> set[UUID]:
        try:
            return {UUID(one) for one in value or ()}
        except ValueError:
            raise ValidationError("Vuelve a abrir la página.", code="id") from None
