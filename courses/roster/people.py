"""The data of a person that rosters carry, and their change."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from courses.models import Enrolment, Participant
from courses.services import withdraw_links
from otec_portal.core import audit
from otec_portal.core.models import TrainingBody, User

Changes = dict[str, list[str]]  # {field: [before, after]}
_AT_ONCE: Final = 500  # rows of one UPDATE


@dataclass(frozen=True)
class Data:
    """What may change of a person; the RUN is who they are."""

    first_names: str
    last_names: str
    email: str


def as_data(person: Participant) -> Data:
    """Return the data of `person`."""
    return Data(
        first_names=person.first_names,
        last_names=person.last_names,
        email=person.email,
    )


def change_people(
    wanted: Iterable[tuple[Participant, Data]],
    *,
    training_body: TrainingBody,
    by: User,
    at: datetime,
) -> dict[int, Changes]:
    """Write what differs of people of `training_body`, each audited.

    Returns {key of a person: what changed}, without those who stay as they are. Links
    still queued for another address do not leave for it any more. Call it inside
    `roster_deed`.
    """
    changed = [
        (person, changes) for person, data in wanted if (changes := _set(person, data))
    ]
    if not changed:
        return {}
    fields = {name for _, changes in changed for name in changes}
    people = [person for person, _ in changed]
    Participant.objects.bulk_update(people, fields, batch_size=_AT_ONCE)
    if moved := [person for person, changes in changed if "email" in changes]:
        withdraw_links(Enrolment.objects.filter(participant__in=moved), at=at)
    audit.record_each(
        "courses.participant_changed",
        ((person, {"changes": changes}) for person, changes in changed),
        at=at,
        by=by,
        training_body=training_body,
    )
    return {person.pk: changes for person, changes in changed}


def _set(person: Participant, data: Data) -> Changes:
    """Put what differs in `data` on `person`, unsaved, and return it."""
    before, after = asdict(as_data(person)), asdict(data)
    changes = {
        name: [before[name], value]
        for name, value in after.items()
        if before[name] != value
    }
    for name, (_, value) in changes.items():
        setattr(person, name, value)
    return changes


def old_addresses(changed: Mapping[int, Changes]) -> dict[int, str]:
    """Return the e-mail of before of each person, by key, whose e-mail changed.

    Links may have gone there: courses.links.left_behind says which still work.
    """
    return {
        person: changes["email"][0]
        for person, changes in changed.items()
        if "email" in changes
    }
