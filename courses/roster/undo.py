"""Taking back the last import of an action, while nothing hangs on it."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from datetime import datetime

from courses.models import (
    Enrolment,
    LinkDelivery,
    Participant,
    RosterImport,
    TrainingAction,
)
from courses.roster import evidence
from courses.roster.deeds import RosterRefused, roster_deed
from courses.roster.journal import Added, Journal, Removed, from_json
from courses.roster.people import as_data, change_people
from courses.roster.trace import Trace
from courses.services import withdraw_links
from otec_portal.core import audit
from otec_portal.core.models import User


def last_import(action: TrainingAction) -> RosterImport | None:
    """Return the import that can be taken back next, or None; its deeds stay unread."""
    return (
        RosterImport.objects.filter(action=action, undone_at=None)
        .select_related("action__course__training_body", "by")
        .defer("deeds")
        .order_by("-at", "-pk")
        .first()
    )


def obstacles(done: RosterImport) -> list[str]:
    """Return why `done` can't be taken back as things are, in Spanish; [] if it can."""
    journal = from_json(done.deeds)
    return list(dict.fromkeys(_obstacles(journal, done)))


def _obstacles(journal: Journal, done: RosterImport) -> Iterator[str]:
    people = Participant.objects.in_bulk(journal.people)
    enrolments = {
        one.pk: one for one in Enrolment.objects.filter(action=done.action_id)
    }
    yield from _about_people(journal, people)
    yield from _about_enrolments(journal, people, enrolments)
    elsewhere = Enrolment.objects.filter(
        participant__in=[one.pk for one in journal.people_added]
    ).exclude(action=done.action_id)
    for other in elsewhere.select_related("participant"):
        yield f"{other.participant.full_name} también está en otra acción."


def _about_people(journal: Journal, people: dict[int, Participant]) -> Iterator[str]:
    for added in journal.people_added:
        yield from _edited(people.get(added.pk), asdict(added.data))
    for changed in journal.people_changed:
        after = {name: values[1] for name, values in changed.changes.items()}
        yield from _edited(people.get(changed.pk), after)


def _edited(person: Participant | None, after: Mapping[str, object]) -> Iterator[str]:
    if person is None:
        yield "Una de las personas ya no está registrada."
    elif any(getattr(person, name) != value for name, value in after.items()):
        yield f"Los datos de {person.full_name} se cambiaron después."


def _about_enrolments(
    journal: Journal, people: dict[int, Participant], enrolments: dict[int, Enrolment]
) -> Iterator[str]:
    held = evidence.held(_registering(journal))
    for one in (*journal.enrolments_made, *journal.exemptions_changed):
        name = _name(people.get(one.participant))
        enrolment = enrolments.get(one.pk)
        if enrolment is None:
            yield f"{name} ya no está en la nómina."
        elif one.pk in held:
            yield f"{name} ya tiene {held[one.pk]}."
        elif enrolment.exempt != one.exempt:
            yield f"Se cambió después si {name} está exento."
    present = {one.participant_id for one in enrolments.values()}
    for removed in journal.enrolments_removed:
        person = people.get(removed.participant)
        if person is None:
            yield "Una de las personas que volverían ya no está registrada."
        elif removed.participant in present:
            yield f"{person.full_name} está otra vez en la nómina."


def _registering(journal: Journal) -> list[int]:
    """The enrolments that would not register attendance any more: gone, or exempt."""
    unexempted = (one for one in journal.exemptions_changed if not one.exempt)
    return [one.pk for one in (*journal.enrolments_made, *unexempted)]


def _name(person: Participant | None) -> str:
    return person.full_name if person else "Una persona que ya no está registrada"


def undo(done: RosterImport, *, by: User, at: datetime) -> None:
    """Put everything back as it was before `done`.

    Raises RosterRefused: not_last, where it is undone or another came after it;
    hangs_on_it, with the reasons. Also ActionClosed.
    """
    with roster_deed(done.action) as action:
        current = last_import(action)
        if current is None or current.pk != done.pk:
            raise RosterRefused(
                "Esta importación ya se deshizo, o hubo otra después.", code="not_last"
            )
        if reasons := obstacles(current):
            raise RosterRefused(" ".join(reasons), code="hangs_on_it")
        journal = from_json(current.deeds)
        _take_back_enrolments(journal, Trace(action=action, by=by, at=at))
        _take_back_people(journal, current, by=by, at=at)
        current.undone_at, current.undone_by = at, by
        current.save(update_fields=["undone_at", "undone_by"])
        audit.record(
            "courses.roster_import_undone",
            at=at,
            by=by,
            training_body=action.course.training_body,
            target=action,
            file=current.filename,
            **journal.counts,
        )


def _take_back_enrolments(journal: Journal, trace: Trace) -> None:
    made = Enrolment.objects.filter(pk__in=[one.pk for one in journal.enrolments_made])
    withdraw_links(made, at=trace.at)
    trace.removed(made.select_related("participant"))
    made.delete()
    for turned in (True, False):
        keys = [one.pk for one in journal.exemptions_changed if one.exempt == turned]
        changed = Enrolment.objects.filter(pk__in=keys)
        changed.update(exempt=not turned)
        trace.exempted(changed.select_related("participant"))
    _bring_back(journal.enrolments_removed, trace)


def _bring_back(removed: list[Removed], trace: Trace) -> None:
    people = Participant.objects.in_bulk([one.participant for one in removed])
    back = Enrolment.objects.bulk_create(
        Enrolment(
            pk=one.pk,
            public_id=one.public_id,
            action=trace.action,
            participant=people[one.participant],
            exempt=one.exempt,
        )
        for one in removed
    )
    _bring_back_deliveries(removed)
    trace.enrolled(back)


def _bring_back_deliveries(removed: list[Removed]) -> None:
    """The links of who comes back work again: that they were handed out is known."""
    LinkDelivery.objects.bulk_create(
        LinkDelivery(
            enrolment_id=enrolment.pk,
            number=one.number,
            way=one.way,
            link_version=one.link_version,
            mail_id=one.mail,
            by_id=one.by,
            at=datetime.fromisoformat(one.at),
        )
        for enrolment in removed
        for one in enrolment.deliveries
    )


def _take_back_people(
    journal: Journal, done: RosterImport, *, by: User, at: datetime
) -> None:
    _delete(journal.people_added, done)
    people = Participant.objects.in_bulk([one.pk for one in journal.people_changed])
    wanted = []
    for one in journal.people_changed:
        before = {name: values[0] for name, values in one.changes.items()}
        person = people[one.pk]
        wanted.append((person, replace(as_data(person), **before)))
    body = done.action.course.training_body
    change_people(wanted, training_body=body, by=by, at=at)


def _delete(added: list[Added], done: RosterImport) -> None:
    keys = {one.pk for one in added} - _may_come_back(done)
    Participant.objects.filter(pk__in=keys).delete()


def _may_come_back(done: RosterImport) -> set[int]:
    """The keys of whom later imports took off another roster of the training body.

    Undoing one of those brings them back: they stay known.
    """
    later = RosterImport.objects.filter(
        action__course__training_body=done.action.course.training_body_id,
        at__gte=done.at,
        undone_at=None,
    ).exclude(pk=done.pk)
    removed = later.values_list("deeds__enrolments_removed", flat=True)
    return {one["participant"] for deeds in removed for one in deeds}
