"""The catalogue's pages: errors beside their field, nothing lost, nothing of others."""

from typing import Any

import pytest
from django.db import connection
from django.forms import Form
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.models import Company, Course, TrainingAction
from otec_portal.core import rut
from otec_portal.core.models import TrainingBody
from tests.conftest import SignedIn
from tests.factories.courses import (
    CompanyFactory,
    CourseFactory,
    EnrolmentFactory,
    IntermediaryFactory,
    TrainingActionFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
NEW_ACTION = reverse("courses:new_action")


def form_of(answer: Any) -> Form:
    assert answer.status_code == 200
    form: Form = answer.context["form"]
    return form


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.parametrize(
    "typed_rut",
    ["{0}", "{1}", "{2}", " {1} "],
    ids=["stored", "dots", "bare", "spaces"],
)
def test_company_with_a_rut_however_typed_is_kept_in_one_form(
    typed_rut: str, admin: SignedIn
) -> None:
    stored = rut.with_check_digit(44_123_450)
    forms = (stored, rut.display(stored), stored.replace("-", "").upper())
    admin.client.post(
        reverse("courses:new_company"),
        {"rut": typed_rut.format(*forms), "name": "Sur SpA"},
    )
    company = Company.objects.get()
    assert (company.rut, company.training_body) == (
        stored,
        admin.membership.training_body,
    )


@pytest.mark.parametrize(
    ("name", "posted", "field", "words"),
    [
        ("new_company", {"rut": "1-1", "name": "X"}, "rut", "dígito verificador"),
        ("new_company", {"rut": "44444444-4", "name": ""}, "name", "obligatorio"),
        ("new_course", {"name": "X", "sence_code": "123"}, "sence_code", "10"),
        ("new_course", {"name": "X", "hours": "0"}, "hours", "más que cero"),
        ("new_course", {"name": "X", "hours": "muchas"}, "hours", "número"),
    ],
)
def test_field_typed_wrong_is_told_beside_it_and_kept(
    name: str, posted: dict[str, str], field: str, words: str, admin: SignedIn
) -> None:
    """H5: the error stands at its field, what was typed is still there."""
    if name == "new_course":
        posted = {"modality": "e_learning", **posted}
    answer = admin.client.post(reverse(f"courses:{name}"), posted)
    form = form_of(answer)
    assert list(form.errors) == [field]
    assert words in form.errors[field][0]
    assert form[field].value() == posted.get(field, "")


def test_company_twice_is_told_beside_its_rut(
    admin: SignedIn, our_body: TrainingBody, rival_body: TrainingBody
) -> None:
    ours = CompanyFactory(training_body=our_body)
    theirs = CompanyFactory(training_body=rival_body)
    url = reverse("courses:new_company")
    again = admin.client.post(url, {"rut": ours.rut, "name": "Otra"})
    assert form_of(again).errors["rut"] == ["Ya está registrada con este RUT."]
    other = admin.client.post(url, {"rut": theirs.rut, "name": "Otra"})
    assert other.status_code == 302  # C1: what a rival has is nobody's business


@pytest.mark.parametrize("hours", ["-3", "0"])
def test_hours_that_are_none_are_refused_by_one_sentence(
    hours: str, admin: SignedIn
) -> None:
    posted = {"name": "Grúa", "hours": hours, "modality": "e_learning"}
    form = form_of(admin.client.post(reverse("courses:new_course"), posted))
    assert form.errors["hours"] == ["Las horas acreditadas son más que cero."]


def test_hours_with_a_comma_are_understood_and_shown_so(admin: SignedIn) -> None:
    posted = {"name": "Grúa", "hours": "40,5", "modality": "e_learning"}
    answer = admin.client.post(reverse("courses:new_course"), posted, follow=True)
    assert Course.objects.get().hours == 40.5
    assert "40,5" in text(answer)


@pytest.mark.parametrize(
    ("name", "make", "words", "misses"),
    [
        ("catalogue", CourseFactory, "electronica", "grua"),
        ("companies", CompanyFactory, "electronica", "grua"),
        ("intermediaries", IntermediaryFactory, "electronica", "grua"),
    ],
)
def test_list_searched_ignores_accents_and_says_when_nothing_fits(
    name: str,
    make: Any,
    words: str,
    misses: str,
    admin: SignedIn,
    our_body: TrainingBody,
) -> None:
    url = reverse(f"courses:{name}")
    assert "Todavía no hay" in text(admin.client.get(url))
    make(training_body=our_body, name="Electrónica Núñez")
    assert "Electrónica Núñez" in text(admin.client.get(url, {"q": words}))
    nothing = text(admin.client.get(url, {"q": misses}))
    assert "Electrónica" not in nothing
    assert "calza con la búsqueda" in nothing
    assert admin.client.get(url, {"q": "\0"}).status_code == 200


@pytest.mark.parametrize(
    ("name", "queries"),
    [("catalogue", 7), ("companies", 7), ("intermediaries", 7)],
)
def test_list_with_more_rows_asks_the_same_queries(
    name: str, queries: int, admin: SignedIn, our_body: TrainingBody
) -> None:
    make = {
        "catalogue": CourseFactory,
        "companies": CompanyFactory,
        "intermediaries": IntermediaryFactory,
    }[name]
    for batch in (1, 9):
        make.create_batch(batch, training_body=our_body)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            admin.client.get(reverse(f"courses:{name}"))
        assert len(asked) == queries


def test_course_page_with_more_actions_asks_the_same_queries(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    course = CourseFactory(training_body=our_body)
    url = reverse("courses:course", args=[course.public_id])
    for batch in (1, 8):
        for _ in range(batch):
            EnrolmentFactory(action__course=course)
        with CaptureQueriesContext(connection) as asked:
            admin.client.get(url)
        assert len(asked) == 10


def test_course_page_of_a_regional_admin_lists_their_actions_alone(
    regional_admin: SignedIn, our_body: TrainingBody
) -> None:
    """C1: the course is everybody's, the actions of other regions are not."""
    course = CourseFactory(training_body=our_body)
    mine = TrainingActionFactory(course=course)
    other = TrainingActionFactory(course=course, region="MA")
    url = reverse("courses:course", args=[course.public_id])
    page = text(regional_admin.client.get(url))
    assert mine.action_code in page
    assert other.action_code not in page
    (counted,) = (
        regional_admin.client.get(reverse("courses:catalogue")).context["list"].page
    )
    assert counted.actions == 1


def test_facilitator_sees_no_way_to_change(
    facilitator: SignedIn, our_body: TrainingBody
) -> None:
    action = TrainingActionFactory(course__training_body=our_body)
    for url in (
        reverse("courses:catalogue"),
        reverse("courses:companies"),
        reverse("courses:course", args=[action.course.public_id]),
        reverse("courses:action", args=[action.public_id]),
    ):
        page = text(facilitator.client.get(url))
        for way in ("nuevo/", "nueva/", "editar/", "ambiente/"):
            assert way not in page


def test_name_of_a_course_is_text_wherever_it_stands(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """D8: a course called like a tag."""
    course = CourseFactory(training_body=our_body, name="<img src=x>")
    action = TrainingActionFactory(course=course)
    for url in (
        reverse("courses:catalogue"),
        NEW_ACTION,
        reverse("courses:action", args=[action.public_id]),
    ):
        assert "<img" not in text(admin.client.get(url))


@pytest.fixture
def shared(our_body: TrainingBody) -> TrainingAction:
    """An action of another region, with a company and an OTIC."""
    action: TrainingAction = TrainingActionFactory(
        course__training_body=our_body,
        company=CompanyFactory(training_body=our_body),
        intermediary=IntermediaryFactory(training_body=our_body),
        region="LL",
    )
    return action


@pytest.mark.parametrize("kind", ["course", "company", "intermediary"])
def test_what_an_action_of_another_region_shares_is_not_a_regional_admins_to_change(
    kind: str,
    regional_admin: SignedIn,
    admin: SignedIn,
    shared: TrainingAction,
) -> None:
    """domain.md: "for actions in their regions only"; hours divide percentages."""
    row = getattr(shared, kind)
    url = reverse(f"courses:edit_{kind}", args=[row.public_id])
    posted = {"rut": "44.444.444-4", "name": "Otro", "modality": "e_learning"}
    for answer in (
        regional_admin.client.get(url),
        regional_admin.client.post(url, {**posted, "hours": "1"}),
    ):
        assert answer.status_code == 403
        assert "Tiene 1 acción de otras regiones" in text(answer)
        assert "Solo un Administrador Nacional" in text(answer)
    row.refresh_from_db()
    assert row.name != "Otro"
    assert admin.client.get(url).status_code == 200
    TrainingAction.objects.update(region="ML")
    assert regional_admin.client.get(url).status_code == 200


def test_course_page_says_that_its_actions_are_of_other_regions(
    regional_admin: SignedIn, admin: SignedIn, shared: TrainingAction
) -> None:
    url = reverse("courses:course", args=[shared.course.public_id])
    edit = reverse("courses:edit_course", args=[shared.course.public_id])
    page = text(regional_admin.client.get(url))
    assert "todavía no tiene acciones" not in page
    assert "no tiene acciones en tus regiones" in page
    assert "Tiene 1 acción de otras regiones" in page
    assert edit not in page
    page = text(admin.client.get(url))
    assert "otras regiones" not in page
    assert edit in page


@pytest.mark.parametrize("kind", ["company", "intermediary"])
def test_institution_shared_with_another_region_has_no_link_to_change_it(
    kind: str, regional_admin: SignedIn, shared: TrainingAction
) -> None:
    row = getattr(shared, kind)
    section = {"company": "companies", "intermediary": "intermediaries"}[kind]
    edit = reverse(f"courses:edit_{kind}", args=[row.public_id])
    page = text(regional_admin.client.get(reverse(f"courses:{section}")))
    assert row.name in page
    assert edit not in page
