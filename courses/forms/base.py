"""What the forms of the catalogue share: their tenant, errors beside their field."""

from typing import Any, ClassVar, Generic, TypeVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model, QuerySet
from django.urls import reverse

from courses import lookups
from courses.identity import records_under
from otec_portal.core.errors import DomainError
from otec_portal.core.folding import FoldedField
from otec_portal.core.models import Membership
from otec_portal.core.versions import VersionedForm

Row = TypeVar("Row", bound=Model)
TICK = "was_wrong"  # the field beside codes that have records in production
LONGEST_TYPED = 320  # the longest name with its RUT


def tick_of_the_codes(label: str) -> forms.BooleanField:
    """The tick that goes with codes that have records in production."""
    return forms.BooleanField(label=label, required=False)


class LookupField(forms.CharField):
    """Typed text that names one row of the tenant; its value is the row, or None.

    While typing, the browser offers names from a datalist; without a script the first
    ones, and what is typed is looked up all the same.
    """

    def __init__(self, *, kind: str, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST_TYPED, **kwargs)
        self.kind = lookups.KINDS[kind]
        self.rows: QuerySet[Any]

    def open_to(
        self, by: Membership, *, options_id: str, own: int | None = None
    ) -> None:
        """Look among the rows of `by` alone; `own` is the key of the one held now."""
        self.rows = self.kind.rows(by, own)
        self.widget.attrs |= {
            "list": options_id,
            "autocomplete": "off",
            "hx-get": reverse("courses:options", args=[self.kind.name]),
            "hx-trigger": "input changed delay:250ms",
            "hx-target": f"#{options_id}",
        }

    @property
    def offered(self) -> list[str]:
        """The names that are offered before anything is typed."""
        return [self.kind.label(row) for row in self.rows[: lookups.OFFERED]]

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return lookups.find(self.rows, text, kind=self.kind) if text else None

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            value = self.rows.filter(pk=value).first()
        return self.kind.label(value) if isinstance(value, Model) else value


class RowForm(VersionedForm, Generic[Row]):
    """A form over one row of a training body.

    All constraints are checked, those too that name a column which is not typed here.
    BESIDE says beside which field the error of a code stands.
    """

    BESIDE: ClassVar[dict[str, str]] = {}

    def __init__(self, *args: Any, by: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self._ask_before_codes_change()
        for name, field in self.fields.items():
            # a browser cuts what is pasted and says nothing: the server refuses it
            field.widget.attrs.pop("maxlength", None)
            if isinstance(field, LookupField):
                own = getattr(self.instance, f"{name}_id", None)
                field.open_to(by, options_id=f"id_{name}_options", own=own)

    def _ask_before_codes_change(self) -> None:
        """A tick of its own where SENCE has records under the codes of this row."""
        tick = self.fields.get(TICK)
        if tick is None:
            return
        if told := records_under(self.instance):
            tick.help_text = told
        else:
            del self.fields[TICK]

    @property
    def consents(self) -> dict[str, bool]:
        """What the service is told of the ticks on a valid form."""
        if TICK not in self.fields:
            return {}
        return {"confirmed": bool(self.cleaned_data.get(TICK))}

    def refuse(self, refused: DomainError) -> None:
        """Show what the service refused, beside its field where there is one."""
        field = self.BESIDE.get(refused.code, "")
        self.add_error(field if field in self.fields else None, refused.message)

    def _get_validation_exclusions(self) -> set[str]:
        """Fields that are wrong, and those that are written from them."""
        wrong = {name for name in self.fields if name in self.errors}
        return wrong | {
            field.name
            for field in self.instance._meta.concrete_fields
            if isinstance(field, FoldedField) and wrong & set(field.sources)
        }

    def _update_errors(self, errors: ValidationError) -> None:
        """Put each error beside the field it concerns, if that is on this form."""
        told: Any = errors
        by_field = (
            told.error_dict
            if hasattr(told, "error_dict")
            else {NON_FIELD_ERRORS: told.error_list}
        )
        for name, found in by_field.items():
            for error in found:
                field = self.BESIDE.get(error.code or "", name)
                beside = self.fields.get(field)
                if beside and (ours := beside.error_messages.get(error.code or "")):
                    error.message = ours
                self.add_error(field if beside else None, error)


class WordsForm(forms.Form):
    """Narrows a list by words; what can't be understood narrows nothing."""

    q = forms.CharField(label="Buscar", required=False, max_length=100)

    @property
    def words(self) -> str:
        """What was asked for, "" without."""
        return str(self.cleaned_data["q"]) if self.is_valid() else ""


class LookupText(forms.Form):
    """What was typed so far into a field that looks up."""

    text = forms.CharField(required=False, max_length=LONGEST_TYPED)
