"""What an import would do to people who are not in its file, or have links out."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from courses.models import Enrolment, Participant, TrainingAction
from otec_portal.core import outbox
from otec_portal.core.models import User
from tests.conftest import SignedIn
from tests.courses.roster.desk import at, imported, send, text, uploaded
from tests.courses.roster.sources import ANA, ANAS
from tests.factories import NOW
from tests.factories.courses import (
    EnrolmentFactory,
    ParticipantFactory,
    TrainingActionFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]


@pytest.fixture
def client(admin: SignedIn) -> Client:
    return admin.client


@pytest.fixture
def user(admin: SignedIn) -> User:
    return admin.membership.user


def test_all_who_are_gone_are_not_removed_behind_a_wrong_run(
    client: Client, action: TrainingAction, user: User
) -> None:
    """One of them may be who stands in that line."""
    EnrolmentFactory(action=action)
    upload = uploaded(action, ANAS, ("1-1", "Eva", "Soto", "", ""), by=user)
    page = client.get(at("preview_import", upload.public_id))
    assert "Quitar a todos" not in text(page)
    digest = page.context["form"].initial["digest"]
    answer = client.post(
        at("apply_import", upload.public_id),
        {"digest": digest, "gone": "all", "accept_good": "on"},
    )
    assert answer.status_code == 422
    assert Enrolment.objects.count() == 1


@pytest.fixture
def ana(action: TrainingAction, client: Client) -> Participant:
    """Her link went to another's address."""
    made: Participant = EnrolmentFactory(
        action=action,
        participant__run=ANA,
        participant__first_names=ANAS[1],
        participant__last_names=ANAS[2],
        participant__email="mala@x.example",
    ).participant
    send(client, action)
    outbox.send_due(now=NOW)
    return made


def tells_of(person: Participant, answer: Any, address: str = "mala@x.example") -> bool:
    """Whether a page says that the link sent to `address` works there still."""
    words = text(answer)
    return f"{person.full_name} ({address})" in words and "sigue sirviendo" in words


def test_import_that_changes_an_address_tells_where_the_link_still_works(
    client: Client, action: TrainingAction, user: User, ana: Participant
) -> None:
    upload = uploaded(action, ANAS, by=user)
    page = client.get(at("preview_import", upload.public_id))
    assert tells_of(ana, page)
    digest = page.context["form"].initial["digest"]
    url = at("apply_import", upload.public_id)
    assert tells_of(ana, client.post(url, {"digest": digest}, follow=True))


def typed(email: str) -> dict[str, str]:
    return {"first_names": ANAS[1], "last_names": ANAS[2], "email": email}


def test_correction_of_an_address_tells_where_the_link_still_works(
    client: Client, action: TrainingAction, ana: Participant
) -> None:
    url = at("edit_enrolment", Enrolment.objects.get().public_id)
    assert not tells_of(ana, client.post(url, typed("mala@x.example"), follow=True))
    assert tells_of(ana, client.post(url, typed("buena@x.example"), follow=True))


def test_enrolment_that_updates_an_address_tells_where_the_link_still_works(
    client: Client, action: TrainingAction, ana: Participant
) -> None:
    other = TrainingActionFactory(course=action.course)
    asked = {"run": ANA, "update": "on", **typed("buena@x.example")}
    assert tells_of(ana, client.post(at("enrol", other.public_id), asked, follow=True))


def test_undo_that_restores_an_address_tells_where_the_link_still_works(
    client: Client,
    action: TrainingAction,
    ana: Participant,
    stopped_clock: time_machine.Traveller,
) -> None:
    """The links went out after the import: to what the file said."""
    done = imported(uploaded(action, ANAS))
    assert done is not None
    later = NOW + timedelta(minutes=1)
    stopped_clock.move_to(later)
    send(client, action, shown_at=later.isoformat())
    outbox.send_due(now=later)
    url = at("undo_import", done.public_id)
    assert tells_of(ana, client.get(url), ANAS[3])
    assert tells_of(ana, client.post(url, follow=True), ANAS[3])


def test_undo_does_not_tell_of_a_link_that_ends_with_it(
    client: Client, action: TrainingAction
) -> None:
    ana = ParticipantFactory(
        training_body=action.course.training_body, run=ANA, email="mala@x.example"
    )
    done = imported(uploaded(action, ANAS))
    assert done is not None
    send(client, action)
    outbox.send_due(now=NOW)
    ana.refresh_from_db()
    url = at("undo_import", done.public_id)
    assert not tells_of(ana, client.get(url), ANAS[3])
    assert not tells_of(ana, client.post(url, follow=True), ANAS[3])
