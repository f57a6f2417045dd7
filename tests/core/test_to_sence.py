"""Nothing goes to SENCE by itself: the rule at its boundary."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from otec_portal.core import outbox
from otec_portal.core.models import OutgoingEmail
from otec_portal.core.regions import REGIONS
from otec_portal.core.to_sence import NotForSence, Release, is_sence, reaches
from tests.factories import NOW
from tests.factories.core import OutgoingEmailFactory, UserFactory

SENCES = [
    "ana@sence.cl",
    "ANA@SENCE.CL",
    "ana@maule.sence.cl",
    "ana@sence.cl.",
    "Ana <ana@sence.cl>",
    *(region.mailbox for region in REGIONS.values()),
    *(region.rectification for region in REGIONS.values()),
]
NOT_SENCES = [
    "ana@sence.cl.example",
    "ana@nosence.cl",
    "ana@sence.com",
    "sence.cl@otec.example",
    "ana@sence-cl.example",
]


@pytest.mark.parametrize("address", SENCES)
def test_address_of_sence_is_known(address: str) -> None:
    assert is_sence(address)
    assert not reaches(address)


@pytest.mark.parametrize("address", NOT_SENCES)
def test_address_that_only_looks_like_sences_is_written_to(address: str) -> None:
    assert not is_sence(address)
    assert reaches(address)


def queue(release: Release | None) -> int:
    return outbox.queue(
        dedup_key="x",
        training_body=None,
        recipients=["liq_maule@sence.cl"],
        subject="Liquidación",
        text="Va el expediente.",
        at=NOW,
        about=outbox.About(secret=False, release=release),
    )


@pytest.mark.django_db
@pytest.mark.parametrize("in_production", [None, False])
def test_mail_to_sence_that_nobody_released_is_refused(
    in_production: bool | None,
) -> None:
    """By itself, or for an action in the environment of tests: neither."""
    release = (
        None
        if in_production is None
        else Release(by=UserFactory(), in_production=in_production, action=uuid4())
    )
    with pytest.raises(NotForSence) as refused:
        queue(release)
    assert refused.value.code == "not_for_sence"
    draft = outbox.Draft("y", "a@sence.cl", "x", "y", outbox.About(release=release))
    with pytest.raises(NotForSence):
        outbox.queue_each([draft], training_body=None, at=NOW)
    assert not OutgoingEmail.objects.exists()


@pytest.mark.django_db
def test_mail_to_sence_released_by_a_person_in_production_is_queued() -> None:
    person = UserFactory()
    assert queue(Release(by=person, in_production=True, action=uuid4())) == 1
    assert OutgoingEmail.objects.get().released_by == person


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["ana@sence.cl", "ana@X.SENCE.cl"])
def test_mail_to_sence_that_nobody_released_is_refused_by_sql(address: str) -> None:
    with (
        pytest.raises(IntegrityError, match="core_mail_to_sence"),
        transaction.atomic(),
    ):
        OutgoingEmailFactory(to=address)
    OutgoingEmailFactory(to=address, released_by=UserFactory())
