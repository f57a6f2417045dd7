"""What is typed, without what nobody sees."""

from typing import Any

from django import forms

from otec_portal.core.tabular.tables import clean, clean_lines


class TidyField(forms.CharField):
    """One line of text without spaces and signs that nobody sees."""

    def to_python(self, value: Any) -> str:
        return clean(super().to_python(value) or "")


class TidyTextField(forms.CharField):
    """Lines of text without spaces and signs that nobody sees.

    `sometimes`: something else decides whether it is required, and its help says so.
    """

    widget = forms.Textarea

    def __init__(self, *, sometimes: bool = False, **kwargs: Any) -> None:
        self.sometimes = sometimes
        super().__init__(required=kwargs.pop("required", not sometimes), **kwargs)

    def to_python(self, value: Any) -> str:
        return clean_lines(super().to_python(value) or "")
