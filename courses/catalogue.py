"""Adding and changing courses, actions, companies and OTICs.

What changed stands in the audit trail with its old and its new value.
"""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from courses.digests import withdraw_about
from courses.identity import refuse_unconfirmed
from courses.models import (
    ActivityType,
    Company,
    Course,
    Environment,
    Intermediary,
    TrainingAction,
)
from courses.selectors import Shared, actions_beyond
from courses.services import ActionClosed, refuse_change
from otec_portal.core import audit
from otec_portal.core.attention import how_many
from otec_portal.core.changes import differences
from otec_portal.core.errors import DomainError
from otec_portal.core.models import Membership, TrainingBody
from otec_portal.core.tenancy import regions_within_reach
from otec_portal.core.versions import Seen, refuse_overwriting

CARRIED_OVER = (
    "course",
    "line",
    "region",
    "supervising_entity",
    "company",
    "intermediary",
    "places",
    "course_url",
    "session_max_minutes",
    "attendance_policy",
)
CERTIFIED = {"name", "sence_code", "hours"}  # of a course, by its actions' papers
MOVED_ELSEWHERE = (
    "environment",
    "production_used_at",
    "decision",
    "frozen_at",
    "real_starts_on",
    "real_ends_on",
)


class OutOfReach(DomainError):
    """The row is of another training body, or of a region that is not the actor's."""

    code = "out_of_reach"


class AlreadyThere(DomainError):
    """Somebody else saved the same at this very moment."""

    code = "already_there"


def save_course(
    course: Course,
    *,
    by: Membership,
    at: datetime,
    seen: Seen | None = None,
    confirmed: bool = False,
) -> None:
    """Add `course`, or change what was `seen` of it.

    `confirmed`: that a code with records in production was written wrongly. Raises
    IdentityUnconfirmed where nobody said so (courses.identity); ActionClosed where a
    closed action stands on what would change; OutOfReach where an action of a region
    stands on it that is not that of `by`, or the body is another; ValidationError,
    AlreadyThere, ChangedMeanwhile.
    """
    body = course.training_body
    _save(course, body=body, by=by, at=at, seen=seen, confirmed=confirmed)


def save_institution(
    institution: Company | Intermediary,
    *,
    by: Membership,
    at: datetime,
    seen: Seen | None = None,
) -> None:
    """Add a company or an OTIC, or change it. Raises as `save_course` does."""
    _save(institution, body=institution.training_body, by=by, at=at, seen=seen)


def save_action(
    action: TrainingAction,
    *,
    by: Membership,
    at: datetime,
    seen: Seen | None = None,
    confirmed: bool = False,
) -> None:
    """Add `action`, or change it, where it is open and within the reach of `by`.

    A new one starts in SENCE's test environment; the environment moves by
    `services.switch_environment` alone. Raises ActionClosed, and as `save_course`.
    """
    with transaction.atomic():
        _leave_what_moves_elsewhere(action)
        body = action.course.training_body
        _save(action, body=body, by=by, at=at, seen=seen, confirmed=confirmed)
        withdraw_about(action, at=at)


@transaction.atomic
def set_value(
    action: TrainingAction, value: int | None, *, by: Membership, at: datetime
) -> None:
    """Keep what `action` is worth, in whole pesos, or that nobody knows.

    Its certificate does not say it: it may change while the action is frozen. Raises
    ActionClosed where it is liquidated or annulled; OutOfReach, ValidationError.
    """
    current = TrainingAction.objects.select_for_update(no_key=True).get(pk=action.pk)
    _refuse_beyond(current, by=by)
    if current.decision:
        raise ActionClosed(current.closed_because)
    before, current.value = current.value, value
    if before == value:
        return
    current.full_clean()
    current.save(update_fields=["value"])
    audit.record(
        "courses.trainingaction_changed",
        at=at,
        by=by.user,
        training_body=current.course.training_body,
        target=current,
        changes={"value": [before, value]},
    )


def beyond_reach(shared: Shared, *, by: Membership) -> str:
    """Return why `by` may not change what several actions share, in Spanish, or ""."""
    number = actions_beyond(shared, by)
    if not number:
        return ""
    return (
        f"Tiene {how_many(number, 'acción', 'acciones')} de otras regiones. "
        "Solo un Administrador Nacional puede corregir lo que también vale para ellas."
    )


