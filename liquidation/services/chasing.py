"""Reminding participants of their sworn statement: who can issue it, once a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from attendance.sence.help import HELP_LINKS
from courses.models import TrainingAction
from liquidation.declarations import has_declarations
from liquidation.models import DeclarationReminder
from liquidation.selectors import MISSING, of_action, standing_of
from liquidation.services.declarations import hold
from otec_portal.core import audit, outbox
from otec_portal.core.models import User
from otec_portal.core.to_sence import reaches

RECOVER: Final = dict(HELP_LINKS)["Recuperar tu Clave SENCE"]
_SUBJECT: Final = "Te falta emitir tu declaración jurada del curso"


@dataclass(frozen=True)
class Chased:
    """What came of reminding people."""

    queued: int
    repeated: int  # were reminded today already
    without_address: list[Any]
    blocked: int  # can't issue any more, or not yet


@transaction.atomic
def remind(
    action: TrainingAction, chosen: Sequence[UUID] | None, *, by: User, at: datetime
) -> Chased:
    """Queue a mail to those of `chosen` (None: everybody) who can issue theirs now."""
    today = timezone.localdate(at)
    current = hold(action)
    wanted = of_action(current).filter(MISSING).order_by("pk")
    if chosen is not None:
        wanted = wanted.filter(public_id__in=chosen)
    people = list(wanted)
    able = can_issue(current, people, at=at)
    done = DeclarationReminder.objects.filter(enrolment__action=current, on=today)
    reminded = set(done.values_list("enrolment", flat=True))
    to_send = [
        one for one in able if reaches(one.participant.email) and one.pk not in reminded
    ]
    _queue(to_send, current, by=by, at=at)
    return Chased(
        queued=len(to_send),
        repeated=sum(one.pk in reminded for one in able),
        without_address=[one for one in able if not reaches(one.participant.email)],
        blocked=(len(people) if chosen is None else len(chosen)) - len(able),
    )


def can_issue(
    action: TrainingAction, rows: Sequence[Any], *, at: datetime
) -> list[Any]:
    """Return those of `rows` (of selectors.of_action) who can issue theirs at `at`."""
    if not has_declarations(action.course):
        return []
    today = timezone.localdate(at)
    return [one for one in rows if standing_of(one, today=today, action=action).can]


def _queue(
    rows: Sequence[Any], action: TrainingAction, *, by: User, at: datetime
) -> None:
    if not rows:
        return
    today = timezone.localdate(at)
    about = outbox.About(
        secret=False,
        region=action.region,
        page=reverse("liquidation:remind", args=[action.public_id]),
    )
    mails = outbox.queue_each(
        (
            outbox.Draft(
                dedup_key=f"declaration:{one.public_id}:{today:%Y-%m-%d}",
                to=one.participant.email,
                subject=subject(action),
                text=letter(one, action),
                about=about,
            )
            for one in rows
        ),
        training_body=action.course.training_body,
        at=at,
    )
    DeclarationReminder.objects.bulk_create(
        DeclarationReminder(enrolment=one, on=today, mail=mail, by=by, at=at)
        for one, mail in zip(rows, mails, strict=True)
    )
    audit.record(
        "liquidation.declarations_chased",
        at=at,
        by=by,
        training_body=action.course.training_body,
        target=action,
        people=len(rows),
        enrolments=[str(one.public_id) for one in rows],
    )


def subject(action: TrainingAction) -> str:
    """Return the subject of the reminder."""
    return outbox.subject_line(f"{_SUBJECT} {action.course.name}")


def letter(enrolment: Any, action: TrainingAction) -> str:
    """Return the text of the reminder to the participant of `enrolment`."""
    return render_to_string(
        "emails/declaration_reminder.txt",
        {
            "participant": enrolment.participant,
            "action": action,
            "course": action.course,
            "training_body": action.course.training_body,
            "gca": settings.GCA_URL,
            "recover": RECOVER,
        },
    )
