"""The roster by hand: add, correct, remove one participant."""

from copy import copy
from dataclasses import asdict
from datetime import datetime
from typing import Final

from courses.models import Enrolment, Participant, TrainingAction
from courses.roster.deeds import RosterRefused, roster_deed
from courses.roster.people import Data, as_data, change_people, old_addresses
from courses.roster.rules import refuse_person
from courses.roster.trace import Trace
from courses.services import withdraw_links
from otec_portal.core.errors import DomainError
from otec_portal.core.models import User
from otec_portal.core.versions import (
    ChangedMeanwhile,
    Seen,
    refuse_overwriting,
    version_of,
)

PERSON_FIELDS: Final = ("first_names", "last_names", "email")
EXEMPTION: Final = ("exempt",)


class PersonDiffers(DomainError):
    """The training body knows this RUN under other data."""

    code = "person_differs"


def enrol(
    action: TrainingAction,
    *,
    run: str,
    data: Data,
    exempt: bool,
    update: bool,
    by: User,
    at: datetime,
) -> tuple[Enrolment, dict[int, str]]:
    """Put a participant on the roster of `action`; who is known by `run` is reused.

    Returns the enrolment and, by key of a person, the address that is theirs no longer.
    Raises RosterRefused where they already are on it, PersonDiffers where they are
    known with other data and `update` is not asked for, ValidationError, ActionClosed.
    """
    refuse_person(run=run, **asdict(data))
    with roster_deed(action) as current:
        body = current.course.training_body
        known = Participant.objects.filter(training_body=body, run=run).first()
        if known is not None:
            _refuse_known(known, current, data=data, update=update)
        person = known or Participant.objects.create(
            training_body=body, run=run, **asdict(data)
        )
        changed = change_people([(person, data)], training_body=body, by=by, at=at)
        enrolment = Enrolment.objects.create(
            action=current, participant=person, exempt=exempt
        )
        Trace(action=current, by=by, at=at).enrolled([enrolment])
    return enrolment, old_addresses(changed)


def _refuse_known(
    person: Participant, action: TrainingAction, *, data: Data, update: bool
) -> None:
    if Enrolment.objects.filter(action=action, participant=person).exists():
        raise RosterRefused("Ya está en la nómina de esta acción.", code="enrolled")
    if as_data(person) != data and not update:
        raise PersonDiffers(_who(person))


def _who(person: Participant) -> str:
    address = f" ({person.email})" if person.email else ", sin correo"
    return (
        f"Este RUN ya está registrado como {person.full_name}{address}. "
        "Si sus datos cambiaron, marca «Actualizar sus datos»."
    )


def version_shown(enrolment: Enrolment) -> str:
    """Return the version of what the form of `enrolment` shows (versions.py)."""
    person = version_of(enrolment.participant, PERSON_FIELDS)
    return f"{person}-{version_of(enrolment, EXEMPTION)}"


def _refuse_overwriting(
    current: Enrolment, *, data: Data, exempt: bool, seen: str
) -> None:
    person, _, exemption = seen.partition("-")
    asked = copy(current)
    asked.exempt = exempt
    asked_person = copy(current.participant)
    for name, value in asdict(data).items():
        setattr(asked_person, name, value)
    try:
        refuse_overwriting(
            current.participant, asked_person, seen=Seen(PERSON_FIELDS, person)
        )
        refuse_overwriting(current, asked, seen=Seen(EXEMPTION, exemption))
    except ChangedMeanwhile as changed:
        version = version_shown(current)
        raise ChangedMeanwhile(changed.message, version=version) from None


def change_enrolment(
    enrolment: Enrolment,
    *,
    data: Data,
    exempt: bool,
    seen: str = "",
    by: User,
    at: datetime,
) -> dict[int, str]:
    """Correct a participant's data, and whether they are exempt in this action.

    `seen` is the version that the form showed, "" where none is compared. Returns, by
    key of a person, the address that is theirs no longer. Raises ChangedMeanwhile,
    ValidationError, ActionClosed.
    """
    refuse_person(run=enrolment.participant.run, **asdict(data))
    with roster_deed(enrolment.action) as action:
        current = _still_there(enrolment)
        _refuse_overwriting(current, data=data, exempt=exempt, seen=seen)
        body = action.course.training_body
        wanted = [(current.participant, data)]
        changed = change_people(wanted, training_body=body, by=by, at=at)
        if current.exempt != exempt:
            current.exempt = exempt
            current.save(update_fields=["exempt"])
            Trace(action=action, by=by, at=at).exempted([current])
    return old_addresses(changed)


def remove_enrolment(enrolment: Enrolment, *, by: User, at: datetime) -> None:
    """Take a participant off the roster; the person stays known.

    Raises RosterRefused (held) where evidence hangs on it, ActionClosed.
    """
    with roster_deed(enrolment.action) as action:
        current = _still_there(enrolment)
        withdraw_links(Enrolment.objects.filter(pk=current.pk), at=at)
        Trace(action=action, by=by, at=at).removed([current])
        current.delete()


def _still_there(enrolment: Enrolment) -> Enrolment:
    rows = Enrolment.objects.select_related("participant")
    current = rows.filter(pk=enrolment.pk).first()
    if current is None:
        raise RosterRefused("Ya no está en la nómina.", code="not_enrolled")
    return current
