"""Under which membership ("perfil" and "institución") a user acts."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from otec_portal.core.models import Membership, TrainingBody, User
from otec_portal.core.to_sence import Release, reaches

SESSION_KEY = "membership"
_CACHE = "_otec_membership"


def signed_in(request: HttpRequest) -> User:
    """Return the user of a view that asks for one. Raises PermissionDenied."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def memberships_of(user: User) -> QuerySet[Membership]:
    """Return what `user` may act as, in a fixed order."""
    return (
        Membership.objects.in_force()
        .filter(user=user)
        .select_related("training_body")
        .prefetch_related("regions")
        .order_by("training_body__name", "role")
    )


def suspended_in(user: User) -> list[TrainingBody]:
    """Return where the access of `user` is suspended, by name."""
    held = Membership.objects.filter(user=user, suspended_at__isnull=False)
    bodies = TrainingBody.objects.filter(pk__in=held.values("training_body"))
    return list(bodies.order_by("name"))


def current_membership(request: HttpRequest) -> Membership | None:
    """Return the membership chosen in this session, or the only one, or None."""
    if not hasattr(request, _CACHE):
        setattr(request, _CACHE, _find(request))
    found: Membership | None = getattr(request, _CACHE)
    return found


def _find(request: HttpRequest) -> Membership | None:
    if not request.user.is_authenticated:
        return None
    mine = list(memberships_of(request.user))
    if len(mine) == 1:
        return mine[0]
    chosen = request.session.get(SESSION_KEY)
    return next((one for one in mine if str(one.public_id) == chosen), None)


def choose(request: HttpRequest, membership: Membership) -> None:
    """Act as `membership` in this session, and offer it first in the next one."""
    request.session[SESSION_KEY] = str(membership.public_id)
    if hasattr(request, _CACHE):
        delattr(request, _CACHE)
    User.objects.filter(pk=membership.user_id).update(last_membership=membership)


def addresses(reach: Q, *, release: Release | None = None) -> list[str]:
    """Return where those who act as `reach` says are written to, each once."""
    found = (
        Membership.objects.in_force()
        .filter(reach, user__is_active=True)
        .values_list("user__email", flat=True)
    )
    return sorted(one for one in set(found) if reaches(one, release))


def offers_to(user: User) -> QuerySet[Membership]:
    """Return what is offered to `user` at the address that their account has.

    What was sent to another address is taken by the link of its mail alone.
    """
    return (
        Membership.objects.offered()
        .filter(user=user, suspended_at=None, offered_email=user.email)
        .exclude(offered_email="")
        .select_related("training_body")
        .order_by("training_body__name", "role")
    )
