"""An e-mail address as people mean it: capital letters make no other address."""

from typing import Any

from django.db import models


class LowerCaseEmailField(models.EmailField[str, str]):
    """Keeps, and looks for, an address in lower case."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value) or "").strip().lower()

    def get_prep_value(self, value: Any) -> Any:
        prepared = super().get_prep_value(value)
        return prepared.strip().lower() if isinstance(prepared, str) else prepared
