"""What the tests of reminders have in common: days, actions, who was told what."""

from datetime import date, datetime, time, timedelta
from typing import Any

from certificates.models import Certification
from courses.models import Reminder, ReminderDigest, TrainingAction
from otec_portal import reminders
from otec_portal.core import outbox
from otec_portal.core.models import MailState, OutgoingEmail, TrainingBody
from otec_portal.core.models.mail import UNSENT
from otec_portal.core.zones import SANTIAGO
from tests.factories.courses import TrainingActionFactory

DAY = timedelta(days=1)
MONDAY = date(2026, 6, 15)
ORDINARY, LAST, LIQUIDATION = 40, 59, 60


def at(day: date, hour: int = 8, minute: int = 0) -> datetime:
    """Return that moment in Santiago."""
    return datetime.combine(day, time(hour, minute), tzinfo=SANTIAGO)


def ended(
    body: TrainingBody,
    on: date,
    *,
    code: str = "",
    production: bool = True,
    **more: Any,
) -> TrainingAction:
    """An action in production that ended `on` a day."""
    named = {"action_code": code} if code else {}
    action: TrainingAction = TrainingActionFactory(
        course__training_body=body,
        production=production,
        **{"starts_on": on - 20 * DAY, "ends_on": on, **named, **more},
    )
    return action


def due_in(body: TrainingBody, days: int, term: int = ORDINARY, **more: Any):
    """An action whose `term` ends that many days after MONDAY."""
    return ended(body, MONDAY + (days - term) * DAY, **more)


def run(day: date, hour: int = 8, minute: int = 0) -> int:
    """Look for reminders at that moment; return how many digests are new."""
    return reminders.run(now=at(day, hour, minute))


def leave(day: date) -> int:
    """Let the mail that is due leave."""
    return outbox.send_due(now=at(day, 8, 30))


def run_and_leave(day: date) -> int:
    """A day on which everything works."""
    queued = run(day)
    leave(day)
    return queued


def noted() -> set[tuple[int, str, date, int]]:
    """What was noted, for anybody: action, step, its date, notice."""
    return set(Reminder.objects.values_list("action", "kind", "step_on", "notice"))


def told() -> list[tuple[int, str, date, int]]:
    """What mail that was not withdrawn tells: user, step, its date, notice."""
    rows = Reminder.objects.exclude(lines__digest__mail__state=MailState.WITHDRAWN)
    found = rows.filter(lines__isnull=False)
    return list(found.values_list("user", "kind", "step_on", "notice"))


def mails() -> list[OutgoingEmail]:
    """The mails of digests that left or may leave, in their order."""
    rows = OutgoingEmail.objects.filter(reminder_digest__isnull=False)
    return list(rows.exclude(state=MailState.WITHDRAWN).order_by("pk"))


def unsent() -> int:
    """How many digests have not left yet."""
    return ReminderDigest.objects.filter(mail__state__in=UNSENT).count()


def certify(action: TrainingAction, state: str) -> Certification:
    """Put the certificate of `action` into `state`."""
    return Certification.objects.create(action=action, state=state)
