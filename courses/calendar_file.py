"""The terms of a profile as an iCalendar file (RFC 5545)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Max, Q
from django.urls import reverse
from icalendar import Calendar, Event

from courses.agenda import Entry, Wanted, pages
from courses.ladder import DAYS
from courses.ladder_words import who_of
from courses.models import CalendarFeed, Course, TrainingAction
from courses.outlook import CERTIFICATE
from otec_portal.core.models import AuditEntry

PAST: Final = timedelta(days=90)
AHEAD: Final = timedelta(days=730)
AGAIN: Final = timedelta(hours=6)  # when calendars are advised to look again
_OWN_DEEDS: Final = ("courses.trainingaction_changed", "courses.course_changed")
_ACTION: Final = TrainingAction._meta.label
_COURSE: Final = Course._meta.label
_DAY: Final = timedelta(days=1)


_EPOCH: Final = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Revision:
    """When what an event tells was changed for the last time; of an address without
    changes, when it was made. `number` never falls, whatever course an action gets."""

    at: datetime
    changed: bool = True

    @property
    def number(self) -> int:
        """The event's SEQUENCE: seconds since 2020, 0 where nothing was changed."""
        return int((self.at - _EPOCH).total_seconds()) if self.changed else 0


def calendar_file(feed: CalendarFeed, *, today: date) -> bytes:
    """Return the file: what still needs something, from PAST to AHEAD of `today`.

    It names actions and courses, never a participant. Events of what was done are not
    in it, so they leave the calendars that subscribed (docs/adr/0030). However many
    actions there are, none is left out; memory holds the events of a page, and bytes.
    """
    wanted = Wanted(first=today - PAST, last=today + AHEAD)
    empty = bytes(_empty(str(feed.membership.training_body)).to_ical())
    head, end, rest = empty.rpartition(b"END:VCALENDAR")
    told = [head]
    for page in pages(feed.membership, wanted, today=today):
        changes = _changes([one.action for one in page])
        told += [
            _event(one, _revision(one.action, changes, feed.made_at)).to_ical()
            for one in page
        ]
    return b"".join([*told, end, rest])


def _empty(body: str) -> Calendar:
    made = Calendar()
    made.add("prodid", "-//Portal OTEC//Plazos//ES")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("x-wr-calname", f"Plazos · {body}")
    made.add("refresh-interval", AGAIN, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", "PT6H")
    return made


def _event(entry: Entry, revision: Revision) -> Event:
    action, step = entry.action, entry.step
    host = urlsplit(settings.PORTAL_BASE_URL).hostname
    path = reverse("courses:action", args=[action.public_id])
    changed = revision.at.astimezone(UTC).replace(microsecond=0)
    event = Event()
    event.add("uid", f"{action.public_id}-{step.kind}@{host}")
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("sequence", revision.number)
    event.add("dtstart", step.on)
    event.add("dtend", step.on + _DAY)
    event.add("summary", f"{action.action_code}: {entry.what}")
    event.add("description", _description(entry))
    event.add("url", f"{settings.PORTAL_BASE_URL}{path}")
    event.add("transp", "TRANSPARENT")
    return event


def _description(entry: Entry) -> str:
    told = [entry.action.course.name, who_of(entry.step, entry.ladder)]
    if entry.step.kind in DAYS:
        told.append(f"Día {DAYS[entry.step.kind]} desde el término del curso")
    return "\n".join(one for one in told if one)


def _changes(actions: Sequence[TrainingAction]) -> Mapping[tuple[str, str], datetime]:
    """Return when each of `actions`, and each of their courses, changed last.

    By type and key as the history has them; one query. Whatever changes a date stands
    in the history, so no second count has to be kept.
    """
    keys = {str(one.pk) for one in actions}
    courses = {str(one.course_id) for one in actions}
    deeds = AuditEntry.objects.filter(
        Q(target_type=_ACTION, target_id__in=keys)
        | Q(target_type=_COURSE, target_id__in=courses),
        action__in=(*_OWN_DEEDS, *CERTIFICATE.outlook.deeds),
    )
    last = deeds.values_list("target_type", "target_id").annotate(last=Max("at"))
    return {(kind, key): at for kind, key, at in last.order_by()}


def _revision(
    action: TrainingAction, changes: Mapping[tuple[str, str], datetime], made: datetime
) -> Revision:
    """Return the revision of `action`, of the moment `made` where nothing changed."""
    names = ((_ACTION, str(action.pk)), (_COURSE, str(action.course_id)))
    found = [changes[name] for name in names if name in changes]
    return Revision(max(found)) if found else Revision(made, changed=False)
