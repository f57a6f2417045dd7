"""Importing a roster: what the preview showed is written, all of it or nothing."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Final
from uuid import UUID

from courses.models import Enrolment, Participant, RosterImport, RosterUpload
from courses.roster.deeds import RosterRefused, roster_deed, words_for_held
from courses.roster.journal import Delivered, Journal, Removed
from courses.roster.people import Data, as_data, change_people
from courses.roster.plan import Outcome, Plan, PlannedLine
from courses.roster.trace import Trace
from courses.roster.uploads import plan_of, refuse_gone
from courses.services import withdraw_links
from otec_portal.core import audit
from otec_portal.core.models import TrainingBody, User

_AT_ONCE: Final = 500  # rows of one UPDATE


def apply(
    upload: RosterUpload,
    *,
    digest: str,
    accept_good: bool,
    remove: Collection[UUID],
    by: User,
    at: datetime,
) -> RosterImport | None:
    """Write what the preview with this `digest` showed; None where it changes nothing.

    `remove` names enrolments that the file does not have. Raises RosterRefused: moved,
    where the plan is no longer the one that was shown; wrong_lines, unless the good
    ones alone are accepted; held. Also UploadGone and ActionClosed.
    """
    with roster_deed(upload.action) as action:
        current = RosterUpload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
        refuse_gone(current, at=at)
        current.action = action
        plan = plan_of(current)
        _refuse(plan, digest=digest, accept_good=accept_good)
        journal = _write(plan, current, remove=remove, by=by, at=at)
        return None if journal.is_empty else _keep(journal, current, by=by, at=at)


def _keep(
    journal: Journal, upload: RosterUpload, *, by: User, at: datetime
) -> RosterImport:
    action = upload.action
    done = RosterImport.objects.create(
        action=action,
        by=by,
        at=at,
        filename=upload.filename,
        deeds=journal.as_json(),
    )
    upload.imported_as = done
    upload.save(update_fields=["imported_as"])
    audit.record(
        "courses.roster_imported",
        at=at,
        by=by,
        training_body=action.course.training_body,
        target=action,
        file=upload.filename,
        **journal.counts,
    )
    return done


def _refuse(plan: Plan, *, digest: str, accept_good: bool) -> None:
    if plan.digest != digest:
        raise RosterRefused(
            "La nómina o el archivo cambiaron mientras los revisabas. Esto es lo que "
            "pasaría ahora: revísalo otra vez antes de importar.",
            code="moved",
        )
    if plan.counts[Outcome.WRONG] and not accept_good:
        raise RosterRefused(
            "Hay filas con errores. Corrígelas, o marca que quieres importar solo las "
            "demás.",
            code="wrong_lines",
        )


def _write(
    plan: Plan,
    upload: RosterUpload,
    *,
    remove: Collection[UUID],
    by: User,
    at: datetime,
) -> Journal:
    journal = Journal()
    body = upload.action.course.training_body
    people = _people(plan, body, journal, by=by, at=at)
    trace = Trace(action=upload.action, by=by, at=at)
    _enrol(plan, people, journal, trace)
    _change_exempt(plan, journal, trace)
    _remove(plan, set(remove), journal, trace)
    return journal


def _people(
    plan: Plan, body: TrainingBody, journal: Journal, *, by: User, at: datetime
) -> dict[str, Participant]:
    """Add who is new and change who changed; return all of the plan's people by RUN."""
    known = Participant.objects.filter(
        training_body=body, run__in=[line.run for line in plan.good]
    )
    people = {person.run: person for person in known}
    wanted = [
        (people[line.run], _data(line)) for line in plan.good if line.run in people
    ]
    changed = change_people(wanted, training_body=body, by=by, at=at)
    for key, changes in changed.items():
        journal.person_changed(key, changes)
    new = [
        Participant(training_body=body, run=line.run, **asdict(_data(line)))
        for line in plan.good
        if line.run not in people
    ]
    for person in Participant.objects.bulk_create(new):
        people[person.run] = person
        journal.person_added(person, as_data(person))
    return people


def _data(line: PlannedLine) -> Data:
    return Data(
        first_names=line.first_names, last_names=line.last_names, email=line.email
    )


def _enrol(
    plan: Plan, people: dict[str, Participant], journal: Journal, trace: Trace
) -> None:
    new = [
        Enrolment(action=trace.action, participant=people[line.run], exempt=line.exempt)
        for line in plan.good
        if line.outcome == Outcome.NEW
    ]
    made = Enrolment.objects.bulk_create(new)
    for enrolment in made:
        journal.enrolled(enrolment)
    trace.enrolled(made)


def _change_exempt(plan: Plan, journal: Journal, trace: Trace) -> None:
    wanted = {
        line.run: line.exempt
        for line in plan.good
        if any(change.field == "exempt" for change in line.changes)
    }
    changed = list(
        Enrolment.objects.filter(
            action=trace.action, participant__run__in=wanted
        ).select_related("participant")
    )
    for enrolment in changed:
        enrolment.exempt = wanted[enrolment.participant.run]
        journal.exempt_changed(enrolment)
    Enrolment.objects.bulk_update(changed, ["exempt"], batch_size=_AT_ONCE)
    trace.exempted(changed)


def _remove(plan: Plan, remove: set[UUID], journal: Journal, trace: Trace) -> None:
    """Raises RosterRefused for who is held or was not among those shown as gone."""
    gone = {one.enrolment.public_id: one.enrolment for one in plan.gone}
    if not remove <= gone.keys():
        raise RosterRefused(
            "Solo se puede quitar a quienes no vienen en el archivo.", code="not_gone"
        )
    if evidence := sorted({gone[one].held for one in remove} - {""}):
        raise RosterRefused(words_for_held(", ".join(evidence)), code="held")
    leaving = Enrolment.objects.filter(public_id__in=remove)
    withdraw_links(leaving, at=trace.at)
    rows = leaving.select_related("participant").prefetch_related("link_deliveries")
    for enrolment in rows:
        journal.removed(_removed(enrolment))
    trace.removed(rows)
    leaving.delete()


def _removed(enrolment: Enrolment) -> Removed:
    return Removed(
        pk=enrolment.pk,
        public_id=str(enrolment.public_id),
        participant=enrolment.participant_id,
        exempt=enrolment.exempt,
        deliveries=[
            Delivered(
                number=one.number,
                way=one.way,
                link_version=one.link_version,
                mail=one.mail_id,
                by=one.by_id,
                at=one.at.isoformat(),
            )
            for one in enrolment.link_deliveries.all()
        ],
    )
