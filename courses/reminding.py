"""Who wants which reminders: a training body's choice, and each person's own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from courses.ladder import Kind
from courses.models import ReminderSettings, ReminderSilence
from courses.notices import DEFAULT, KINDS, Plan
from otec_portal.core import audit
from otec_portal.core.models import Membership, TrainingBody, User
from otec_portal.core.versions import ChangedMeanwhile, Seen, version_of

CHOSEN: Final = ("notices", "kinds", "roles", "quiet")
MEANWHILE: Final = (
    "Mientras editabas, otra persona cambió los recordatorios. Lo que elegiste sigue "
    "aquí, sin guardar. Si guardas otra vez, reemplazas lo que esa persona eligió."
)


def settings_of(body: TrainingBody) -> ReminderSettings:
    """Return what `body` chose; unsaved, with what holds, where it chose nothing."""
    chosen = ReminderSettings.objects.filter(training_body=body).first()
    return chosen or ReminderSettings(
        training_body=body,
        notices=sorted(DEFAULT.notices, reverse=True),
        kinds=[kind.value for kind in KINDS if kind in DEFAULT.kinds],
        roles=sorted(DEFAULT.roles),
        quiet=DEFAULT.quiet,
    )


def plan_of(chosen: ReminderSettings) -> Plan:
    """Return the plan that `chosen` says."""
    return Plan(
        notices=frozenset(chosen.notices),
        kinds=frozenset(Kind(one) for one in chosen.kinds),
        roles=frozenset(chosen.roles),
        quiet=chosen.quiet,
    )


@dataclass(frozen=True)
class Following:
    """The training bodies that follow `plan`, by their keys.

    Without keys: all those that chose nothing.
    """

    plan: Plan
    bodies: tuple[int, ...] | None


def plans() -> Iterator[Following]:
    """Yield every plan that is followed, each once. One query."""
    followers: dict[Plan, list[int]] = {}
    for chosen in ReminderSettings.objects.order_by("pk"):
        followers.setdefault(plan_of(chosen), []).append(chosen.training_body_id)
    yield Following(DEFAULT, None)
    for plan, bodies in followers.items():
        yield Following(plan, tuple(bodies))


@transaction.atomic
def choose(
    body: TrainingBody,
    *,
    values: dict[str, object],
    by: User,
    at: datetime,
    seen: Seen | None = None,
) -> None:
    """Write `values` of CHOSEN for `body`; what stood there is kept in the history.

    Raises ChangedMeanwhile where it is no longer what was `seen`.
    """
    TrainingBody.objects.select_for_update(no_key=True).get(pk=body.pk)
    chosen = settings_of(body)
    before = {
        name: getattr(chosen, name)
        for name in CHOSEN
        if getattr(chosen, name) != values[name]
    }
    if not before:
        return
    now = version_of(chosen, CHOSEN)
    if seen and seen.version and seen.version != now:
        raise ChangedMeanwhile(MEANWHILE, version=now)
    for name in before:
        setattr(chosen, name, values[name])
    chosen.full_clean()
    chosen.save()
    audit.record(
        "courses.reminders_chosen",
        at=at,
        by=by,
        training_body=body,
        target=chosen,
        before=before,
    )


@transaction.atomic
def leave_out(membership: Membership, *, at: datetime) -> None:
    """Send the person of `membership` no more reminders under that profile."""
    _, new = ReminderSilence.objects.get_or_create(
        membership=membership, defaults={"since": at}
    )
    if new:
        _record("courses.reminders_declined", membership, at=at)


@transaction.atomic
def take_up(membership: Membership, *, at: datetime) -> None:
    """Send them again."""
    gone, _ = ReminderSilence.objects.filter(membership=membership).delete()
    if gone:
        _record("courses.reminders_taken_up", membership, at=at)


def is_silent(membership: Membership) -> bool:
    """Say whether the person left themselves out under this profile."""
    return ReminderSilence.objects.filter(membership=membership).exists()


def _record(deed: str, membership: Membership, *, at: datetime) -> None:
    audit.record(
        deed,
        at=at,
        by=membership.user,
        training_body=membership.training_body,
        target=membership,
    )
