"""Two uploads at the same moment on PostgreSQL: one is taken in, nothing is doubled."""

from functools import partial

import pytest

from attendance.models import ExportSighting, Reconciliation, SenceExport, SenceMark
from attendance.services import reconciliation as services
from courses.models import Environment
from otec_portal.core.models import AuditEntry, TrainingBody
from tests.at_once import at_once
from tests.attendance.reconciliation.desk import (
    LATER,
    as_sence_has,
    file_of,
    held,
    uploaded,
)
from tests.factories.courses import EnrolmentFactory

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("postgresql"),
]


@pytest.mark.parametrize("same_bytes", [True, False])
def test_same_export_at_once_is_taken_in_once(
    our_body: TrainingBody, same_bytes: bool
) -> None:
    enrolment = EnrolmentFactory(
        action__course__training_body=our_body,
        action__environment=Environment.PRODUCTION,
    )
    lines = [as_sence_has(held(enrolment, hours_ago=hours)) for hours in (5, 8)]
    turned = lines if same_bytes else [*reversed(lines)]
    uploads = [uploaded(enrolment.action, file_of(*some)) for some in (lines, turned)]
    done = at_once(
        *(
            partial(services.accept, one, accept_good=False, by=one.by, at=LATER)
            for one in uploads
        )
    )
    assert sorted(one.reconciled for one in done) == [0, 2]
    assert sum(one.export is None for one in done) == 1
    for model, number in (
        (SenceExport, 1),
        (SenceMark, 2),
        (Reconciliation, 2),
        (ExportSighting, 1),
    ):
        assert model._default_manager.count() == number
    deeds = AuditEntry.objects.filter(target_id=enrolment.action.pk)
    assert sorted(deeds.values_list("action", flat=True)) == [
        "attendance.sence_export_accepted",
        "attendance.sence_export_again",
    ]


def test_different_exports_at_once_settle_each_session_once(
    our_body: TrainingBody,
) -> None:
    enrolment = EnrolmentFactory(
        action__course__training_body=our_body,
        action__environment=Environment.PRODUCTION,
    )
    session = held(enrolment)
    uploads = [
        uploaded(enrolment.action, file_of(as_sence_has(session, longer=seconds)))
        for seconds in (0, 5, 10)
    ]
    done = at_once(
        *(
            partial(services.accept, one, accept_good=False, by=one.by, at=LATER)
            for one in uploads
        )
    )
    assert sum(one.reconciled for one in done) == 1
    assert SenceExport.objects.count() == 3
    assert Reconciliation.objects.get().session == session
