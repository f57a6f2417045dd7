"""The form of an action: errors beside their field, choices of the own body alone."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.forms import Form
from django.urls import reverse
from pytest_django import Settings

from courses.models import Course, TrainingAction
from otec_portal.core.models import AuditEntry, Role, TrainingBody
from tests.conftest import SignedIn, sign_in
from tests.factories import NOW
from tests.factories.courses import (
    CompanyFactory,
    ComplementaryFactory,
    CourseFactory,
    IntermediaryFactory,
    TrainingActionFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
NEW_ACTION = reverse("courses:new_action")


def typed(of: Course | None = None, /, **changes: str) -> dict[str, str]:
    """What an operator types for an action that nothing is wrong with."""
    known = {"course": str(of)} if of else {}
    return {
        **known,
        "action_code": "6700999",
        "line": "3",
        "activity_type": "total",
        "starts_on": "01-06-2026",
        "ends_on": "31-07-2026",
        "region": "ML",
        "attendance_policy": "by_time",
        **changes,
    }


def form_of(answer: Any) -> Form:
    assert answer.status_code == 200
    form: Form = answer.context["form"]
    return form


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.parametrize("day", ["31-07-2026", "31/07/2026", "2026-07-31"])
def test_action_with_a_day_in_any_usual_form_is_added(
    day: str, admin: SignedIn, our_body: TrainingBody
) -> None:
    course = CourseFactory(training_body=our_body)
    answer = admin.client.post(NEW_ACTION, typed(course, ends_on=day))
    action = TrainingAction.objects.get()
    assert answer.headers["Location"] == reverse(
        "courses:action", args=[action.public_id]
    )
    assert (action.ends_on.isoformat(), action.environment) == ("2026-07-31", "test")


def test_longest_session_may_be_more_than_the_portals_which_is_told(
    admin: SignedIn, our_body: TrainingBody, settings: Settings
) -> None:
    """The default is a setting's; no rule of SENCE's is claimed."""
    settings.SENCE_SESSION_MAX = 2 * 60 * 60
    course = CourseFactory(training_body=our_body)
    told = form_of(admin.client.get(NEW_ACTION)).fields["session_max_minutes"].help_text
    assert "en blanco vale lo del portal: 120." in told
    assert "SENCE" not in told
    admin.client.post(NEW_ACTION, typed(course, session_max_minutes="240"))
    assert TrainingAction.objects.get().session_limit() == timedelta(hours=4)


def test_year_that_is_a_slip_of_the_hand_is_told_its_bounds(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    course = CourseFactory(training_body=our_body)
    posted = typed(course, starts_on="01-06-0026")
    form = form_of(admin.client.post(NEW_ACTION, posted))
    assert form.errors["starts_on"] == ["Revisa el año: va de 2000 a 2100."]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_on": "31-05-2026"}, "ends_on"),
        ({"ends_on": "31-02-2026"}, "ends_on"),
        ({"ends_on": "31-07-2101"}, "ends_on"),
        ({"starts_on": "01-06-0026"}, "starts_on"),
        ({"starts_on": "31-12-1999"}, "starts_on"),
        ({"action_code": "670"}, "action_code"),
        ({"action_code": ""}, "action_code"),
        ({"action_code": "abcdefgñ"}, "action_code"),
        ({"action_code": "6" * 51}, "action_code"),
        ({"session_max_minutes": "1441"}, "session_max_minutes"),
        ({"session_max_minutes": "0"}, "session_max_minutes"),
        ({"course_url": "javascript:alert(1)"}, "course_url"),
        ({"course_url": "ftp://aula.example/x"}, "course_url"),
        ({"region": "XX"}, "region"),
        ({"line": "2"}, "line"),
        ({"course": "no existe"}, "course"),
        ({"company": "no existe"}, "company"),
        ({"course": "\0"}, "course"),
        ({"places": "-1"}, "places"),
    ],
)
def test_action_typed_wrong_is_told_beside_its_field(
    changes: dict[str, str], field: str, admin: SignedIn, our_body: TrainingBody
) -> None:
    course = CourseFactory(training_body=our_body)
    form = form_of(admin.client.post(NEW_ACTION, typed(course, **changes)))
    assert list(form.errors) == [field]
    assert len(form.errors[field]) == 1
    assert form["supervising_entity"].value() is None
    assert form[field].value() == changes[field]


@pytest.mark.parametrize("minutes", ["0", "-5"])
def test_session_of_no_minutes_is_refused_in_the_same_words(
    admin: SignedIn, our_body: TrainingBody, minutes: str
) -> None:
    course = CourseFactory(training_body=our_body)
    answer = admin.client.post(NEW_ACTION, typed(course, session_max_minutes=minutes))
    assert form_of(answer).errors["session_max_minutes"] == ["Escribe 1 minuto o más."]


def test_second_complementary_of_a_partial_is_told_in_words(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    first = ComplementaryFactory(related_action__course__training_body=our_body)
    second = ComplementaryFactory(
        related_action__course=first.course, related_action__company=first.company
    )
    url = reverse("courses:edit_action", args=[second.public_id])
    shown = form_of(admin.client.get(url))
    posted = {name: str(shown[name].value() or "") for name in shown.fields} | {
        "related_action": str(first.related_action.action_code)
    }
    form = form_of(admin.client.post(url, posted))
    (told,) = form.errors["related_action"]
    assert str(told).startswith("Ninguna acción parcial que espere su complementaria")


def test_text_that_is_too_long_reaches_the_server_to_be_refused(
    admin: SignedIn,
) -> None:
    """A browser that obeys `maxlength` cuts what is pasted and says nothing."""
    assert "maxlength" not in text(admin.client.get(NEW_ACTION))


def test_related_action_of_a_total_one_is_refused_beside_it(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    partial = TrainingActionFactory(course__training_body=our_body, partial=True)
    posted = typed(partial.course, related_action=partial.action_code)
    form = form_of(admin.client.post(NEW_ACTION, posted))
    assert list(form.errors) == ["related_action"]


def test_action_of_a_course_is_added_without_asking_for_it(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """Two courses of one name and no code can't be told apart by typing."""
    twins = [
        CourseFactory(training_body=our_body, name="Grúa", sence_code="")
        for _ in range(2)
    ]
    url = f"{NEW_ACTION}?curso={twins[1].public_id}"
    assert "course" not in form_of(admin.client.get(url)).fields
    admin.client.post(url, typed())
    assert TrainingAction.objects.get().course == twins[1]


