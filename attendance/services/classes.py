"""The "libro de clases": classes begun and ended, entered afterwards, annulled."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from attendance.models import ClassState, TrainingClass
from attendance.services.totals import recount_action
from courses.models import ActionState, TrainingAction
from courses.services import refuse_change
from otec_portal.core import audit
from otec_portal.core.errors import DomainError
from otec_portal.core.models import User


class ClassRefused(DomainError):
    """This class can't be begun, ended, entered or annulled."""

    code = "class_refused"


@transaction.atomic
def begin_class(action: TrainingAction, *, by: User, now: datetime) -> TrainingClass:
    """ "Iniciar clase": `by` teaches `action` from `now` on.

    Raises ActionClosed, or ClassRefused: not_running, class_is_open.
    """
    current = _open_to_change(action)
    if current.state_on(timezone.localdate(now)) != ActionState.RUNNING:
        raise ClassRefused(
            f"Las clases se inician mientras dura la acción: {_days(current)}.",
            code="not_running",
        )
    try:
        with transaction.atomic():
            one = TrainingClass.objects.create(
                action=current, facilitator=by, started_at=now
            )
    except IntegrityError as refused:
        raise ClassRefused(
            "Tu clase en esta acción está en curso. Vuelve aquí para terminarla.",
            code="class_is_open",
        ) from refused
    _record("attendance.class_begun", one, by=by, at=now)
    return one


@transaction.atomic
def end_class(one: TrainingClass, *, by: User, now: datetime) -> None:
    """ "Terminar clase".

    Raises ActionClosed, TransitionRefused if it is over, or ClassRefused where the
    clock says that it has not begun yet: ends_before_it_starts.
    """
    action = _open_to_change(one.action)
    if now <= one.started_at:
        raise ClassRefused(
            "La clase acaba de empezar: inténtalo de nuevo en un momento.",
            code="ends_before_it_starts",
        )
    one.advance("end", at=now, by=str(by), ended_at=now)
    recount_action(action)
    _record("attendance.class_ended", one, by=by, at=now)


@transaction.atomic
def enter_class(
    *,
    action: TrainingAction,
    facilitator: User,
    started_at: datetime,
    ended_at: datetime,
    reason: str,
    by: User,
    now: datetime,
    overlap_accepted: bool = False,
) -> TrainingClass:
    """Enter a class that was held without the buttons; the reason is kept.

    Raises ActionClosed, or ClassRefused: ends_before_it_starts, in_the_future,
    outside_the_action (its days by the calendar of America/Santiago), already_there,
    overlaps (another of the same facilitator in the action, unless accepted).
    """
    current = _open_to_change(action)
    _refuse_times(current, started_at, ended_at, now=now)
    own = TrainingClass.objects.filter(action=current, facilitator=facilitator)
    _refuse_double(own, started_at, ended_at, overlap_accepted=overlap_accepted)
    one = TrainingClass.objects.create(
        action=current,
        facilitator=facilitator,
        state=ClassState.ENDED,
        started_at=started_at,
        ended_at=ended_at,
        reason=reason,
        entered_at=now,
        entered_by=by,
    )
    recount_action(current)
    _record("attendance.class_entered", one, by=by, at=now)
    return one


@transaction.atomic
def annul_class(one: TrainingClass, *, reason: str, by: User, now: datetime) -> None:
    """Take back a class that was recorded wrongly; it stays in the book, struck out.

    Raises ActionClosed, or TransitionRefused where it is annulled already.
    """
    action = _open_to_change(one.action)
    one.advance(
        "annul",
        at=now,
        by=str(by),
        annulled_at=now,
        annulled_by=by,
        annulment_reason=reason,
    )
    recount_action(action)
    _record("attendance.class_annulled", one, by=by, at=now, reason=reason)


def _open_to_change(action: TrainingAction) -> TrainingAction:
    """Hold the action while its classes change. Raises ActionClosed."""
    actions = TrainingAction.objects.select_related("course__training_body")
    current = actions.select_for_update(of=("self",)).get(pk=action.pk)
    refuse_change(current)
    return current


def _refuse_times(
    action: TrainingAction, started_at: datetime, ended_at: datetime, *, now: datetime
) -> None:
    if ended_at <= started_at:
        raise ClassRefused(
            "La clase termina después de su inicio: revisa las horas.",
            code="ends_before_it_starts",
        )
    if ended_at > now:
        raise ClassRefused(
            "La clase todavía no termina: ingrésala cuando haya terminado.",
            code="in_the_future",
        )
    if not action.starts_on <= timezone.localdate(started_at) <= action.ends_on:
        raise ClassRefused(
            f"La clase empieza dentro de los días de la acción: {_days(action)}.",
            code="outside_the_action",
        )


def _refuse_double(
    own: QuerySet[TrainingClass],
    started_at: datetime,
    ended_at: datetime,
    *,
    overlap_accepted: bool,
) -> None:
    standing = own.exclude(state=ClassState.ANNULLED)
    if standing.filter(started_at=started_at, ended_at=ended_at).exists():
        raise ClassRefused(
            "Esta misma clase ya está en el libro, con ese facilitador y esas horas.",
            code="already_there",
        )
    later = Q(ended_at=None) | Q(ended_at__gt=started_at)
    other = standing.filter(later, started_at__lt=ended_at).order_by("started_at")
    if not overlap_accepted and (one := other.first()) is not None:
        began = timezone.localtime(one.started_at)
        raise ClassRefused(
            "Coincide con otra clase del mismo facilitador, que empezó el "
            f"{began:%d-%m-%Y} a las {began:%H:%M:%S}. Marca la casilla si son dos.",
            code="overlaps",
        )


def _days(action: TrainingAction) -> str:
    return f"del {action.starts_on:%d-%m-%Y} al {action.ends_on:%d-%m-%Y}"


def _record(
    deed: str, one: TrainingClass, *, by: User, at: datetime, **data: object
) -> None:
    body = one.action.course.training_body
    audit.record(deed, at=at, by=by, training_body=body, target=one, **data)
