"""Handing out personal links: by mail, or on a sheet of paper with QR codes.

A link is a credential: whoever holds it acts as its participant. Every time it is
handed out, that is written down.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.template.loader import render_to_string
from django.urls import reverse

from courses.access import personal_link
from courses.models import (
    Enrolment,
    LinkDelivery,
    LinkWay,
    Participant,
    TrainingAction,
)
from courses.services import ActionClosed, hold_people
from otec_portal.core import audit, outbox
from otec_portal.core.errors import DomainError
from otec_portal.core.models import MailState, User
from otec_portal.core.to_sence import reaches

ON_A_SHEET: Final = 100


class Audience(StrEnum):
    """To whom links are handed out."""

    NOT_YET = "not_yet"
    EVERYONE = "everyone"
    CHOSEN = "chosen"


def with_deliveries(enrolments: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    """Add `delivered_at`, `delivered_way`, `delivery_state` of the latest link.

    And of its mail: `sent_at`, `next_try_at` where it could not leave so far, and that
    it was refused; `mailed_at`, when that link last left by mail, whatever came later.
    Only links as they are now count; mail that was withdrawn does not.
    """
    late = Q(mail__state=MailState.RETRYING)
    latest = (
        _handed_out()
        .filter(enrolment=OuterRef("pk"))
        .annotate(next_try_at=Case(When(late, then="mail__due_at")))
        .order_by("-number")
    )
    return enrolments.annotate(
        delivered_at=Subquery(latest.values("at")[:1]),
        delivered_way=Subquery(latest.values("way")[:1]),
        delivery_state=Subquery(latest.values("mail__state")[:1]),
        sent_at=Subquery(latest.values("mail__sent_at")[:1]),
        mailed_at=Subquery(
            latest.filter(way=LinkWay.MAIL, mail__state=MailState.SENT).values(
                "mail__sent_at"
            )[:1]
        ),
        next_try_at=Subquery(latest.values("next_try_at")[:1]),
    )


def _handed_out() -> QuerySet[LinkDelivery]:
    """Return the deliveries of links that open the door, wherever they got to."""
    return LinkDelivery.objects.filter(
        link_version=F("enrolment__participant__link_version")
    ).exclude(mail__state=MailState.WITHDRAWN)


def _working() -> QuerySet[LinkDelivery]:
    """Return those that somebody has, or will have once they arrive."""
    return _handed_out().exclude(mail__state=MailState.REFUSED)


def left_behind(
    addresses: Mapping[int, str], *, ending: Collection[int] = ()
) -> list[Participant]:
    """Return those whose link went to an address and still works there.

    `addresses` maps the key of a participant to the address that is theirs no longer;
    `ending` are the keys of enrolments whose links are about to end. Mail still in the
    queue is not meant: it leaves no more.
    """
    gone = (
        _working()
        .filter(
            enrolment__participant__in=addresses,
            mail__state__in=[MailState.SENDING, MailState.UNCERTAIN, MailState.SENT],
        )
        .exclude(enrolment__in=ending)
    )
    found = {
        person
        for person, address in gone.values_list("enrolment__participant", "mail__to")
        if addresses[person] == address
    }
    return list(Participant.objects.filter(pk__in=found).order_by("name_folded", "pk"))


def audience(
    action: TrainingAction, to: Audience, *, chosen: Collection[UUID] = ()
) -> QuerySet[Enrolment]:
    """Return the enrolments of `action` that `to` means, by last name."""
    enrolments = (
        Enrolment.objects.filter(action=action)
        .select_related("participant")
        .order_by("participant__listed_folded", "pk")
    )
    if to == Audience.CHOSEN:
        return enrolments.filter(public_id__in=chosen)
    if to == Audience.NOT_YET:
        return enrolments.exclude(Exists(_working().filter(enrolment=OuterRef("pk"))))
    return enrolments


def following(enrolments: QuerySet[Enrolment], last: Enrolment) -> QuerySet[Enrolment]:
    """Return those of an `audience` who come after `last`, in its order."""
    name = last.participant.listed_folded
    later = Q(participant__listed_folded__gt=name)
    namesake = Q(participant__listed_folded=name, pk__gt=last.pk)
    return enrolments.filter(later | namesake)


def delivered(enrolments: Collection[int]) -> int:
    """Return to how many of these enrolments a link was handed out."""
    made = LinkDelivery.objects.filter(enrolment__in=enrolments)
    return made.values("enrolment").distinct().count()


class Unmailed(StrEnum):
    """Why no link is mailed to somebody."""

    NO_ADDRESS = "no_address"
    OF_SENCE = "of_sence"  # the portal does not write there (core/to_sence.py)


def unmailed(address: str) -> Unmailed | None:
    """Return why no link is mailed to `address`, or None where it is."""
    if reaches(address):
        return None
    return Unmailed.OF_SENCE if address else Unmailed.NO_ADDRESS


def count_unmailed(enrolments: QuerySet[Enrolment]) -> Counter[Unmailed]:
    """Return to how many of `enrolments` no link is mailed, by why."""
    addresses = enrolments.order_by().values_list("participant__email", flat=True)
    return Counter(why for one in addresses if (why := unmailed(one)))


@dataclass(frozen=True)
class Sent:
    """What came of sending links by mail."""

    queued: int
    repeated: int  # had been sent since the page was shown
    unmailed: dict[Unmailed, list[Enrolment]]


@transaction.atomic
def send_links(
    action: TrainingAction,
    enrolments: QuerySet[Enrolment],
    *,
    shown_at: datetime,
    by: User,
    at: datetime,
) -> Sent:
    """Queue a mail with the personal link to each of `enrolments`.

    Who was sent one since the page was shown (`shown_at`) is not sent another: a
    button pressed twice, or by two people, sends once; pressed again later, on
    purpose, it sends again. Raises ActionClosed where links are withheld.
    """
    current = _hold(action)
    recent = set(
        _working()
        .filter(enrolment__action=current, way=LinkWay.MAIL, at__gte=shown_at)
        .values_list("enrolment", flat=True)
    )
    people = _locked(enrolments)
    left_out: dict[Unmailed, list[Enrolment]] = {}
    to_send = []
    for one in people:
        if why := unmailed(one.participant.email):
            left_out.setdefault(why, []).append(one)
        elif one.pk not in recent:
            to_send.append(one)
    _mail(to_send, current, by=by, at=at)
    return Sent(
        queued=len(to_send),
        repeated=sum(one.pk in recent for one in people),
        unmailed=left_out,
    )


def withheld(action: TrainingAction) -> str:
    """Return why links of `action` are not handed out, in Spanish, or ""."""
    if not action.decision:
        return ""
    state = action.get_decision_display().lower()
    return f"La acción está {state}: sus enlaces ya no se entregan."


def _hold(action: TrainingAction) -> TrainingAction:
    hold_people(action.course.training_body_id)
    current = (
        TrainingAction.objects.select_for_update(of=("self",), no_key=True)
        .select_related("course__training_body")
        .get(pk=action.pk)
    )
    if reason := withheld(current):
        raise ActionClosed(reason)
    return current


def _locked(enrolments: QuerySet[Enrolment]) -> list[Enrolment]:
    """Return them with links that nobody regenerates meanwhile."""
    return list(enrolments.select_for_update(of=("participant",), no_key=True))


def _next_numbers(enrolments: list[Enrolment]) -> dict[int, int]:
    numbers = dict.fromkeys((one.pk for one in enrolments), 1)
    made = LinkDelivery.objects.filter(enrolment__in=numbers).order_by("number")
    for enrolment, number in made.values_list("enrolment", "number"):
        numbers[enrolment] = number + 1
    return numbers


def _mail(
    enrolments: list[Enrolment], action: TrainingAction, *, by: User, at: datetime
) -> None:
    numbers = _next_numbers(enrolments)
    mails = outbox.queue_each(
        (_draft(one, action, number=numbers[one.pk]) for one in enrolments),
        training_body=action.course.training_body,
        at=at,
    )
    LinkDelivery.objects.bulk_create(
        LinkDelivery(
            enrolment=one,
            number=numbers[one.pk],
            way=LinkWay.MAIL,
            link_version=one.participant.link_version,
            mail=mail,
            by=by,
            at=at,
        )
        for one, mail in zip(enrolments, mails, strict=True)
    )
    _record("courses.links_sent", action, enrolments, by=by, at=at)


def _draft(
    enrolment: Enrolment, action: TrainingAction, *, number: int
) -> outbox.Draft:
    enrolment.action = action
    return outbox.Draft(
        dedup_key=f"personal_link:{enrolment.public_id}:{number}",
        to=enrolment.participant.email,
        subject=_subject(action),
        text=letter(enrolment),
        about=outbox.About(
            region=action.region,
            page=reverse("courses:links", args=[action.public_id]),
        ),
    )


def _subject(action: TrainingAction) -> str:
    return f"Tu enlace para el curso {action.course.name}"


def letter(enrolment: Enrolment) -> str:
    """Return the text of the mail with the personal link of `enrolment`."""
    action = enrolment.action
    return render_to_string(
        "emails/personal_link.txt",
        {
            "enrolment": enrolment,
            "participant": enrolment.participant,
            "action": action,
            "course": action.course,
            "training_body": action.course.training_body,
            "link": personal_link(enrolment),
        },
    )


class SheetRefused(DomainError):
    """No sheet can follow that one."""

    code = "sheet_refused"


@dataclass(frozen=True)
class Sheet:
    """The enrolments on one sheet, and how many more there are for another."""

    enrolments: list[Enrolment]
    left: int


@transaction.atomic
def print_links(
    action: TrainingAction,
    enrolments: QuerySet[Enrolment],
    *,
    after: UUID | None = None,
    by: User,
    at: datetime,
) -> Sheet:
    """Write down that links are shown to be printed: the first ON_A_SHEET of them.

    `after` names the last enrolment of the sheet before: this one goes on behind it.
    Raises SheetRefused where that is gone, ActionClosed where links are withheld.
    """
    current = _hold(action)
    if after is not None:
        enrolments = following(enrolments, _last_of(current, after))
    total = enrolments.count()
    people = _locked(enrolments[:ON_A_SHEET])
    numbers = _next_numbers(people)
    LinkDelivery.objects.bulk_create(
        LinkDelivery(
            enrolment=one,
            number=numbers[one.pk],
            way=LinkWay.SHEET,
            link_version=one.participant.link_version,
            by=by,
            at=at,
        )
        for one in people
    )
    _record("courses.links_shown", current, people, by=by, at=at)
    return Sheet(people, left=total - len(people))


def _last_of(action: TrainingAction, public_id: UUID) -> Enrolment:
    enrolled = Enrolment.objects.filter(action=action).select_related("participant")
    last = enrolled.filter(public_id=public_id).first()
    if last is None:
        raise SheetRefused(
            "La nómina cambió desde la hoja anterior. Prepárala otra vez."
        )
    return last


def _record(
    deed: str,
    action: TrainingAction,
    enrolments: list[Enrolment],
    *,
    by: User,
    at: datetime,
) -> None:
    if not enrolments:
        return
    audit.record(
        deed,
        at=at,
        by=by,
        training_body=action.course.training_body,
        target=action,
        enrolments=[str(one.public_id) for one in enrolments],
    )
