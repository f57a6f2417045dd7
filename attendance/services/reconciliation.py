"""SENCE's exports taken in, and the sessions found in them.

Nothing of SENCE's is ever added to the attendance: a session is found, or a difference
is shown. A frozen action may be reconciled all the same (docs/adr/0019).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from attendance.after_liquidation import CLOSED, detail_is_closed
from attendance.models import (
    ExportSighting,
    ExportUpload,
    Reconciliation,
    ReconciliationNote,
    SenceExport,
    SenceFigure,
    SenceMark,
    SenceSession,
)
from attendance.reconciliation.compare import (
    Comparison,
    compare_action,
)
from attendance.reconciliation.coverage import coverage_of
from attendance.reconciliation.gone import keep_turns
from attendance.reconciliation.keeping import (
    details,
    facts_of,
    reading_of,
    same_as,
    store,
)
from attendance.reconciliation.marks import Kind
from attendance.reconciliation.read import read_export
from attendance.reconciliation.rows import WITHOUT_RUN, Export, ExportKind
from courses.models import Enrolment, TrainingAction
from otec_portal.core import audit
from otec_portal.core.errors import DomainError
from otec_portal.core.models import Membership, User

KEPT: Final = timedelta(hours=12)
_KEPT: Final = f"{KEPT // timedelta(hours=1)} horas"
_AT_ONCE: Final = 1000  # rows in one statement


class ReconciliationRefused(DomainError):
    """This export can't be taken in, or not now."""

    code = "reconciliation_refused"


def refuse_liquidated(action: TrainingAction) -> None:
    """Raise ReconciliationRefused (liquidated): question 132 closes the detail."""
    if detail_is_closed(action):
        raise ReconciliationRefused(CLOSED, code="liquidated")


def keep(
    action: TrainingAction,
    *,
    export: Export,
    content: bytes,
    filename: str,
    run: str,
    whole: bool,
    by: User,
    at: datetime,
) -> ExportUpload:
    """Keep a file for `by` alone and for KEPT; nothing is compared for good yet.

    `run` is whose marks they are where the file itself does not say so: else
    ReconciliationRefused (whose). Also liquidated. `whole`: it holds everybody.
    """
    refuse_liquidated(action)
    if not export.has_runs and not run:
        raise ReconciliationRefused(WITHOUT_RUN, code="whose")
    return ExportUpload.objects.create(
        action=action,
        run="" if export.has_runs else run,
        whole=whole,
        by=by,
        filename=filename[:200],
        content=content,
        created_at=at,
        expires_at=at + KEPT,
    )


@dataclass(frozen=True)
class Plan:
    """What accepting an upload would do, were it done now."""

    export: Export
    before: SenceExport | None  # that says the same
    comparison: Comparison | None  # of a detail

    def counts(self) -> dict[str, int]:
        """Return how many marks of the whole action would stand how.

        Earlier uploads are in it, and what they settled is equal.
        """
        found = self.comparison
        return {kind.value: found.count(kind) if found else 0 for kind in Kind}

    @property
    def newly_equal(self) -> int:
        """How many of those equal this upload would settle."""
        found = self.comparison
        return found.count(Kind.EQUAL) - found.settled if found else 0


def plan_of(upload: ExportUpload, *, seen_by: Membership, at: datetime) -> Plan:
    """Read `upload` again and compare it. Raises Unreadable."""
    export = read_export(bytes(upload.content))
    before = same_as(upload, export)
    if export.kind != ExportKind.DETAIL:
        return Plan(export, before, None)
    reading = reading_of(upload, export, at=at)
    covering = coverage_of(upload.action).and_also(reading.telling, until=at)
    comparison = compare_action(
        upload.action,
        now=at,
        seen_by=seen_by,
        more=[facts_of(row, upload.run) for row in details(export)],
        covering=covering,
        reading=reading,
    )
    return Plan(export, before, comparison)


@dataclass(frozen=True)
class Accepted:
    """What came of an upload: only `again` where the same was there before."""

    export: SenceExport | None
    reconciled: int
    again: ExportSighting | None = None

    @property
    def kind(self) -> ExportKind:
        """Which of SENCE's tables it was."""
        kept = self.again.export if self.again else self.export
        if kept is None:
            raise AssertionError
        return ExportKind(kept.kind)


