"""One action at a glance, and its confirmed move from one environment to the other."""

import html
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendance.models import AlertSubject, OperatorAlert, SenceToken
from courses.catalogue import save_action
from courses.models import Enrolment, Environment, TrainingAction
from otec_portal.action_page import DEEDS_ON_A_PAGE
from otec_portal.core import audit
from otec_portal.core.models import AuditEntry, Role, TrainingBody
from otec_portal.history import WORDS
from tests.conftest import SignedIn, sign_in
from tests.factories import NOW
from tests.factories.attendance import OperatorAlertFactory, SenceSessionFactory
from tests.factories.courses import (
    ComplementaryFactory,
    EnrolmentFactory,
    TrainingActionFactory,
)
from tests.sence_messages import post, start_confirmed, start_failed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]


def url_of(action: TrainingAction, name: str = "action") -> str:
    return reverse(f"courses:{name}", args=[action.public_id])


def page(browser: SignedIn, action: TrainingAction, name: str = "action") -> str:
    return browser.client.get(url_of(action, name)).content.decode()


def switch(browser: SignedIn, action: TrainingAction, **posted: str) -> Any:
    answer = browser.client.post(url_of(action, "switch_environment"), posted)
    action.refresh_from_db()
    return answer


def test_page_of_a_sound_action_says_that_nothing_is_to_be_mended(
    admin: SignedIn, enrolment: Enrolment
) -> None:
    shown = page(admin, enrolment.action)
    assert "Nada que corregir" in shown
    assert "En ejecución" in shown
    assert "Ambiente de prueba" in shown


def test_figure_of_the_open_sessions_leads_to_the_open_ones(
    admin: SignedIn, enrolment: Enrolment
) -> None:
    query = urlencode({"state": "now", "who": enrolment.action.action_code})
    url = f"{reverse('attendance:sessions')}?{query}"
    assert html.escape(url) in page(admin, enrolment.action)
    assert admin.client.get(url).context["filter"].is_valid()


def test_finding_leads_to_where_it_is_mended(
    admin: SignedIn, enrolment: Enrolment
) -> None:
    course = enrolment.action.course
    course.sence_code = ""
    course.save()
    shown = page(admin, enrolment.action)
    assert "Impide registrar" in shown
    assert reverse("courses:edit_course", args=[course.public_id]) in shown


def test_finding_that_is_not_ones_own_to_mend_says_whose_it_is(
    regional_admin: SignedIn, enrolment: Enrolment
) -> None:
    SenceToken.objects.all().delete()
    assert "Lo corrige el Administrador Nacional" in page(
        regional_admin, enrolment.action
    )


def test_page_tells_what_sence_answered_and_what_to_do(
    admin: SignedIn, enrolment: Enrolment
) -> None:
    """H4: the code with its diagnosis and its next step."""
    assert "SENCE todavía no responde" in page(admin, enrolment.action)
    post("start_failed", start_failed(SenceSessionFactory(enrolment=enrolment), "208"))
    shown = page(admin, enrolment.action)
    assert "El participante no está autorizado para esta acción" in shown
    assert "Revisa que el participante esté en la nómina" in shown


def test_page_after_sence_refused_says_no_longer_that_all_is_well(
    admin: SignedIn, enrolment: Enrolment
) -> None:
    post("start_failed", start_failed(SenceSessionFactory(enrolment=enrolment), "204"))
    for name in ("action", "switch_environment"):
        shown = page(admin, enrolment.action, name)
        assert "Nada que corregir" not in shown
        assert "SENCE respondió con el código 204" in shown
        assert reverse("attendance:alerts") in shown
    OperatorAlert.objects.update(resolved_at=NOW, resolved_by=admin.membership.user)
    assert "Nada que corregir" in page(admin, enrolment.action)


def test_page_with_many_alerts_leads_to_their_list_once(
    admin: SignedIn, enrolment: Enrolment
) -> None:
    """All of them open the same list: on the action's page and before production."""
    action = enrolment.action
    for code in ("204", "205", "206"):
        OperatorAlertFactory(
            training_body=action.course.training_body,
            action=action,
            subject=AlertSubject.ACTION,
            cause=f"sence:{code}:action{action.pk}",
            code=code,
        )
    for name in ("action", "switch_environment"):
        shown = page(admin, action, name)
        assert shown.count("SENCE respondió con el código") == 3
        assert shown.count(">Ver las alertas</a>") == 1


