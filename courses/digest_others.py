"""How many terms come near of which a digest does not tell."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from courses.agenda import Wanted, agenda
from courses.digest_lines import Told
from courses.ladder import NEAR, Kind
from courses.notices import KINDS, NATIONAL, REGIONAL
from otec_portal.core.models import Membership

_ENDING: Final = frozenset(KINDS) - {Kind.DECLARATION}  # that one opens


@dataclass(frozen=True)
class Others:
    """How many there are; with `more` there are more than could be looked at."""

    count: int = 0
    more: bool = False


def others_of(memberships: Iterable[Membership], told: Told, *, today: date) -> Others:
    """Return how many terms end within NEAR days that `told` does not tell.

    Of the actions for which one of `memberships` may act, whatever notices were
    chosen. Three queries for each; memory is bounded by the agenda's.
    """
    wanted = Wanted(first=today, last=today + timedelta(days=NEAR))
    found: set[tuple[int, Kind]] = set()
    more = False
    for one in memberships:
        if one.role in {NATIONAL, REGIONAL}:
            near = agenda(one, wanted, today=today)
            more |= near.cut
            found |= {
                (entry.action.pk, entry.step.kind)
                for entry in near.entries
                if entry.step.kind in _ENDING
            }
    return Others(len(found - told.steps), more)
