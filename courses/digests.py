"""Digests of reminders: one mail to a person, per training body and day.

otec_portal.reminders notes what is due; here it is told, as it stands on the day. A
reminder counts as told from the digest that has it on, unless that reached nobody: it
was withdrawn before it left, refused, or did not arrive.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeAlias

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from courses.digest_lines import Desk, Profile, Told, profile_of
from courses.digest_others import Others, others_of
from courses.digest_words import subject_of, text_of
from courses.models import Reminder, ReminderDigest, ReminderLine, TrainingAction
from courses.notices import DAYS_BEFORE, LONG_OVER
from courses.reminding import plan_of, settings_of
from courses.terms import last_moment
from otec_portal.core import outbox
from otec_portal.core.models import (
    MailState,
    Membership,
    OutgoingEmail,
    TrainingBody,
    User,
)
from otec_portal.core.models.mail import UNSENT
from otec_portal.core.to_sence import reaches
from otec_portal.core.zones import SANTIAGO

REMEMBERED: Final = timedelta(days=DAYS_BEFORE[0] + LONG_OVER)  # no notice lasts longer
REACHED_NOBODY: Final = (MailState.WITHDRAWN, MailState.REFUSED)
PAGE: Final = 500  # people, or lines, at a time

Key: TypeAlias = tuple[int, int]  # training body, user


def waiting(today: date) -> Iterator[Key]:
    """Yield, in their order, for whom `tell` may have something to do on `today`."""
    last: Key = (0, 0)
    while page := sorted({*_untold_after(last, today), *_unsent_after(last)})[:PAGE]:
        yield from page
        last = page[-1]


def _untold_after(last: Key, today: date) -> list[Key]:
    """Those with something untold, unless their digest of `today` is settled."""
    todays = ReminderDigest.objects.filter(
        training_body=OuterRef("action__course__training_body"),
        user=OuterRef("user"),
        on=today,
    )
    settled = _settling(todays).exclude(mail__state__in=UNSENT)
    rows = _untold(Reminder.objects.all(), today).exclude(Exists(settled))
    return _page(rows, ("action__course__training_body", "user"), last)


def _unsent_after(last: Key) -> list[Key]:
    """Those with a digest that has not left yet."""
    rows = ReminderDigest.objects.filter(mail__state__in=UNSENT)
    return _page(rows, ("training_body", "user"), last)


def _page(rows: QuerySet[Any], names: tuple[str, str], last: Key) -> list[Key]:
    body, user = names
    after = Q(**{f"{body}__gt": last[0]}) | Q(**{body: last[0], f"{user}__gt": last[1]})
    keys = rows.filter(after).order_by(*names).values_list(*names).distinct()
    return list(keys[:PAGE])


def _untold(rows: QuerySet[Reminder], today: date) -> QuerySet[Reminder]:
    """Return those of `rows` that no mail tells, and that may still hold on `today`.

    Of a step of which a later notice was told an earlier one says nothing more.
    """
    lines = ReminderLine.objects.exclude(digest__mail__state__in=REACHED_NOBODY)
    told = lines.filter(reminder=OuterRef("pk"))
    told_since = lines.filter(
        reminder__notice__lt=OuterRef("notice"),
        **{
            f"reminder__{name}": OuterRef(name)
            for name in ("user", "action", "kind", "step_on")
        },
    )
    recent = rows.filter(noted_on__gt=today - REMEMBERED)
    return recent.exclude(Exists(told)).exclude(Exists(told_since))


def _settling(todays: QuerySet[ReminderDigest]) -> QuerySet[ReminderDigest]:
    """Return those of a day's digests after which the day has no other one.

    One that was refused is tried again on another day, and at once only where the
    person has another address since.
    """
    elsewhere = Q(mail__state=MailState.REFUSED) & ~Q(mail__to=F("user__email"))
    return todays.exclude(mail__state=MailState.WITHDRAWN).exclude(elsewhere)


@transaction.atomic
def tell(key: Key, *, today: date, at: datetime) -> bool:
    """Queue the digest of `today` for one person; say whether there is a new one.

    What has not left yet and is not so any more, is of another day or waits on a quiet
    one, is withdrawn and told anew. What comes up after the day's digest has left, or
    was refused, waits for the next.
    """
    body = TrainingBody.objects.get(pk=key[0])
    user = User.objects.select_for_update(no_key=True).get(pk=key[1])
    plan = plan_of(settings_of(body))
    quiet = plan.told_until(today) is None
    memberships = _memberships(user, body)
    desk = Desk(plan, [_profile(one) for one in memberships], today)
    mine = Reminder.objects.filter(user=user, action__course__training_body=body)
    digests = ReminderDigest.objects.filter(training_body=body, user=user)
    unsent = digests.filter(mail__state__in=UNSENT)
    _hold(Q(lines__digest__in=unsent) | Q(pk__in=_untold(mine, today).values("pk")))
    if unsent.exists():
        if not quiet and _stands(unsent, _untold(mine, today), desk):
            return False
        outbox.withdraw(OutgoingEmail.objects.filter(reminder_digest__in=unsent), at=at)
    todays = digests.filter(on=today)
    if quiet or _settling(todays).exists():
        return False
    told = desk.tell(_untold(mine, today))
    if not told.count:
        return False
    others = others_of(memberships, told, today=today)
    digest = ReminderDigest(training_body=body, user=user, on=today)
    _queue(told, others, digest, at=at)
    return True


def _hold(told: Q) -> None:
    """Let no deed move the terms of what `told` reminds of until this one is done.

    A deed locks its action, then withdraws what tells of it: in this order here too.
    """
    about = Reminder.objects.filter(told).values("action")
    held = TrainingAction.objects.select_for_update(no_key=True).order_by("pk")
    list(held.filter(pk__in=about).values_list("pk"))


def _memberships(user: User, body: TrainingBody) -> list[Membership]:
    """Return the profiles by which mail reaches `user` about `body` now."""
    if not (user.is_active and reaches(user.email)):
        return []
    rows = Membership.objects.in_force().filter(user=user, training_body=body)
    return list(rows.select_related("reminder_silence").prefetch_related("regions"))


def _profile(membership: Membership) -> Profile:
    return profile_of(membership, silent=hasattr(membership, "reminder_silence"))


def _stands(
    unsent: QuerySet[ReminderDigest], untold: QuerySet[Reminder], desk: Desk
) -> bool:
    """Say whether what waits to leave is of today, still so, and all there is."""
    if unsent.exclude(on=desk.today).exists():
        return False
    lines = Reminder.objects.filter(lines__digest__in=unsent)
    return desk.tell(lines).lapsed == 0 and desk.tell(untold).count == 0


def _queue(told: Told, others: Others, digest: ReminderDigest, *, at: datetime) -> None:
    """Keep `digest`, with its mail and its lines: all or nothing.

    The mail is good for its day alone, and one of the day alone is not withdrawn; each
    that was refused for an address of before makes room for one more.
    """
    body, user, on = digest.training_body, digest.user, digest.on
    before = ReminderDigest.objects.filter(training_body=body, user=user, on=on)
    digest.edition = before.count() + 1
    day = f"reminders:{body.pk}:{user.pk}:{on:%Y-%m-%d}"
    refused = before.filter(mail__state=MailState.REFUSED).count()
    draft = outbox.Draft(
        dedup_key=f"{day}:{digest.edition}",
        to=user.email,
        subject=subject_of(told, today=on),
        text=text_of(told, others, user, body, today=on),
        about=outbox.About(
            secret=False,
            expires_at=max(at, last_moment(on, SANTIAGO)),
            slot=f"{day}:{refused}" if refused else day,
        ),
    )
    (digest.mail,) = outbox.queue_each([draft], training_body=body, at=at)
    digest.save()
    ReminderLine.objects.bulk_create(
        (ReminderLine(digest=digest, reminder_id=pk) for pk in told.reminders),
        batch_size=PAGE,
    )


def withdraw_about(action: TrainingAction, *, at: datetime) -> None:
    """Keep digests that tell of `action` from leaving: what they say is so no more.

    The next run tells anew what holds. Call it inside the deed's transaction.
    """
    about = ReminderDigest.objects.filter(
        mail__state__in=UNSENT, lines__reminder__action=action
    )
    outbox.withdraw(OutgoingEmail.objects.filter(reminder_digest__in=about), at=at)
