"""The data of a person that rosters carry, and their change."""

from datetime import datetime
from typing import TypedDict

from courses.models import Enrolment, Participant
from courses.services import withdraw_links
from otec_portal.core import audit
from otec_portal.core.models import User


class Data(TypedDict):
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


def change_person(
    person: Participant, *, data: Data, by: User, at: datetime
) -> dict[str, list[str]]:
    """Write what differs in `data`, audited; return {field: [before, after]}.

    Links still queued for another address do not leave for it any more. Call it
    inside `roster_deed`.
    """
    before = as_data(person)
    changes = {
        name: [str(before[name]), str(value)]  # type: ignore[literal-required]
        for name, value in data.items()
        if before[name] != value  # type: ignore[literal-required]
    }
    if changes:
        for name, (_, value) in changes.items():
            setattr(person, name, value)
        person.save(update_fields=list(changes))
        if "email" in changes:
            withdraw_links(Enrolment.objects.filter(participant=person), at=at)
        audit.record(
            "courses.participant_changed",
            at=at,
            by=by,
            training_body=person.training_body,
            target=person,
            changes=changes,
        )
    return changes
