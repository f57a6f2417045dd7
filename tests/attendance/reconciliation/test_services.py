"""Exports taken in: equal marks are settled once; nothing of ours is ever changed."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import override_settings

from attendance import tasks
from attendance.models import (
    AttendanceTotal,
    ExportSighting,
    ExportUpload,
    Level,
    Reconciliation,
    ReconciliationNote,
    SenceExport,
    SenceFigure,
    SenceMark,
    SenceSession,
)
from attendance.reconciliation.marks import Kind, Reason
from attendance.selectors import with_evidence
from attendance.services import reconciliation as services
from courses.models import ActionState, Enrolment, Environment
from otec_portal.core.models import AuditEntry
from tests.attendance.reconciliation.desk import (
    HOUR,
    LATER,
    accepted,
    as_sence_has,
    file_of,
    held,
    kinds,
    uploaded,
)
from tests.attendance.reconciliation.files import COLUMNS
from tests.conftest import SignedIn
from tests.courses.roster.sources import xlsx
from tests.factories import NOW
from tests.factories.core import UserFactory

pytestmark = pytest.mark.django_db


def level() -> Level | None:
    return with_evidence(SenceSession.objects.all()).get().level


def test_session_found_in_sences_export_is_reconciled(enrolled: Enrolment) -> None:
    session = held(enrolled)
    assert level() == Level.RECEIVED
    done = accepted(enrolled.action, file_of(as_sence_has(session)))
    assert done.reconciled == 1
    assert level() == Level.RECONCILED
    assert kinds(enrolled) == []
    entry = AuditEntry.objects.get(action="attendance.sence_export_accepted")
    assert (entry.at, entry.data["found"]) == (LATER, 1)


@pytest.mark.parametrize(("off", "settled"), [(60, 1), (61, 0)])
def test_tolerance_is_the_setting_to_the_second(
    enrolled: Enrolment, off: int, settled: int
) -> None:
    session = held(enrolled)
    with override_settings(RECONCILIATION_TOLERANCE=60):
        done = accepted(enrolled.action, file_of(as_sence_has(session, longer=off)))
    assert done.reconciled == settled


def test_nothing_of_sences_is_added_to_the_attendance(enrolled: Enrolment) -> None:
    session = held(enrolled, hours_ago=9)
    mine = as_sence_has(session)
    before = list(SenceSession.objects.values())
    session.opened_at = NOW - 3 * HOUR  # SENCE has another, which we don't
    accepted(enrolled.action, file_of(mine, as_sence_has(session)))
    assert list(SenceSession.objects.values()) == before
    assert not AttendanceTotal.objects.exists()
    assert kinds(enrolled) == [(Kind.ONLY_THEIRS, Reason.UNKNOWN)]


def test_same_file_and_same_rows_in_another_change_nothing(enrolled: Enrolment) -> None:
    lines = [as_sence_has(held(enrolled, hours_ago=hours)) for hours in (5, 8)]
    accepted(enrolled.action, file_of(*lines))
    counts = _counts()
    again = accepted(enrolled.action, file_of(*lines))
    turned = accepted(enrolled.action, file_of(*reversed(lines), lines[0]))
    as_excel = accepted(
        enrolled.action, xlsx(("RUT", "Nombre", *COLUMNS), *lines, sheet="Otra")
    )
    assert [one.export for one in (again, turned, as_excel)] == [None, None, None]
    seen = [one.again for one in (again, turned, as_excel) if one.again]
    assert list(ExportSighting.objects.order_by("pk")) == seen
    assert len(seen) == 3
    assert _counts() == counts


def _counts() -> tuple[int, ...]:
    models = (SenceExport, SenceMark, Reconciliation, SenceFigure)
    return tuple(model._default_manager.count() for model in models)


def test_file_with_some_new_rows_adds_those_alone(enrolled: Enrolment) -> None:
    first, second = (held(enrolled, hours_ago=hours) for hours in (5, 8))
    accepted(enrolled.action, file_of(as_sence_has(first)))
    done = accepted(enrolled.action, file_of(as_sence_has(first), as_sence_has(second)))
    assert done.reconciled == 1
    assert _counts() == (2, 2, 2, 0)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"environment": Environment.TEST}, Reason.TEST),
        ({"stand_in": "http://simulador.example"}, Reason.TEST),
        ({"closed": False, "expired": True}, Reason.NO_CLOSE),
    ],
)
def test_what_does_not_count_is_never_reconciled(
    enrolled: Enrolment, fields: dict[str, Any], reason: Reason
) -> None:
    session = held(enrolled, **fields)
    assert session.is_real is (reason != Reason.TEST)
    done = accepted(enrolled.action, file_of(as_sence_has(session)))
    assert done.reconciled == 0
    assert kinds(enrolled) == [(Kind.DIFFERENT, reason)]


def test_frozen_action_may_be_reconciled_and_a_liquidated_one_not(
    enrolled: Enrolment,
) -> None:
    session = held(enrolled)
    action = enrolled.action
    action.frozen_at = NOW
    action.save()
    assert accepted(action, file_of(as_sence_has(session))).reconciled == 1
    late = uploaded(action, file_of(as_sence_has(session, later=9999)))
    action.decision = ActionState.LIQUIDATED
    action.save()
    for deed in (
        lambda: services.accept(late, accept_good=False, by=late.by, at=LATER),
        lambda: services.reconcile_again(action, by=late.by, at=LATER),
        lambda: services.add_note(action, session, text="x", by=late.by, at=LATER),
        lambda: uploaded(action, file_of(as_sence_has(session))),
    ):
        with pytest.raises(services.ReconciliationRefused) as refused:
            deed()
        assert refused.value.code == "liquidated"


def test_wrong_lines_have_to_be_left_out_on_purpose(enrolled: Enrolment) -> None:
    good = as_sence_has(held(enrolled))
    data = file_of(good, ("1-1", *good[1:]))
    with pytest.raises(services.ReconciliationRefused) as refused:
        accepted(enrolled.action, data)
    assert refused.value.code == "wrong_lines"
    assert _counts() == (0, 0, 0, 0)
    assert accepted(enrolled.action, data, good=True).reconciled == 1


@pytest.mark.parametrize(("after", "gone"), [(timedelta(0), True), (-HOUR, False)])
def test_upload_past_its_time_is_gone(
    enrolled: Enrolment, after: timedelta, gone: bool
) -> None:
    upload = uploaded(enrolled.action, file_of(as_sence_has(held(enrolled))))
    at = upload.expires_at + after
    if gone:
        with pytest.raises(services.ReconciliationRefused) as refused:
            services.accept(upload, accept_good=False, by=upload.by, at=at)
        assert refused.value.code == "gone"
    assert services.forget_expired(now=at) == gone
    assert ExportUpload.objects.exists() is not gone
    assert tasks.forget_expired_exports() == 0 or not gone


def test_session_that_fits_only_now_is_found_by_comparing_again(
    enrolled: Enrolment,
) -> None:
    session = held(enrolled)
    line = as_sence_has(session, later=100)
    accepted(enrolled.action, file_of(line))
    user = UserFactory()
    assert services.reconcile_again(enrolled.action, by=user, at=LATER) == 0
    with override_settings(RECONCILIATION_TOLERANCE=100):
        assert services.reconcile_again(enrolled.action, by=user, at=LATER) == 1
        assert services.reconcile_again(enrolled.action, by=user, at=LATER) == 0
    assert AuditEntry.objects.filter(action="attendance.reconciled_again").count() == 1


def test_original_is_kept_as_it_came(enrolled: Enrolment) -> None:
    data = file_of(as_sence_has(held(enrolled)))
    kept = accepted(enrolled.action, data).export
    assert kept is not None
    assert bytes(SenceExport.objects.get().content) == data
    assert not ExportUpload.objects.exists()


def test_note_stands_at_one_thing_or_none(enrolled: Enrolment) -> None:
    session = held(enrolled)
    by = UserFactory()
    services.add_note(enrolled.action, session, text="Visto.", by=by, at=LATER)
    with pytest.raises(DatabaseError), transaction.atomic():
        ReconciliationNote.objects.create(
            action=enrolled.action,
            session=session,
            enrolment=enrolled,
            text="x",
            by=by,
            at=LATER,
        )


def test_rival_has_nothing_of_ours(enrolled: Enrolment, rival: SignedIn) -> None:
    accepted(enrolled.action, file_of(as_sence_has(held(enrolled))))
    for model in (SenceExport, SenceMark, Reconciliation):
        assert model.objects.visible_to(rival.membership).count() == 0
