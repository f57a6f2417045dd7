"""Names keep nothing that nobody sees, whatever form they are typed into."""

import inspect
from types import ModuleType

import pytest
from django import forms
from django.core.exceptions import ValidationError

import certificates.annulment_forms
import certificates.forms
import courses.forms.actions
import courses.forms.catalogue
import courses.forms.roster
import otec_portal.core.forms
from otec_portal.core.tidy_field import TidyField, TidyTextField

# what shows a line backwards, what has no width, what rings a bell
HIDDEN = "\u202e\u2066\u200b\u2060\x07\xad"
NAMES = {
    *("full_name", "name", "signatory_name", "first_names", "last_names"),
    *("supervising_entity", "action_code", "billing_reference", "right_reference"),
}
LINES = {"justification", "reason", "remarks"}
FORMS: tuple[ModuleType, ...] = (
    certificates.annulment_forms,
    certificates.forms,
    courses.forms.actions,
    courses.forms.catalogue,
    courses.forms.roster,
    otec_portal.core.forms,
)


def test_name_is_kept_without_what_nobody_sees() -> None:
    typed = f" Ana{HIDDEN}  María\u00a0Soto{HIDDEN}"
    assert TidyField().clean(typed) == "Ana María Soto"


def test_name_of_nothing_visible_is_none() -> None:
    with pytest.raises(ValidationError):
        TidyField().clean(HIDDEN)


def test_text_keeps_its_lines_and_nothing_hidden() -> None:
    typed = f"Llegó{HIDDEN} tarde.\r\n\r\n De noche.{HIDDEN}"
    assert TidyTextField().clean(typed) == "Llegó tarde.\n\nDe noche."


def test_every_form_takes_names_so() -> None:
    fields = {
        (one.__name__, name): field
        for module in FORMS
        for _, one in inspect.getmembers(module, inspect.isclass)
        if issubclass(one, forms.BaseForm)
        for name, field in getattr(one, "base_fields", {}).items()
        if name in NAMES | LINES
    }
    assert {name for _, name in fields} == NAMES | LINES
    assert [
        key
        for key, field in fields.items()
        if not isinstance(field, TidyTextField if key[1] in LINES else TidyField)
    ] == []
