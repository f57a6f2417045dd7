"""Names as they are typed: without what nobody sees."""

from typing import Any

from django import forms

from otec_portal.core.tabular.tables import clean


class TidyField(forms.CharField):
    """One line of text without spaces and signs that nobody sees."""

    def to_python(self, value: Any) -> str:
        return clean(super().to_python(value) or "")
