"""The page of a training body's own data."""

import pytest
from django.urls import reverse

from otec_portal.core.models import (
    AuditEntry,
    TrainingBody,
)
from tests.conftest import SignedIn
from tests.factories.core import TrainingBodyFactory

pytestmark = pytest.mark.django_db


def test_training_body_changed_is_audited_with_what_stood_there(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    url = reverse("training_body")
    given = {
        "name": "OTEC Nuestra SpA",
        "region": "BI",
        "signatory_name": "Ana Soto",
        "signatory_rut": "12.345.678-5",
        "attendance_threshold": "80",
    }
    admin.client.post(url, {**given, "rut": "11111111-1"})
    rut = our_body.rut
    our_body.refresh_from_db()
    assert our_body.name == "OTEC Nuestra SpA"
    assert (our_body.signatory_rut, our_body.rut) == ("12345678-5", rut)
    assert our_body.attendance_threshold == 80
    entry = AuditEntry.objects.get(action="core.training_body_updated")
    assert entry.data["before"]["name"] == "OTEC Nuestra"
    admin.client.post(url, given)
    assert AuditEntry.objects.count() == 1
    assert not our_body.demands_reconciled
    admin.client.post(url, {**given, "demands_reconciled": "on"})
    our_body.refresh_from_db()
    assert our_body.demands_reconciled


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"region": "XX"}, "region"),
        ({"signatory_rut": "12.345.678-9"}, "signatory_rut"),
        ({"signatory_rut": ""}, "__all__"),
        ({"signatory_name": ""}, "__all__"),
        ({"signatory_name": "\u202e\u200b"}, "__all__"),
        ({"attendance_threshold": "0"}, "attendance_threshold"),
        ({"attendance_threshold": "101"}, "attendance_threshold"),
    ],
)
def test_training_body_with_wrong_data_is_refused_in_words(
    change: dict[str, str], field: str, admin: SignedIn, our_body: TrainingBody
) -> None:
    given = {
        "name": "Otra",
        "region": "BI",
        "signatory_name": "Ana Soto",
        "signatory_rut": "12.345.678-5",
        "attendance_threshold": "80",
    }
    page = admin.client.post(reverse("training_body"), {**given, **change})
    assert list(page.context["form"].errors) == [field]
    our_body.refresh_from_db()
    assert our_body.name == "OTEC Nuestra"


def test_training_body_of_the_rival_is_never_written(
    admin: SignedIn, rival_body: TrainingBody
) -> None:
    """C1: there is no id to guess; what is written is one's own."""
    TrainingBodyFactory()
    admin.client.post(
        reverse("training_body"),
        {"name": "Tomada", "region": "BI", "pk": rival_body.pk},
    )
    rival_body.refresh_from_db()
    assert rival_body.name == "OTEC Rival"