def accept(
    upload: ExportUpload, *, accept_good: bool, by: User, at: datetime
) -> Accepted:
    """Keep the file as evidence, with what it says; settle what is found equal.

    Raises ReconciliationRefused: gone, wrong_lines (unless the good ones alone are
    accepted), liquidated. The same file, or the same rows in another, changes no mark,
    no level and no figure: it is written down that SENCE shows them still.
    """
    export = read_export(bytes(upload.content))  # a process of its own: not under lock
    if export.problems and not accept_good:
        raise ReconciliationRefused(
            "Hay filas con errores. Corrige el archivo, o marca que quieres comparar "
            "solo las demás.",
            code="wrong_lines",
        )
    with transaction.atomic():
        action = _held(upload.action)
        mine = ExportUpload.objects.filter(pk=upload.pk, expires_at__gt=at)
        if not mine.delete()[0]:
            raise ReconciliationRefused(
                f"Este archivo ya se aceptó, o pasaron más de {_KEPT}. Súbelo otra "
                "vez.",
                code="gone",
            )
        if (before := same_as(upload, export)) is not None:
            again = _seen_again(before, upload, by=by, at=at)
            _turn(upload, export, at=at)
            return Accepted(None, 0, again)
        kept = store(upload, export, by=by, at=at)
        _turn(upload, export, at=at)
        found = _settle(action, by=by, at=at)
        facts = {"file": kept.filename, "found": found}
        _record("sence_export_accepted", action, by, at, **facts)
    return Accepted(kept, found)


def _turn(upload: ExportUpload, export: Export, *, at: datetime) -> None:
    if export.kind == ExportKind.DETAIL:
        keep_turns(upload.action, reading_of(upload, export, at=at))


def _seen_again(
    export: SenceExport, upload: ExportUpload, *, by: User, at: datetime
) -> ExportSighting:
    again: ExportSighting = ExportSighting.objects.create(
        export=export, whole=upload.whole, by=by, at=at
    )
    _record("sence_export_again", upload.action, by, at, file=upload.filename)
    return again


@transaction.atomic
def reconcile_again(action: TrainingAction, *, by: User, at: datetime) -> int:
    """Compare anew what was uploaded before; return how many sessions were found.

    A session whose close was accepted since may be there. Raises liquidated.
    """
    action = _held(action)
    found = _settle(action, by=by, at=at)
    if found:
        _record("reconciled_again", action, by, at, found=found)
    return found


@transaction.atomic
def add_note(
    action: TrainingAction,
    subject: SenceSession | SenceMark | Enrolment | SenceFigure,
    *,
    text: str,
    by: User,
    at: datetime,
) -> ReconciliationNote:
    """Add what `by` found out about a difference; nothing that stands is changed."""
    refuse_liquidated(action)
    note = ReconciliationNote.objects.create(
        action=action, text=text, by=by, at=at, **{_FIELDS[type(subject)]: subject}
    )
    _record("difference_noted", action, by, at)
    return note


_FIELDS: Final[dict[type, str]] = {
    SenceSession: "session",
    SenceMark: "mark",
    Enrolment: "enrolment",
    SenceFigure: "figure",
}


def forget_expired(*, now: datetime) -> int:
    """Delete what was uploaded and is past its time; return how many."""
    deleted, _ = ExportUpload.objects.filter(expires_at__lte=now).delete()
    return deleted


def _held(action: TrainingAction) -> TrainingAction:
    """Hold the action: whoever reconciles it next has seen all of this."""
    actions = TrainingAction.objects.select_related("course__training_body")
    current = actions.select_for_update(of=("self",), no_key=True).get(pk=action.pk)
    refuse_liquidated(current)
    return current


def _settle(action: TrainingAction, *, by: User, at: datetime) -> int:
    pairs = compare_action(action, now=at).pairs
    equal = [pair for pair in pairs if pair.kind == Kind.EQUAL]
    Reconciliation.objects.bulk_create(
        [
            Reconciliation(
                session_id=pair.ours.key, mark_id=pair.theirs.key, by=by, at=at
            )
            for pair in equal
            if pair.ours and pair.theirs
        ],
        batch_size=_AT_ONCE,
    )
    return len(equal)


def _record(
    deed: str, action: TrainingAction, by: User, at: datetime, **data: object
) -> None:
    body = action.course.training_body
    audit.record(
        f"attendance.{deed}", at=at, by=by, training_body=body, target=action, **data
    )
