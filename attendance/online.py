"""Who is in right now, for how long, and whose time is running out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from attendance import selectors
from attendance.models import SenceSession
from courses.models import TrainingAction
from otec_portal.core.attention import first_of
from otec_portal.core.models import Membership

SOON: Final = timedelta(minutes=10)
SHOWN: Final = 200


@dataclass(frozen=True)
class Presence:
    """A running session at one moment; times in seconds."""

    session: SenceSession
    lasting: float
    remaining: float
    soon: bool


@dataclass(frozen=True)
class Online:
    """The first of those who are in, who leaves soonest first, and how many in all."""

    present: list[Presence]
    count: int
    soon: int
    now: datetime

    @property
    def words(self) -> str:
        """What there is to tell, in one sentence."""
        if not self.count:
            return "Nadie está en línea ahora."
        one = self.count == 1
        people = "1 persona" if one else f"{self.count} personas"
        sentence = f"{people} en línea ahora"
        if self.soon:
            sentence += f"; {self.soon} por vencer"
        return f"{sentence}."


def online(
    membership: Membership, *, now: datetime, action: TrainingAction | None = None
) -> Online:
    """Return who of `action`, or of all that `membership` may see, is in at `now`."""
    running = selectors.open_sessions(membership, now=now)
    if action is not None:
        running = running.filter(enrolment__action=action)
    first, count = first_of(running.order_by("expires_at", "pk"), shown=SHOWN)
    soon = running.filter(expires_at__lte=now + SOON).count()
    return Online([presence_of(one, now) for one in first], count, soon, now)


def presence_of(session: SenceSession, now: datetime) -> Presence:
    """Return how a running `session` stands; with 10 minutes left, it is soon."""
    opened, expires = session.opened_at or now, session.expires_at or now
    return Presence(
        session,
        lasting=max(0.0, (now - opened).total_seconds()),
        remaining=(expires - now).total_seconds(),
        soon=expires - now <= SOON,
    )
