"""C1: a row of one training body can't name another's; keys are found by themselves.

What a row belongs to is said once: Django's admin moves no row to another body.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.sites import site
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from otec_portal.core.models import TrainingBody
from otec_portal.core.tenancy import Owned, named_rows, owner_id, refuse_foreign
from tests.conftest import browser_of
from tests.crawl.worlds import OWN_APPS, make_world
from tests.factories.core import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
OWN = [one for one in apps.get_models() if one._meta.app_label in OWN_APPS]
OWNED = [one for one in OWN if hasattr(one, "TENANT_PATH")]
NAMED = [(model, field.name) for model in OWNED for field in named_rows(model)]


def keys(model: type[models.Model], *targets: type[models.Model]) -> list[str]:
    """Return the keys of `model` to one of `targets`."""
    return [
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model in targets
    ]


def of(model: Any, body: TrainingBody) -> Any:
    """Return a row of `model` that belongs to `body`."""
    return model.objects.filter(**{model.TENANT_PATH: body}).order_by("pk").first()


def test_keys_to_rows_of_a_training_body_are_found() -> None:
    """The lists below are not empty by mistake."""
    found = {(model.__name__, name) for model, name in NAMED}
    assert found >= {
        ("TrainingAction", "company"),
        ("TrainingAction", "related_action"),
        ("Enrolment", "participant"),
        ("SenceSession", "token"),
        ("OperatorAlert", "action"),
        ("Handover", "token"),
        ("RosterUpload", "imported_as"),
    }


@pytest.mark.parametrize("model", OWN, ids=lambda model: model.__name__)
def test_row_that_names_two_rows_of_a_body_says_to_which_it_belongs(
    model: type[models.Model],
) -> None:
    """Otherwise nothing could compare the two."""
    assert len(keys(model, *OWNED)) < 2 or issubclass(model, Owned)


@pytest.mark.parametrize(("model", "name"), NAMED)
@pytest.mark.parametrize("turned", [False, True])
def test_row_of_one_body_that_names_the_others_is_refused(
    model: Any, name: str, turned: bool
) -> None:
    ours, theirs = (make_world(mark).body for mark in ("Una", "Otra"))
    if turned:
        ours, theirs = theirs, ours
    row, related = of(model, ours), model._meta.get_field(name).related_model
    row.clean()
    setattr(row, name, of(related, theirs))
    with pytest.raises(ValidationError) as refused:
        row.clean()
    assert [one.code for one in refused.value.error_dict[name]] == ["foreign"]
    row.pk, row._state.adding = None, True
    with pytest.raises(ValidationError):
        row.save()


@pytest.mark.parametrize("model", OWNED, ids=lambda model: model.__name__)
def test_row_says_to_which_body_it_belongs(model: Any) -> None:
    ours, theirs = (make_world(mark).body for mark in ("Una", "Otra"))
    assert owner_id(of(model, ours)) == ours.pk != owner_id(of(model, theirs))
    assert owner_id(model()) is None
    refuse_foreign(of(model, ours))


@pytest.fixture
def staff() -> Client:
    return browser_of(UserFactory(is_staff=True, is_superuser=True))


REGISTERED = [one for one in site._registry if one._meta.app_label in OWN_APPS]
EVERY_ADMIN = pytest.mark.parametrize("model", REGISTERED, ids=lambda one: one.__name__)


@EVERY_ADMIN
def test_saved_row_in_the_admin_stays_with_its_body(
    model: type[models.Model], rf: RequestFactory
) -> None:
    """No form of the admin changes to whom a row belongs, nor whom it names."""
    make_world("Una")
    request = rf.get("/")
    request.user = UserFactory(is_staff=True, is_superuser=True)
    admin, row = site._registry[model], model._default_manager.first()
    if not admin.has_change_permission(request, row):
        return
    bound = set(keys(model, TrainingBody, *OWNED))
    typed = set(admin.get_form(request, row, change=True).base_fields)
    assert not bound & typed


@EVERY_ADMIN
def test_list_in_the_admin_costs_the_same_with_more_rows(
    model: type[models.Model], staff: Client
) -> None:
    label = f"{model._meta.app_label}_{model._meta.model_name}"
    url = reverse(f"admin:{label}_changelist")

    def cost(fill: Callable[[str], object], mark: str) -> int:
        fill(mark)
        with CaptureQueriesContext(
            connection,
        ) as made:
            assert staff.get(url).status_code == 200
        return len(made)

    staff.get(url)
    assert cost(make_world, "Una") == cost(make_world, "Otra")
