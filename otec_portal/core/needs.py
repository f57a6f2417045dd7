"""What the platform needs of a person: mail to decide about, a dead scheduler."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from otec_portal.core import health
from otec_portal.core.attention import Example, Item, Step, Urgency, first_of, how_many
from otec_portal.core.mail_filter import TO_DECIDE
from otec_portal.core.models import Membership
from otec_portal.core.permissions import Permission, allowed
from otec_portal.core.selectors import mails_to_decide


def items(membership: Membership, *, now: datetime) -> list[Item]:
    """Return what needs a person now."""
    found = [_mails(membership)] if allowed(membership, Permission.MANAGE_MAIL) else []
    if allowed(membership, Permission.VIEW_SYSTEM):
        found += [_scheduler(now)]
    return [item for item in found if item.count]


def _mails(membership: Membership) -> Item:
    first, count = first_of(mails_to_decide(membership))
    return Item(
        kind="core.mail_to_decide",
        urgency=Urgency.TODAY,
        count=count,
        title=how_many(
            count,
            "correo no salió o quizás no llegó",
            "correos no salieron o quizás no llegaron",
        ),
        next_step="Corrige la dirección y envíalo de nuevo; si ya no hace falta, "
        "ábrelo y dalo por resuelto. El portal no lo intenta más por su cuenta.",
        url=f"{reverse('mails')}?estado={TO_DECIDE}",
        link="Ver los correos",
        needs=Permission.MANAGE_MAIL,
        examples=[
            Example(
                f"{one.get_state_display()}: {one.subject}, para {one.to}",
                reverse("mail", args=[one.public_id]),
            )
            for one in first
        ],
    )


def _scheduler(now: datetime) -> Item:
    last = health.scheduler_silent_since(now=now)
    since = f" desde el {timezone.localtime(last):%d-%m-%Y %H:%M}" if last else ""
    return Item(
        kind="core.scheduler_dead",
        urgency=Urgency.NOW,
        count=int(last is not None),
        title=f"El programador del portal está detenido{since}",
        next_step="No salen recordatorios y nada se hace a su hora. Avisa a quien "
        "administra el servidor.",
        url=reverse("system"),
        link="Ver el estado del sistema",
        needs=Permission.VIEW_SYSTEM,
    )


def first_steps(membership: Membership) -> list[Step]:
    """The platform is there before anybody begins."""
    return []
