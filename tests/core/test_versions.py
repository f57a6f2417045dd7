"""Two people edit the same form: who saves second is told, and loses nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from courses.models import TrainingAction
from otec_portal.core.models import Role, TrainingBody
from tests.conftest import SignedIn, sign_in
from tests.factories.courses import (
    CompanyFactory,
    CourseFactory,
    IntermediaryFactory,
    TrainingActionFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
Page = tuple[str, str]  # the address of a form, and a field of it


def course_page(body: TrainingBody) -> Page:
    course = CourseFactory(training_body=body)
    return reverse("courses:edit_course", args=[course.public_id]), "name"


def company_page(body: TrainingBody) -> Page:
    company = CompanyFactory(training_body=body)
    return reverse("courses:edit_company", args=[company.public_id]), "name"


def otic_page(body: TrainingBody) -> Page:
    otic = IntermediaryFactory(training_body=body)
    return reverse("courses:edit_intermediary", args=[otic.public_id]), "name"


def action_page(body: TrainingBody) -> Page:
    action = TrainingActionFactory(course__training_body=body)
    address = reverse("courses:edit_action", args=[action.public_id])
    return address, "supervising_entity"


def body_page(_: TrainingBody) -> Page:
    return reverse("training_body"), "name"


EVERY_FORM = pytest.mark.parametrize(
    "make", [course_page, company_page, otic_page, action_page, body_page]
)


def shown(somebody: SignedIn, url: str) -> dict[str, Any]:
    """Return what the form at `url` would post, untouched."""
    form = somebody.client.get(url).context["form"]
    values = {name: form[name].value() for name in form.fields}
    values |= {
        name: form[name].field.prepare_value(value)
        for name, value in values.items()
        if hasattr(form[name].field, "kind")
    }
    return {
        name: f"{value:%d-%m-%Y}" if hasattr(value, "year") else value
        for name, value in values.items()
        if value is not None
    }


@pytest.fixture
def colleague(our_body: TrainingBody) -> SignedIn:
    signed = sign_in(our_body, Role.NATIONAL_ADMIN)
    signed.membership.user.full_name = "Berta Cárcamo"
    signed.membership.user.save()
    return signed


@EVERY_FORM
def test_form_saved_second_says_who_changed_it_and_keeps_what_was_typed(
    make: Callable[[TrainingBody], Page],
    admin: SignedIn,
    colleague: SignedIn,
    our_body: TrainingBody,
) -> None:
    url, field = make(our_body)
    mine, theirs = shown(admin, url), shown(colleague, url)
    done = colleague.client.post(url, {**theirs, field: "Lo de ella"})
    assert done.status_code == 302, done.context["form"].errors

    told = admin.client.post(url, {**mine, field: "Lo mío"})
    assert told.status_code == 200
    page = told.content.decode()
    assert "Berta Cárcamo cambió estos datos el 15-06-2026 a las 11:00" in page
    assert "Lo de ella" in page
    assert told.context["form"][field].value() == "Lo mío"
    assert shown(admin, url)[field] == "Lo de ella"

    again = {
        **mine,
        field: "Lo mío",
        "version": told.context["form"]["version"].value(),
    }
    assert admin.client.post(url, again).status_code == 302
    assert shown(admin, url)[field] == "Lo mío"


@EVERY_FORM
def test_form_sent_twice_is_saved_once_without_complaint(
    make: Callable[[TrainingBody], Page], admin: SignedIn, our_body: TrainingBody
) -> None:
    url, field = make(our_body)
    sent = {**shown(admin, url), field: "Lo mío"}
    assert [admin.client.post(url, sent).status_code for _ in range(2)] == [302, 302]


def test_action_used_meanwhile_is_still_what_was_seen(
    admin: SignedIn, our_body: TrainingBody, stopped_clock: Any
) -> None:
    """What others than the form's fields hold makes no other version."""
    url, field = action_page(our_body)
    mine = shown(admin, url)
    TrainingAction.objects.update(decision="", production_used_at=None, frozen_at=None)
    TrainingAction.objects.update(environment="production")
    assert admin.client.post(url, {**mine, field: "Lo mío"}).status_code == 302


def test_new_row_has_no_version(admin: SignedIn) -> None:
    form = admin.client.get(reverse("courses:new_course")).context["form"]
    assert "version" not in form.fields