def test_complementary_is_added_from_its_partial_with_the_data_carried_over(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    partial = TrainingActionFactory(
        course__training_body=our_body, partial=True, places=12
    )
    url = f"{NEW_ACTION}?parcial={partial.public_id}"
    form = form_of(admin.client.get(url))
    assert (form["places"].value(), form["region"].value()) == (12, "ML")
    assert {"course", "company", "related_action"} & set(form.fields) == set()

    early = admin.client.post(url, typed(starts_on="31-12-2026", ends_on="31-01-2027"))
    assert "2027" in form_of(early).errors["starts_on"][0]
    admin.client.post(url, typed(starts_on="01-01-2027", ends_on="31-01-2027"))
    assert partial.its_complementary() is not None
    assert admin.client.get(url).status_code == 404  # it has one now


@pytest.mark.parametrize("wanted", ["curso=x", "curso=1", "parcial=x"])
def test_new_action_of_an_address_that_is_no_id_is_not_there(
    wanted: str, admin: SignedIn
) -> None:
    assert admin.client.get(f"{NEW_ACTION}?{wanted}").status_code == 404


def test_new_action_of_anothers_course_or_partial_is_not_there(rival: SignedIn) -> None:
    """C1: an id guessed in the query is worth no more than one in the path."""
    partial = TrainingActionFactory(partial=True)
    for wanted in (f"curso={partial.course.public_id}", f"parcial={partial.public_id}"):
        assert rival.client.get(f"{NEW_ACTION}?{wanted}").status_code == 404


def test_choices_are_of_the_own_body_alone(
    admin: SignedIn, rival_body: TrainingBody
) -> None:
    """C1: nothing of a rival in what is offered, nor in what is looked up."""
    partial = TrainingActionFactory(
        course__training_body=rival_body, course__name="Curso ajeno", partial=True
    )
    CompanyFactory(training_body=rival_body, name="Empresa ajena")
    IntermediaryFactory(training_body=rival_body, name="OTIC ajeno")
    pages = [text(admin.client.get(NEW_ACTION))]
    for kind, field, words in (
        ("cursos", "course", "ajeno"),
        ("empresas", "company", "ajena"),
        ("otic", "intermediary", "ajeno"),
        ("parciales", "related_action", partial.action_code),
    ):
        url = reverse("courses:options", args=[kind])
        pages.append(text(admin.client.get(url, {field: words})))
    assert not any("ajen" in page for page in pages)


def test_options_offer_what_fits_and_never_all(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    CompanyFactory.create_batch(30, training_body=our_body)
    CompanyFactory(training_body=our_body, name="Ñandú <b>& Cía.")
    url = reverse("courses:options", args=["empresas"])
    page = text(admin.client.get(url, {"company": "nandu"}))
    assert "Ñandú &lt;b&gt;&amp; Cía." in page
    assert page.count("<option") == 1
    assert text(admin.client.get(url)).count("<option") == 20
    assert admin.client.get(url, {"company": "\0"}).status_code == 200
    assert admin.client.get(reverse("courses:options", args=["x"])).status_code == 404


def test_regional_admin_is_offered_their_regions_alone(
    our_body: TrainingBody,
) -> None:
    client = sign_in(our_body, Role.REGIONAL_ADMIN, "ML", "MA").client
    course = CourseFactory(training_body=our_body)
    form = form_of(client.get(NEW_ACTION))
    offered = [code for code, _ in form.fields["region"].choices]  # type: ignore[attr-defined]
    assert sorted(offered) == ["", "MA", "ML"]
    refused = form_of(client.post(NEW_ACTION, typed(course, region="BI")))
    assert list(refused.errors) == ["region"]


def test_relation_to_an_action_of_another_region_survives_a_regional_admins_hand(
    regional_admin: SignedIn, our_body: TrainingBody
) -> None:
    one = ComplementaryFactory(
        related_action__course__training_body=our_body, related_action__region="MA"
    )
    url = reverse("courses:edit_action", args=[one.public_id])
    form = form_of(regional_admin.client.get(url))
    assert "related_action" not in form.fields
    posted = {name: form[name].value() or "" for name in form.fields}
    regional_admin.client.post(url, {**posted, "places": "9"})
    one.refresh_from_db()
    assert (one.places, one.related_action_id is None) == (9, False)


def test_action_edited_as_it_is_shown_stays_as_it_was(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """What the form shows is what it takes back: days, rows looked up, all."""
    action = ComplementaryFactory(
        related_action__course__training_body=our_body,
        related_action__company=CompanyFactory(training_body=our_body),
        intermediary=IntermediaryFactory(training_body=our_body),
        session_max_minutes=180,
        places=1200,
    )
    url = reverse("courses:edit_action", args=[action.public_id])
    form = form_of(admin.client.get(url))
    assert 'value="04-01-2027"' in str(form["starts_on"])
    before = TrainingAction.objects.values().get(pk=action.pk)
    shown = {name: form[name].value() or "" for name in form.fields}
    shown["starts_on"], shown["ends_on"] = "04-01-2027", "26-03-2027"
    assert admin.client.post(url, shown).status_code == 302
    assert TrainingAction.objects.values().get(pk=action.pk) == before


def test_frozen_action_explains_instead_of_asking(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    action = TrainingActionFactory(course__training_body=our_body, frozen_at=NOW)
    url = reverse("courses:edit_action", args=[action.public_id])
    page = text(admin.client.get(url))
    assert "No se puede corregir" in page
    assert 'name="action_code"' not in page
    posted = typed(action_code="7000000")
    form = form_of(admin.client.post(url, posted))
    assert form.non_field_errors().as_data()[0].code == "action_closed"
    action.refresh_from_db()
    assert action.action_code != "7000000"


@pytest.mark.parametrize(
    "changes", [{"action_code": "6700131"}, {"line": "6"}], ids=["code", "line"]
)
def test_code_with_records_in_production_changes_by_a_tick_of_its_own(
    changes: dict[str, str], admin: SignedIn, our_body: TrainingBody
) -> None:
    """SENCE keeps its records under the code that they were sent with."""
    one = TrainingActionFactory(
        course__training_body=our_body,
        production=True,
        production_used_at=NOW,
        action_code="6700130",
    )
    url = reverse("courses:edit_action", args=[one.public_id])
    shown = text(admin.client.get(url))
    assert "desde el 15-06-2026 y lleva el código 6700130 en la línea 3" in shown
    posted = {**typed(action_code="6700130"), **changes}
    refused = form_of(admin.client.post(url, posted))
    assert list(refused.errors) == ["was_wrong"]
    assert TrainingAction.objects.get().action_code == "6700130"
    assert admin.client.post(url, {**posted, "was_wrong": "on"}).status_code == 302
    entry = AuditEntry.objects.get(action="courses.trainingaction_changed")
    assert set(changes) <= set(entry.data["changes"])


def test_other_data_of_an_action_in_production_change_without_a_tick(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    used = TrainingActionFactory(
        course__training_body=our_body, production=True, production_used_at=NOW
    )
    unused = TrainingActionFactory(course__training_body=our_body, production=True)
    for one, code in ((used, used.action_code), (unused, "6700131")):
        url = reverse("courses:edit_action", args=[one.public_id])
        assert ("was_wrong" in text(admin.client.get(url))) == (one == used)
        assert admin.client.post(url, typed(action_code=code)).status_code == 302
        one.refresh_from_db()
        assert (one.ends_on, one.action_code) == (date(2026, 7, 31), code)


def test_sence_code_with_records_in_production_changes_by_a_tick_of_its_own(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """One action with records is enough; the name changes freely."""
    used = TrainingActionFactory(
        course__training_body=our_body, production=True, production_used_at=NOW
    )
    TrainingActionFactory(course=used.course)
    course = used.course
    url = reverse("courses:edit_course", args=[course.public_id])
    posted = {"name": "Otro", "sence_code": course.sence_code, "modality": "e_learning"}
    assert admin.client.post(url, posted).status_code == 302
    posted["sence_code"] = "1238999999"
    refused = form_of(admin.client.post(url, posted))
    assert list(refused.errors) == ["was_wrong"]
    assert "tiene 1 acción con registros en producción" in text(admin.client.get(url))
    assert admin.client.post(url, {**posted, "was_wrong": "on"}).status_code == 302
    course.refresh_from_db()
    assert (course.name, course.sence_code) == ("Otro", "1238999999")
