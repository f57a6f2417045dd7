"""What the rooms above know of an action and its lists show.

A room offers it when the portal starts (its AppConfig.ready): lists here show it and
sort by it without knowing that room.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, F, Q, QuerySet, SmallIntegerField, Value, When
from django.db.models.functions import Coalesce

from courses.ladder import Known


@dataclass(frozen=True)
class Badge:
    """A state as it is shown: see templates/components/badge.html."""

    kind: str
    icon: str
    label: str


@dataclass(frozen=True)
class Outlook:
    """A state of each action: `path` leads to it, `default` stands where it leads to
    nothing; in those of `emit` its certificate is to be emitted; `badges` by value, in
    the order by which lists sort; `page` is the name of the address that tells more, by
    the action's public id.

    For the ladder: `known` asks what became of the certificates of actions, by their
    keys, in one query; `answers_due` gives the keys of those for whose annulment an
    answer is due in a span of days; `deeds` of the history change an action's terms.
    """

    path: str
    default: str
    emit: Collection[str]
    badges: Mapping[str, Badge]
    page: str
    known: Callable[[Iterable[int]], Mapping[int, Known]]
    answers_due: Callable[[date, date], QuerySet[Any, Any]]
    deeds: tuple[str, ...]

    def annotate(self, actions: QuerySet[Any]) -> QuerySet[Any]:
        """Add `outlook`, the state of each of `actions`."""
        state = Coalesce(F(self.path), Value(self.default))
        found: QuerySet[Any] = actions.annotate(outlook=state)
        return found

    def to_be_emitted(self) -> Q:
        """Return the condition of actions whose certificate is to be emitted."""
        none_yet = {f"{self.path}__isnull": True} if self.default in self.emit else {}
        return Q(**{f"{self.path}__in": list(self.emit)}) | Q(**none_yet)

    def badge_of(self, action: Any) -> Badge:
        """Return how the state of `action`, which was annotated, is shown."""
        return self.badges[action.outlook]

    def in_order(self, actions: QuerySet[Any]) -> QuerySet[Any]:
        """Add `outlook_order`, the place of each one's state."""
        places = {value: place for place, value in enumerate(self.badges)}
        order = Case(
            *[
                When(**{self.path: value}, then=Value(place))
                for value, place in places.items()
            ],
            default=Value(places[self.default]),
            output_field=SmallIntegerField(),
        )
        found: QuerySet[Any] = actions.annotate(outlook_order=order)
        return found


class _Offered:
    """The one outlook that there is: the certificate's."""

    def __init__(self) -> None:
        self._outlook: Outlook | None = None

    def offer(self, outlook: Outlook) -> None:
        """Let the lists show `outlook`."""
        self._outlook = outlook

    @property
    def outlook(self) -> Outlook:
        """The outlook that was offered. Raises LookupError where none was."""
        if self._outlook is None:
            raise LookupError
        return self._outlook


CERTIFICATE = _Offered()
