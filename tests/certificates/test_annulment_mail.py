"""Mail about annulments: to the regional office, and back to who asked."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from certificates.models import Certificate
from otec_portal.core.models import OutgoingEmail, Role, TrainingBody, User
from tests.certificates.annulments import RIGHT, WHY, answered, recorded, requested
from tests.certificates.desk import certifiable, emitted
from tests.conftest import sign_in
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate(our_body: TrainingBody) -> Certificate:
    return emitted(certifiable(our_body))


@pytest.fixture
def somebody(our_body: TrainingBody) -> User:
    user: User = sign_in(our_body, Role.REGIONAL_ADMIN, "ML").membership.user
    return user


def mails(key: str) -> dict[str, OutgoingEmail]:
    found = OutgoingEmail.objects.filter(dedup_key__startswith=key)
    return {one.to: one for one in found}


def test_request_is_told_to_the_office_of_its_region_alone(
    certificate: Certificate,
) -> None:
    maule = sign_in(None, Role.REGIONAL_OFFICE, "ML").membership.user
    sign_in(None, Role.REGIONAL_OFFICE, "MA")
    asked = requested(certificate)
    told = mails(f"annulment_requested:{asked.public_id}")
    assert set(told) == {maule.email}
    text = told[maule.email].text
    assert f"/direccion-regional/anulaciones/{asked.public_id}/" in text
    for word in ("N° 1-2026", "F-1234", RIGHT, "14-07-2026", WHY):
        assert word in text


def test_request_is_sent_where_the_office_has_no_account(
    certificate: Certificate,
) -> None:
    asked = requested(certificate)
    assert mails(f"annulment_requested:{asked.public_id}") == {}


@pytest.mark.parametrize(
    ("approved", "word"),
    [
        (True, "Ya se puede volver a emitir el certificado con el N° F-4321"),
        (False, "Es definitivo"),
    ],
)
def test_decision_is_told_to_who_asked_and_the_national_admins(
    certificate: Certificate,
    our_body: TrainingBody,
    rival_body: TrainingBody,
    somebody: User,
    approved: bool,
    word: str,
) -> None:
    national = sign_in(our_body, Role.NATIONAL_ADMIN).membership.user
    sign_in(our_body, Role.REGIONAL_ADMIN, "ML")
    sign_in(our_body, Role.FACILITATOR)
    sign_in(rival_body, Role.NATIONAL_ADMIN)
    asked = requested(certificate, by=somebody)
    answered(asked, approved=approved)
    told = mails(f"annulment_decided:{asked.public_id}")
    assert set(told) == {somebody.email, national.email}
    assert word in told[somebody.email].text


@pytest.mark.parametrize(
    ("day", "word"),
    [
        (59, "Ya se puede volver a emitir"),
        (60, "El plazo para volver a emitir terminó el 02-09-2026"),
    ],
)
def test_approval_announces_no_emission_whose_term_is_over(
    certificate: Certificate, somebody: User, day: int, word: str
) -> None:
    end = certificate.certification.action.ends_on
    asked = requested(certificate, by=somebody)
    answered(asked, at=datetime.combine(end + timedelta(days=day), NOW.timetz()))
    told = mails(f"annulment_decided:{asked.public_id}")[somebody.email].text
    assert word in told
    assert ("ya no se puede emitir otra vez" in told) == (day == 60)


def test_requester_who_left_is_not_written_to(
    certificate: Certificate, somebody: User
) -> None:
    asked = requested(certificate, by=somebody)
    somebody.memberships.all().delete()
    answered(asked)
    assert mails(f"annulment_decided:{asked.public_id}") == {}


@pytest.mark.parametrize("by", [answered, recorded])
def test_mail_that_asks_the_office_does_not_leave_after_the_answer(
    by: Any, certificate: Certificate
) -> None:
    sign_in(None, Role.REGIONAL_OFFICE, "ML")
    asked = requested(certificate)
    key = f"annulment_requested:{asked.public_id}"
    assert {one.state for one in mails(key).values()} == {"queued"}
    by(asked)
    assert {one.state for one in mails(key).values()} == {"withdrawn"}
