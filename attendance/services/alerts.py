"""Telling operators: on their home page and by mail, once per cause."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.urls import reverse

from attendance.models import AlertSubject, OperatorAlert
from courses.models import Enrolment, TrainingAction
from otec_portal.core import audit, outbox
from otec_portal.core.memberships import addresses
from otec_portal.core.models import Role, TrainingBody, User


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """What somebody has to put right, and where; `cause` tells it from every other.

    With `enrolment` it is one person's. `code` is SENCE's, "" for a fault of our own.
    """

    training_body: TrainingBody
    action: TrainingAction | None
    enrolment: Enrolment | None = None
    subject: AlertSubject
    cause: str
    code: str = ""
    title: str
    next_step: str

    @property
    def words(self) -> dict[str, str]:
        """What of it is text, as an alert keeps it."""
        return {
            "code": self.code[:20],
            "title": self.title[:300],
            "next_step": self.next_step[:500],
        }


@transaction.atomic
def raise_alert(trouble: Trouble, *, at: datetime) -> None:
    """Open an alert for the cause of `trouble`, or count it once more while it is open.

    Only a cause that opens sends mail; another code of a cause that is open is named in
    its alert.
    """
    same = {
        "training_body": trouble.training_body,
        "cause": trouble.cause,
        "resolved_at": None,
    }
    if _struck_again(same, trouble, at=at):
        return
    first = {
        "action": trouble.action,
        "enrolment": trouble.enrolment,
        "subject": trouble.subject,
        **trouble.words,
        "first_at": at,
        "last_at": at,
    }
    alert, new = OperatorAlert.objects.get_or_create(**same, defaults=first)
    if new:
        _mail(alert, at=at)
    else:  # another worker opened it in between
        _struck_again(same, trouble, at=at)


def _struck_again(same: dict[str, Any], trouble: Trouble, *, at: datetime) -> bool:
    """Count it in the open alert; say whether there is one."""
    again = OperatorAlert.objects.filter(**same)
    if not again.update(times=F("times") + 1, last_at=at):
        return False
    _name_further(again, trouble.words["code"])
    return True


def _name_further(again: QuerySet[OperatorAlert], code: str) -> None:
    """Note `code` in the alert, which the count has locked, unless it says so already.

    One more than are named tells that there are others; nothing grows beyond it.
    """
    for alert in again.exclude(code=code):
        if code not in alert.further_codes and not alert.has_more_codes:
            again.update(further_codes=[*alert.further_codes, code])


def _mail(alert: OperatorAlert, *, at: datetime) -> None:
    facts = [f"Código de SENCE: {alert.code}"] if alert.code else []
    facts += [f"Acción: {alert.action}"] if alert.action else []
    facts += [f"Participante: {alert.person}"] if alert.person else []
    outbox.queue(
        dedup_key=f"alert:{alert.public_id}",
        training_body=alert.training_body,
        recipients=_admins(alert),
        subject=f"Registro SENCE: {alert.title}",
        text=(
            "\n".join([alert.title, "", *facts, f"Qué hacer: {alert.next_step}"])
            + f"\n\nVer en el portal: {settings.PORTAL_BASE_URL}{_page(alert)}\n"
        ),
        at=at,
        about=outbox.About(
            secret=False,
            region=alert.action.region if alert.action else "",
            page=_page(alert),
        ),
    )


def _page(alert: OperatorAlert) -> str:
    """Return where the cause is put right."""
    return reverse("attendance:tokens" if alert.about_tokens else "attendance:alerts")


def _admins(alert: OperatorAlert) -> list[str]:
    reach = Q(role=Role.NATIONAL_ADMIN)
    if alert.action is not None:
        reach |= Q(role=Role.REGIONAL_ADMIN, regions__region=alert.action.region)
    return addresses(reach & Q(training_body=alert.training_body))


@transaction.atomic
def resolve_alert(alert: OperatorAlert, *, by: User, at: datetime) -> None:
    """Mark `alert` as put right; the same cause may open a new one."""
    resolved = OperatorAlert.objects.filter(pk=alert.pk, resolved_at=None).update(
        resolved_at=at, resolved_by=by
    )
    if resolved:
        audit.record(
            "attendance.alert_resolved",
            at=at,
            by=by,
            training_body=alert.training_body,
            target=alert,
        )