def draft_complementary(partial: TrainingAction) -> TrainingAction:
    """Return, unsaved, next year's part of `partial`, with what both have in common."""
    draft = TrainingAction(
        activity_type=ActivityType.COMPLEMENTARY,
        related_action=partial,
        starts_on=date(partial.starts_on.year + 1, 1, 1),
    )
    for name in CARRIED_OVER:
        setattr(draft, name, getattr(partial, name))
    if partial.ends_on >= draft.starts_on:
        draft.ends_on = partial.ends_on
    return draft


def _leave_what_moves_elsewhere(action: TrainingAction) -> None:
    """Lock `action` with its pair; what other services move stays as it is now."""
    other = action.its_complementary()
    keys = [action.pk, action.related_action_id, other and other.pk]
    rows = TrainingAction.objects.filter(pk__in=[key for key in keys if key])
    held = {row.pk: row for row in rows.select_for_update().order_by("pk")}
    now = held.get(action.pk, TrainingAction(environment=Environment.TEST))
    for name in MOVED_ELSEWHERE:
        setattr(action, name, getattr(now, name))
    if action.activity_type != ActivityType.PARTIAL:
        action.real_ends_on = None
    if action.activity_type != ActivityType.COMPLEMENTARY:
        action.real_starts_on = None
    if action.related_action_id:
        action.related_action = held[action.related_action_id]


@transaction.atomic
def _save(
    row: Shared | TrainingAction,
    *,
    body: TrainingBody,
    by: Membership,
    at: datetime,
    seen: Seen | None,
    confirmed: bool = False,
) -> None:
    _refuse_beyond(row, by=by)
    before = _as_it_was(row)
    if before:
        _refuse_beyond(before, by=by)
    if isinstance(before, TrainingAction):
        refuse_change(before)
    elif before and (why := beyond_reach(before, by=by)):
        raise OutOfReach(why)
    row.full_clean()
    changes = differences(before, row) if before else {}
    if before and not changes:
        return
    if before:
        refuse_overwriting(before, row, seen=seen)
    if isinstance(before, Course) and CERTIFIED & changes.keys():
        _refuse_where_closed(before)
    if isinstance(before, Course | TrainingAction):
        refuse_unconfirmed(before, changed=changes, confirmed=confirmed)
    _write(row, fields=list(changes))
    audit.record(
        f"courses.{row._meta.model_name}_{'changed' if before else 'added'}",
        at=at,
        by=by.user,
        training_body=body,
        target=row,
        **({"changes": changes} if before else {}),
    )


def _refuse_beyond(row: Shared | TrainingAction, *, by: Membership) -> None:
    """Raise OutOfReach where `row` is of another training body or another region."""
    owner = row.course if isinstance(row, TrainingAction) else row
    if owner.training_body_id != by.training_body_id:
        raise OutOfReach("Es de otra entidad capacitadora.")
    if isinstance(row, TrainingAction) and (
        row.region not in dict(regions_within_reach(by))
    ):
        raise OutOfReach("La acción es de una región que no está en tu perfil.")


def _write(row: Shared | TrainingAction, *, fields: list[str]) -> None:
    """Write `fields` of `row`, all where there are none. Raises AlreadyThere."""
    try:
        with transaction.atomic():
            row.save(update_fields=fields or None)
    except IntegrityError:
        raise AlreadyThere(
            "Otra persona guardó lo mismo en este momento. Revisa la lista."
        ) from None


def _refuse_where_closed(course: Course) -> None:
    """Raise ActionClosed where nothing of one of its actions may change any more."""
    actions = TrainingAction.objects.filter(course=course).order_by("pk")
    for action in actions.select_for_update():
        if action.closed_because:
            raise ActionClosed(
                "El nombre, el código SENCE y las horas de este curso ya no se pueden "
                f"cambiar: su acción {action.action_code} está cerrada. Si SENCE "
                "acreditó otro curso, créalo aparte."
            )


def _as_it_was(row: Shared | TrainingAction) -> Shared | TrainingAction | None:
    """Return the row as the database has it, locked; None for a new one."""
    if row.pk is None:
        return None
    rows: QuerySet[Shared | TrainingAction] = type(row)._default_manager.all()
    return rows.select_for_update().get(pk=row.pk)
