"""What is done to courses and actions, each deed in one transaction."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from courses.digests import withdraw_about
from courses.models import (
    ActionState,
    Enrolment,
    Environment,
    Participant,
    TrainingAction,
)
from otec_portal.core import audit, outbox
from otec_portal.core.errors import DomainError
from otec_portal.core.models import OutgoingEmail, TrainingBody, User


class ActionClosed(DomainError):
    """Nothing of this action may change any more."""

    code = "action_closed"


class EnvironmentIsFinal(DomainError):
    """SENCE never deletes production records: the action can't go back to test."""

    code = "environment_is_final"


class EnvironmentMoved(DomainError):
    """The action is no longer in production."""

    code = "environment_moved"


def refuse_change(action: TrainingAction) -> None:
    """Raise ActionClosed, with the reason, where `action` is closed.

    Under the lock of its row: what was read before may be older (TrainingAction).
    """
    if reason := action.closed_because:
        raise ActionClosed(reason)


@transaction.atomic
def switch_environment(
    action: TrainingAction, *, to: Environment, by: User, at: datetime
) -> None:
    """Move `action` to SENCE's other system, audited (protocol.md, "Addresses").

    Raises EnvironmentIsFinal where the action already has production sessions, and
    ActionClosed where nothing of it may change.
    """
    current = TrainingAction.objects.select_for_update().get(pk=action.pk)
    if current.environment == to:
        return
    refuse_change(current)
    if current.production_used_at is not None:
        raise EnvironmentIsFinal(
            "La acción ya tiene registros en producción: "
            "no puede volver al ambiente de prueba."
        )
    current.environment = to
    current.full_clean()
    current.save(update_fields=["environment"])
    withdraw_about(current, at=at)
    audit.record(
        "courses.environment_switched",
        at=at,
        by=by,
        training_body=current.course.training_body,
        target=current,
        to=str(to),
    )


def stays_in_production(public_id: UUID) -> bool:
    """Say whether that action is in production; if so, it is until the deed is done.

    Call it inside the deed's transaction.
    """
    held = TrainingAction.objects.select_for_update(no_key=True)
    return held.filter(public_id=public_id, environment=Environment.PRODUCTION).exists()


def note_production_use(action: TrainingAction, *, at: datetime) -> None:
    """Remember that `action` has records in production, from the first on.

    Raises EnvironmentMoved where it was switched to test at this very moment.
    """
    production = TrainingAction.objects.filter(
        pk=action.pk, environment=Environment.PRODUCTION
    )
    first = production.filter(production_used_at=None).update(production_used_at=at)
    if not first and not production.exists():
        raise EnvironmentMoved(
            "El curso cambió de ambiente en este momento. Inténtalo otra vez."
        )


def freeze(
    action: TrainingAction,
    *,
    at: datetime,
    billing_reference: str,
    real_starts_on: date | None,
    real_ends_on: date | None,
) -> None:
    """Let nothing of `action` change any more: its certificate is emitted, at `at`.

    Call it inside the deed's transaction, with the action's row locked. The dates are
    those of the classes really held, of a complementary and of a partial action.
    Raises ActionClosed where it is closed already.
    """
    refuse_change(action)
    action.billing_reference = billing_reference
    action.real_starts_on = real_starts_on
    action.real_ends_on = real_ends_on
    action.frozen_at = at
    action.full_clean()
    action.save(
        update_fields=[
            "billing_reference",
            "real_starts_on",
            "real_ends_on",
            "frozen_at",
        ]
    )
    withdraw_about(action, at=at)


def unfreeze(action: TrainingAction) -> None:
    """Let `action` change again: its certificate may be emitted anew.

    Call it inside the deed's transaction, with the action's row locked.
    """
    action.frozen_at = None
    action.save(update_fields=["frozen_at"])


def liquidate(
    action: TrainingAction, *, by: User | None, at: datetime, answer: str
) -> None:
    """Close `action` for good: SENCE's office liquidated it, as `answer` tells.

    Call it inside the deed's transaction, with the action's row locked; `by` is None
    where the office answered without an account. Once is enough. Raises ActionClosed
    where it is annulled.
    """
    if action.decision == ActionState.LIQUIDATED:
        return
    if action.decision:
        raise ActionClosed(action.closed_because)
    action.decision = ActionState.LIQUIDATED
    action.full_clean()
    action.save(update_fields=["decision"])
    withdraw_about(action, at=at)
    audit.record(
        "courses.action_liquidated",
        at=at,
        by=by,
        training_body=action.course.training_body,
        target=action,
        answer=answer,
    )


def hold_people(training_body: int) -> None:
    """Let nobody else change the people of `training_body` (its key) meanwhile.

    People belong to the training body, not to one action: whatever changes them or
    hands out their links queues up behind its row, before any other row is locked.
    Call it inside the deed's transaction.
    """
    TrainingBody.objects.select_for_update(no_key=True).get(pk=training_body)


@transaction.atomic
def regenerate_link(participant: Participant, *, by: User, at: datetime) -> int:
    """End every personal link and cookie of `participant` handed out so far.

    Mail with such a link that has not left yet does not leave any more; return how
    many of these there were.
    """
    hold_people(participant.training_body_id)
    current = Participant.objects.select_for_update().get(pk=participant.pk)
    current.link_version += 1
    current.save(update_fields=["link_version"])
    withdrawn = withdraw_links(Enrolment.objects.filter(participant=current), at=at)
    audit.record(
        "courses.link_regenerated",
        at=at,
        by=by,
        training_body=current.training_body,
        target=current,
    )
    return withdrawn


def withdraw_links(enrolments: QuerySet[Enrolment], *, at: datetime) -> int:
    """Keep mail with a link to one of `enrolments` from leaving, if it has not yet.

    Return how many mails.
    """
    mails = OutgoingEmail.objects.filter(link_delivery__enrolment__in=enrolments)
    return outbox.withdraw(mails, at=at)