def test_page_with_a_refused_token_does_not_say_that_sence_would_take_it(
    admin: SignedIn, enrolment: Enrolment
) -> None:
    post("start_failed", start_failed(SenceSessionFactory(enrolment=enrolment), "212"))
    shown = page(admin, enrolment.action)
    assert "SENCE rechazó el token" in shown
    assert "SENCE no rechazaría" not in shown
    assert "puede volver a hacerlo" in shown


@pytest.mark.parametrize(("code", "told"), [("6000001", True), ("-1", False)])
def test_code_of_another_action_of_the_body_is_told(
    code: str, told: bool, admin: SignedIn, our_body: TrainingBody
) -> None:
    mine, _, _ = (
        TrainingActionFactory(course__training_body=our_body, action_code=code),
        TrainingActionFactory(
            course__training_body=our_body, course__name="Soldadura", action_code=code
        ),
        TrainingActionFactory(course__name="Ajena", action_code=code),
    )
    shown = page(admin, mine)
    assert ("tiene este mismo código: Soldadura." in shown) is told
    assert "no rechazaría" not in shown  # nobody knows that of a code that two have
    assert "Ajena" not in shown


def test_refusal_of_another_action_is_not_told_here(
    admin: SignedIn, enrolment: Enrolment
) -> None:
    other = EnrolmentFactory(
        action__course__training_body=enrolment.action.course.training_body
    )
    post("start_failed", start_failed(SenceSessionFactory(enrolment=other), "205"))
    assert "Nada que corregir" in page(admin, enrolment.action)


def test_move_to_production_without_participants_warns_first(
    admin: SignedIn, enrolment: Enrolment
) -> None:
    action = enrolment.action
    enrolment.delete()
    shown = page(admin, action, "switch_environment")
    assert "En la nómina no hay participantes" in shown
    switch(admin, action, target="production", understood="on")
    assert action.environment == Environment.PRODUCTION


