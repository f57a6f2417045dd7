"""Declarations as lists show them: who issued, who is missing, who was reminded."""

from datetime import date
from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import (
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce

from courses.models import ActivityType, Enrolment, Modality, TrainingAction
from liquidation.declarations import Exceptional, Standing, of_participant
from liquidation.models import (
    TO_ISSUE,
    Declaration,
    DeclarationReminder,
    DeclarationState,
    OutOfTermAnswer,
    OutOfTermRequest,
)
from otec_portal.core.models import Membership

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

_PENDING = Value(DeclarationState.PENDING.value, output_field=CharField())


class Declared(TypedDict):
    """What `with_declarations` adds to an enrolment."""

    sessions: int  # those that count (attendance)
    declaration_state: str
    otec_state: str
    reminded_at: Any


def with_declarations(
    enrolments: QuerySet[Enrolment],
) -> "QuerySet[WithAnnotations[Enrolment, Declared]]":
    """Add to each of `enrolments` how its declaration and the OTEC's stand."""
    reminders = DeclarationReminder.objects.filter(enrolment=OuterRef("pk"))
    return enrolments.select_related("participant", "declaration").annotate(
        sessions=Coalesce(F("attendance_total__sessions"), 0),
        declaration_state=Coalesce(F("declaration__state"), _PENDING),
        otec_state=_otec_state(OuterRef("action")),
        reminded_at=Subquery(reminders.order_by("-at").values("at")[:1]),
    )


def _otec_state(action: OuterRef) -> Coalesce:
    own = Declaration.objects.filter(action=action, enrolment=None)
    return Coalesce(Subquery(own.values("state")[:1]), _PENDING)


def of_action(
    action: TrainingAction,
) -> "QuerySet[WithAnnotations[Enrolment, Declared]]":
    """Return everybody in `action`, with their declarations."""
    return with_declarations(Enrolment.objects.filter(action=action))


def otec_declaration(action: TrainingAction) -> Declaration | None:
    """Return the OTEC's own declaration of `action`, if anything is known of it."""
    return Declaration.objects.filter(action=action, enrolment=None).first()


def requests_of(action: TrainingAction) -> QuerySet[OutOfTermRequest]:
    """Return what was asked out of term for `action`, the latest first.

    With the answers; without the documents' bytes.
    """
    asked = OutOfTermRequest.objects.filter(action=action)
    return (
        asked.select_related("by", "answer__by")
        .defer("content", "answer__content")
        .order_by("-pk")
    )


def pending_request(action: TrainingAction) -> OutOfTermRequest | None:
    """Return the request of `action` that SENCE has not answered, if there is one."""
    return requests_of(action).filter(answer=None).first()


def exceptional_of(action: TrainingAction) -> Exceptional:
    """Return how the latest request to issue `action` out of term stands."""
    latest = requests_of(action).first()
    if latest is None:
        return Exceptional.NOT_ASKED
    answer: OutOfTermAnswer | None = getattr(latest, "answer", None)
    if answer is None:
        return Exceptional.PENDING
    return Exceptional.ACCEPTED if answer.accepted else Exceptional.REJECTED


def standing_of(row: Any, *, today: date, action: TrainingAction) -> Standing:
    """Return where the declaration of `row`, of `with_declarations`, stands."""
    return of_participant(
        action,
        otec=row.otec_state,
        state=row.declaration_state,
        sessions=row.sessions,
        exempt=row.exempt,
        today=today,
    )


MISSING = Q(sessions__gt=0, declaration_state__in=TO_ISSUE)
GROUPS = {
    "emitidas": Q(declaration_state=DeclarationState.ISSUED),
    "faltan": MISSING,
    "en-sence": Q(
        declaration_state__in=[
            DeclarationState.IN_VALIDATION,
            DeclarationState.REJECTED,
        ]
    ),
    "sin-sesion": Q(sessions=0, declaration_state__in=TO_ISSUE),
}


def counts(rows: QuerySet[Any]) -> dict[str, int]:
    """Return how many of `rows` are in each of GROUPS, and in all."""
    return dict(
        rows.order_by().aggregate(
            todas=Count("pk"),
            **{
                name.replace("-", "_"): Count("pk", filter=group)
                for name, group in GROUPS.items()
            },
        )
    )


def authorised(today: date) -> Q:
    """Select actions whose declarations can be issued on `today`.

    The same as declarations.authorised_on, in SQL; a test holds them together.
    """
    partial = Q(activity_type=ActivityType.PARTIAL)
    return (partial & Q(starts_on__lt=date(today.year, 1, 1))) | (
        ~partial & Q(ends_on__lt=today)
    )


def _awaited(membership: Membership, *, today: date) -> QuerySet[TrainingAction]:
    return TrainingAction.objects.visible_to(membership).filter(
        authorised(today), course__modality=Modality.E_LEARNING, decision=""
    )


def missing_everywhere(membership: Membership, *, today: date) -> QuerySet[Any]:
    """Return who has a session and has not issued, over all actions that are over."""
    enrolments = Enrolment.objects.filter(action__in=_awaited(membership, today=today))
    return with_declarations(enrolments.select_related("action__course")).filter(
        MISSING
    )


def actions_without_otec(
    membership: Membership, *, today: date
) -> QuerySet[TrainingAction]:
    """Return the actions that are over, in which the OTEC's declaration is missing."""
    entered = Enrolment.objects.filter(
        action=OuterRef("pk"), attendance_total__sessions__gt=0
    )
    return (
        _awaited(membership, today=today)
        .annotate(otec_state=_otec_state(OuterRef("pk")))
        .filter(Exists(entered), otec_state__in=TO_ISSUE)
        .select_related("course")
    )
