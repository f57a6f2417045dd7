"""The terms of a profile as an iCalendar file (RFC 5545)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Count, Max, Q
from django.urls import reverse
from icalendar import Calendar, Event

from courses.agenda import Entry, Wanted, agenda
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


@dataclass(frozen=True)
class Revision:
    """How often what an event tells was changed, and when for the last time."""

    number: int
    at: datetime


def calendar_file(feed: CalendarFeed, *, today: date) -> bytes:
    """Return the file: what still needs something, from PAST to AHEAD of `today`.

    It names actions and courses, never a participant. Events of what was done are not
    in it, so they leave the calendars that subscribed (docs/adr/0030).
    """
    wanted = Wanted(first=today - PAST, last=today + AHEAD)
    entries = agenda(feed.membership, wanted, today=today).entries
    changes = _changes([one.action for one in entries])
    made = _empty(str(feed.membership.training_body))
    for entry in entries:
        revision = _revision(entry.action, changes, feed.made_at)
        made.add_component(_event(entry, revision))
    return bytes(made.to_ical())


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
    told = [entry.action.course.name, who_of(entry.step)]
    if entry.step.kind in DAYS:
        told.append(f"Día {DAYS[entry.step.kind]} desde el término del curso")
    return "\n".join(one for one in told if one)


def _changes(actions: Sequence[TrainingAction]) -> Mapping[tuple[str, str], Revision]:
    """Return how often each of `actions`, and each of their courses, changed.

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
    counted = deeds.values_list("target_type", "target_id").annotate(
        number=Count("pk"), last=Max("at")
    )
    return {
        (kind, key): Revision(number, at)
        for kind, key, number, at in counted.order_by()
    }


def _revision(
    action: TrainingAction, changes: Mapping[tuple[str, str], Revision], made: datetime
) -> Revision:
    """Return the revision of `action`, of the moment `made` where nothing changed."""
    names = ((_ACTION, str(action.pk)), (_COURSE, str(action.course_id)))
    found = [changes[name] for name in names if name in changes]
    return Revision(
        sum(one.number for one in found), max((one.at for one in found), default=made)
    )