def test_page_tells_of_the_related_action_from_both_sides(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    one = ComplementaryFactory(related_action__course__training_body=our_body)
    assert url_of(one.related_action) in page(admin, one)
    assert url_of(one) in page(admin, one.related_action)
    assert "Crear la complementaria" not in page(admin, one.related_action)
    alone = TrainingActionFactory(course__training_body=our_body, partial=True)
    assert f"?parcial={alone.public_id}" in page(admin, alone)


def test_partial_whose_other_half_is_of_another_region_offers_no_second_one(
    our_body: TrainingBody,
) -> None:
    """The page it would lead to is not there: only one complementary can be."""
    partial = ComplementaryFactory(
        related_action__course__training_body=our_body,
        related_action__region="ML",
        region="VS",
    ).related_action
    regional = sign_in(our_body, Role.REGIONAL_ADMIN, "ML")
    page = regional.client.get(reverse("courses:action", args=[partial.public_id]))
    assert page.context["may_add_complementary"] is False
    assert page.context["related"] is None


def test_history_tells_the_old_and_the_new_value(
    admin: SignedIn, enrolment: Enrolment
) -> None:
    """E9: who corrected what, and when."""
    action = enrolment.action
    action.places = 33
    save_action(action, by=admin.membership, at=NOW)
    shown = page(admin, action)
    assert "<del>—</del>" in shown
    assert "<ins>33</ins>" in shown
    assert admin.membership.user.full_name in shown


def test_deeds_of_every_room_are_told_in_words(
    admin: SignedIn, enrolment: Enrolment
) -> None:
    """H4: no internal name of a deed stands on a page."""
    action, by = enrolment.action, admin.membership.user
    body = action.course.training_body
    for name in WORDS:
        audit.record(name, at=NOW, by=by, training_body=body, target=action)
    pages = [page(admin, action)]
    first = admin.client.get(url_of(action, "action_history"))
    for number in range(1, first.context["list"].page.paginator.num_pages + 1):
        shown = admin.client.get(
            url_of(action, "action_history"), {"pagina": str(number)}
        )
        pages.append(shown.content.decode())
    assert [name for name in WORDS if any(name in one for one in pages)] == []
    assert "Descargó la asistencia total" in "".join(pages)


def test_history_leads_on_to_all_of_it(admin: SignedIn, enrolment: Enrolment) -> None:
    action = enrolment.action
    body = action.course.training_body
    for _ in range(DEEDS_ON_A_PAGE + 1):
        audit.record(
            "attendance.total_exported",
            at=NOW,
            by=None,
            training_body=body,
            target=action,
        )
    assert url_of(action, "action_history") in page(admin, action)
    first = admin.client.get(url_of(action, "action_history"))
    assert len(first.context["history"]) == DEEDS_ON_A_PAGE
    last = admin.client.get(url_of(action, "action_history"), {"pagina": "2"})
    assert len(last.context["history"]) == 1


def test_page_with_more_of_everything_asks_the_same_queries(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    action = TrainingActionFactory(course__training_body=our_body)
    for batch in (1, 5):
        for number in range(batch):
            enrolled = EnrolmentFactory(action=action)
            session = SenceSessionFactory(enrolment=enrolled)
            post("start_confirmed", start_confirmed(session))
            failed = SenceSessionFactory(enrolment=EnrolmentFactory(action=action))
            post("start_failed", start_failed(failed, "208"))
            action.places = batch + number
            save_action(action, by=admin.membership, at=NOW)
        with CaptureQueriesContext(connection) as asked:
            admin.client.get(url_of(action))
        assert len(asked) == 20


def test_production_asks_first_and_is_audited(
    admin: SignedIn, enrolment: Enrolment
) -> None:
    """protocol.md, "Addresses": production records can never be deleted."""
    action = enrolment.action
    assert "no se pueden borrar nunca" in page(admin, action, "switch_environment")

    refused = switch(admin, action, target="production")
    assert "Marca la casilla" in refused.content.decode()
    assert action.environment == Environment.TEST

    done = switch(admin, action, target="production", understood="on")
    assert done.status_code == 302
    assert action.environment == Environment.PRODUCTION
    entry = AuditEntry.objects.get(action="courses.environment_switched")
    assert (entry.user, entry.data) == (admin.membership.user, {"to": "production"})
    assert "Pasó la acción al ambiente de producción" in page(admin, action)


def test_production_confirmed_twice_moves_once(
    admin: SignedIn, enrolment: Enrolment
) -> None:
    """A double click must not take the action back to test."""
    for _ in range(2):
        switch(admin, enrolment.action, target="production", understood="on")
    assert enrolment.action.environment == Environment.PRODUCTION
    assert AuditEntry.objects.count() == 1


def test_production_with_a_grave_finding_is_not_offered_and_refused(
    admin: SignedIn, enrolment: Enrolment
) -> None:
    """B8: -1 is for the test environment."""
    action = enrolment.action
    action.action_code = "-1"
    action.save()
    shown = page(admin, action, "switch_environment")
    assert "Antes hay que corregir" in shown
    assert 'name="understood"' not in shown
    answer = switch(admin, action, target="production", understood="on")
    assert "-1 solo sirve en el ambiente de prueba" in answer.content.decode()
    assert action.environment == Environment.TEST


def test_action_without_production_records_goes_back_to_test(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    action = TrainingActionFactory(course__training_body=our_body, production=True)
    assert switch(admin, action, target="test").status_code == 302
    assert action.environment == Environment.TEST


def test_action_with_production_records_stays_and_says_why(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    action = TrainingActionFactory(
        course__training_body=our_body, production=True, production_used_at=NOW
    )
    assert "Ya no puede volver a prueba" in page(admin, action, "switch_environment")
    answer = switch(admin, action, target="test")
    assert "no puede volver al ambiente de prueba" in answer.content.decode()
    assert action.environment == Environment.PRODUCTION


def test_frozen_action_does_not_change_environment(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    action = TrainingActionFactory(course__training_body=our_body, frozen_at=NOW)
    assert "No se puede cambiar" in page(admin, action, "switch_environment")
    switch(admin, action, target="production", understood="on")
    assert action.environment == Environment.TEST


@pytest.mark.parametrize("target", ["", "x", "test"])
def test_environment_of_no_sense_moves_nothing(
    target: str, admin: SignedIn, enrolment: Enrolment
) -> None:
    switch(admin, enrolment.action, target=target, understood="on")
    assert enrolment.action.environment == Environment.TEST


def test_action_that_is_closed_offers_no_page_that_refuses(
    admin: SignedIn, enrolment: Enrolment
) -> None:
    action = enrolment.action
    ways = [url_of(action, name) for name in ("edit_action", "switch_environment")]
    offered = page(admin, action)
    assert [url in offered for url in ways] == [True, True]
    TrainingAction.objects.filter(pk=action.pk).update(
        frozen_at=NOW, environment=Environment.PRODUCTION
    )
    closed = page(admin, action)
    assert [url in closed for url in ways] == [False, False]
