"""What the pages of courses list and show."""

from typing import Any, TypeAlias, TypeVar

from django.db.models import Count, Q, QuerySet

from courses import lookups
from courses.models import Company, Course, Enrolment, Intermediary, TrainingAction
from courses.outlook import CERTIFICATE
from otec_portal.core.models import Membership, Role
from otec_portal.core.tenancy import TenantQuerySet, regions_within_reach

Rows = TypeVar("Rows", bound=TenantQuerySet[Any])
Shared: TypeAlias = Course | Company | Intermediary  # by actions of whatever regions


def courses_for(membership: Membership, *, words: str = "") -> TenantQuerySet[Course]:
    """Return the courses in which `words` stand, with `actions`: how many each has.

    Those that `membership` may see; `beyond` are those of regions that are not its own.
    """
    return _counted(Course.objects.all(), membership, words=words, kind="cursos")


def companies_for(
    membership: Membership, *, words: str = ""
) -> TenantQuerySet[Company]:
    """Return the companies in which `words` stand, counted as courses are."""
    return _counted(Company.objects.all(), membership, words=words, kind="empresas")


def intermediaries_for(
    membership: Membership, *, words: str = ""
) -> TenantQuerySet[Intermediary]:
    """Return the OTICs in which `words` stand, counted as courses are."""
    return _counted(Intermediary.objects.all(), membership, words=words, kind="otic")


def _counted(rows: Rows, membership: Membership, *, words: str, kind: str) -> Rows:
    found = lookups.search(rows.visible_to(membership), words, kind=lookups.KINDS[kind])
    seen = Q(trainingaction__region__in=dict(regions_within_reach(membership)))
    counted: Rows = found.annotate(
        actions=Count("trainingaction", filter=seen),
        beyond=Count("trainingaction", filter=~seen),
    )
    return counted


def actions_beyond(shared: Shared, membership: Membership) -> int:
    """Return how many actions of `shared` are of regions where `membership` can't act.

    Who may not change them may not change what stands on their papers (domain.md:
    "REGIONAL_ADMIN: the same, for actions in their regions only").
    """
    if membership.role != Role.REGIONAL_ADMIN:
        return 0
    actions = TrainingAction.objects.filter(**{str(shared._meta.model_name): shared.pk})
    return actions.exclude(region__in=dict(regions_within_reach(membership))).count()


def actions_for(membership: Membership) -> QuerySet[TrainingAction]:
    """Return the actions that `membership` may see, with what names them."""
    return TrainingAction.objects.visible_to(membership).select_related(
        "course__training_body", "company", "intermediary"
    )


def actions_of(course: Course, membership: Membership) -> QuerySet[TrainingAction]:
    """Return the actions of `course` that `membership` may see.

    With `people`, and their outlook.
    """
    mine = actions_for(membership).filter(course=course)
    return CERTIFICATE.outlook.annotate(mine.annotate(people=Count("enrolments")))


def related_to(action: TrainingAction, membership: Membership) -> TrainingAction | None:
    """Return the other action of a pair, from whichever side, if it may be seen."""
    other = Q(related_action=action.pk) | Q(pk=action.related_action_id)
    return actions_for(membership).filter(other).first()


def roster_of(action: TrainingAction) -> QuerySet[Enrolment]:
    """Return the enrolments of `action` with their people."""
    return Enrolment.objects.filter(action=action).select_related("participant")
