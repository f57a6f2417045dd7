"""What an import would do to people who are not in its file, or have links out."""

import pytest
from django.test import Client

from courses.models import Enrolment, TrainingAction
from otec_portal.core import outbox
from otec_portal.core.models import User
from tests.conftest import SignedIn
from tests.courses.roster.desk import at, send, text, uploaded
from tests.courses.roster.sources import ANAS
from tests.factories import NOW, EnrolmentFactory

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


def test_import_that_changes_an_address_tells_where_the_link_still_works(
    client: Client, action: TrainingAction, user: User
) -> None:
    person = EnrolmentFactory(
        action=action,
        participant__email="mala@x.example",
        participant__last_names="Soto",
    ).participant
    send(client, action)
    outbox.send_due(now=NOW)
    row = (person.run, person.first_names, person.last_names, "buena@x.example", "")
    upload = uploaded(action, row, by=user)
    page = client.get(at("preview_import", upload.public_id))
    assert f"{person.full_name} (mala@x.example)" in text(page)
    digest = page.context["form"].initial["digest"]
    url = at("apply_import", upload.public_id)
    done = client.post(url, {"digest": digest}, follow=True)
    assert "mala@x.example" in text(done)
    assert "ahí sigue sirviendo" in text(done)
