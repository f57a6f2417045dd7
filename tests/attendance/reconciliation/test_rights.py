"""Who looks at reconciliation, who touches it, and when nobody does."""

import pytest
from django.urls import reverse

from attendance.models import ReconciliationNote, SenceExport, SenceMark
from courses.models import Enrolment, Environment
from tests.attendance.reconciliation.desk import (
    accepted,
    as_sence_has,
    at,
    file_of,
    held,
    text,
    uploaded,
)
from tests.attendance.reconciliation.files import PERCENTAGES
from tests.conftest import SignedIn
from tests.courses.roster.sources import comma_separated
from tests.factories.courses import EnrolmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]


@pytest.mark.parametrize("name", ["preview_export", "accept_export"])
def test_upload_is_its_uploaders_alone(
    name: str, admin: SignedIn, rival: SignedIn, enrolled: Enrolment
) -> None:
    data = file_of(as_sence_has(held(enrolled)))
    mine = uploaded(enrolled.action, data, by=admin.membership.user)
    url = reverse(f"attendance:{name}", args=[mine.public_id])
    ask = "post" if name == "accept_export" else "get"
    assert getattr(rival.client, ask)(url).status_code == 404
    assert getattr(admin.client, ask)(url).status_code in {200, 302}


def test_notes_are_added_and_shown_with_their_author(
    admin: SignedIn, rival: SignedIn, enrolled: Enrolment
) -> None:
    session = held(enrolled)
    accepted(enrolled.action, file_of(as_sence_has(session, later=900)))
    url = at("note_difference", enrolled.action, "sesion", session.public_id)
    assert admin.client.post(url, {"text": ""}).status_code == 200
    for words in ("Llamé a SENCE.", "Contestaron."):
        assert admin.client.post(url, {"text": words}).status_code == 302
    shown = text(admin.client.get(at("reconciliation", enrolled.action)))
    assert "Llamé a SENCE." in shown
    assert "Contestaron." in shown
    assert admin.membership.user.full_name in shown
    assert rival.client.post(url, {"text": "x"}).status_code == 404
    assert ReconciliationNote.objects.count() == 2


@pytest.mark.parametrize("what", ["sesion", "marca", "participante", "cifra", "otra"])
def test_note_on_what_is_of_another_action_is_not_there(
    what: str, admin: SignedIn, enrolled: Enrolment
) -> None:
    other = EnrolmentFactory(
        action__course__training_body=enrolled.action.course.training_body,
        action__environment=Environment.PRODUCTION,
    )
    session = held(other)
    accepted(other.action, file_of(as_sence_has(session)))
    run = other.participant.run
    accepted(other.action, comma_separated(PERCENTAGES, (run, "", "5 %")))
    subject = {
        "sesion": session,
        "marca": SenceMark.objects.get(),
        "participante": other,
    }.get(what, SenceExport.objects.get(kind="percentages").figures.get())
    url = at("note_difference", enrolled.action, what, subject.public_id)
    assert admin.client.get(url).status_code == 404
    own = at("note_difference", other.action, what, subject.public_id)
    assert admin.client.get(own).status_code == (404 if what == "otra" else 200)


def test_facilitator_looks_and_touches_nothing(
    facilitator: SignedIn, enrolled: Enrolment
) -> None:
    kept = accepted(enrolled.action, file_of(as_sence_has(held(enrolled)))).export
    assert kept is not None
    page_ = text(facilitator.client.get(at("reconciliation", enrolled.action)))
    assert "conectividad.csv" in page_
    for name in ("upload_export", "reconciliation_excel", "reconciliation_csv"):
        url = at(name, enrolled.action)
        assert url not in page_
        assert facilitator.client.get(url).status_code == 403
    original = reverse("attendance:sence_export", args=[kept.public_id])
    assert original not in page_
    assert facilitator.client.get(original).status_code == 403
    assert (
        facilitator.client.post(at("reconcile_again", enrolled.action)).status_code
        == 403
    )
