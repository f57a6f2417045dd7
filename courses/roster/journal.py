"""What an import did, exactly enough to take it back."""

from dataclasses import asdict, dataclass, field
from typing import Any

from courses.models import Enrolment, Participant
from courses.roster.people import Changes, Data, old_addresses


@dataclass(frozen=True)
class Added:
    """A person who was new to the training body, with the data they came with."""

    pk: int
    data: Data


@dataclass(frozen=True)
class Changed:
    """A person whose data changed."""

    pk: int
    changes: Changes


@dataclass(frozen=True)
class Enrolled:
    """An enrolment that was made, or whose exemption was turned to `exempt`."""

    pk: int
    participant: int
    exempt: bool


@dataclass(frozen=True)
class Delivered:
    """A personal link that had been handed out; `mail` and `by` are keys."""

    number: int
    way: str
    link_version: int
    mail: int | None
    by: int
    at: str  # ISO 8601, with its zone


@dataclass(frozen=True)
class Removed:
    """An enrolment that was deleted, with all it takes to bring it back."""

    pk: int
    public_id: str
    participant: int
    exempt: bool
    deliveries: list[Delivered] = field(default_factory=list)


@dataclass
class Journal:
    """The deeds of one import, kept as JSON in RosterImport.deeds."""

    people_added: list[Added] = field(default_factory=list)
    people_changed: list[Changed] = field(default_factory=list)
    enrolments_made: list[Enrolled] = field(default_factory=list)
    exemptions_changed: list[Enrolled] = field(default_factory=list)
    enrolments_removed: list[Removed] = field(default_factory=list)

    def person_added(self, person: Participant, data: Data) -> None:
        self.people_added.append(Added(person.pk, data))

    def person_changed(self, person: int, changes: Changes) -> None:
        self.people_changed.append(Changed(person, changes))

    def enrolled(self, enrolment: Enrolment) -> None:
        self.enrolments_made.append(_enrolled(enrolment))

    def exempt_changed(self, enrolment: Enrolment) -> None:
        self.exemptions_changed.append(_enrolled(enrolment))

    def removed(self, removed: Removed) -> None:
        self.enrolments_removed.append(removed)

    @property
    def people(self) -> set[int]:
        """The keys of all whom it concerns."""
        enrolled = [*self.enrolments_made, *self.exemptions_changed]
        return {
            *(one.pk for one in self.people_added),
            *(one.pk for one in self.people_changed),
            *(one.participant for one in enrolled),
            *(one.participant for one in self.enrolments_removed),
        }

    @property
    def old_addresses(self) -> dict[int, str]:
        """The e-mail of before of each person, by key, whose e-mail changed."""
        return old_addresses({one.pk: one.changes for one in self.people_changed})

    @property
    def new_addresses(self) -> dict[int, str]:
        """The e-mail that it gave to each person, by key: undoing it takes it away."""
        return {
            one.pk: one.changes["email"][1]
            for one in self.people_changed
            if "email" in one.changes
        }

    @property
    def is_empty(self) -> bool:
        """Whether nothing was done."""
        return not any(self.counts.values())

    @property
    def counts(self) -> dict[str, int]:
        """How much was done of each kind."""
        return {name: len(deeds) for name, deeds in vars(self).items()}

    def as_json(self) -> dict[str, Any]:
        """Return it as RosterImport.deeds keeps it."""
        return asdict(self)


def _enrolled(enrolment: Enrolment) -> Enrolled:
    return Enrolled(enrolment.pk, enrolment.participant_id, enrolment.exempt)


def from_json(stored: dict[str, Any]) -> Journal:
    """Return the journal that `as_json` wrote."""
    return Journal(
        people_added=[_added(one) for one in stored["people_added"]],
        people_changed=[Changed(**one) for one in stored["people_changed"]],
        enrolments_made=[Enrolled(**one) for one in stored["enrolments_made"]],
        exemptions_changed=[Enrolled(**one) for one in stored["exemptions_changed"]],
        enrolments_removed=[_removed(one) for one in stored["enrolments_removed"]],
    )


def _added(stored: dict[str, Any]) -> Added:
    return Added(stored["pk"], Data(**stored["data"]))


def _removed(stored: dict[str, Any]) -> Removed:
    """Return it; imports of earlier versions kept no deliveries."""
    deliveries = [Delivered(**one) for one in stored.get("deliveries", [])]
    return Removed(**{**stored, "deliveries": deliveries})
