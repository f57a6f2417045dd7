"""Who may act for a training body: invited, given profiles, let in or kept out.

Whoever already is a user, be it of another training body, is only offered a profile.
Until they accept, nothing of theirs is shown to who invited them (docs/adr/0012).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from otec_portal.core import audit
from otec_portal.core.errors import DomainError
from otec_portal.core.models import Membership, Role, TrainingBody, User
from otec_portal.core.models.training_bodies import MembershipQuerySet
from otec_portal.core.services import invitations

# the profiles that a training body gives out; SENCE's own are the installation's
ROLES = (Role.NATIONAL_ADMIN, Role.REGIONAL_ADMIN, Role.FACILITATOR)


class PeopleRefused(DomainError):
    """This can't be done to this person's profile."""

    code = "people_refused"


@dataclass(frozen=True)
class Profile:
    """A role with the regions that bind it."""

    role: Role
    regions: frozenset[str] = frozenset()


def check_profile(role: str, regions: Collection[str]) -> None:
    """Refuse a role that is not given out here, or regions that don't belong to it.

    Raises PeopleRefused.
    """
    if role not in ROLES:
        raise PeopleRefused("Elige uno de los perfiles de la lista.", code="role")
    if role == Role.REGIONAL_ADMIN and not regions:
        raise PeopleRefused(
            "Un Administrador Regional necesita al menos una región.", code="no_region"
        )
    if role != Role.REGIONAL_ADMIN and regions:
        raise PeopleRefused(
            "Las regiones son solo para el Administrador Regional.", code="regions"
        )


@transaction.atomic
def invite(
    *,
    training_body: TrainingBody,
    rut: str,
    full_name: str,
    email: str,
    profile: Profile,
    by: User,
    at: datetime,
) -> Membership:
    """Let a person in under `profile`, and write to them. Raises PeopleRefused.

    Who is new gets a link by which to set a password; who is a user already gets an
    offer. Either goes to the address that was written, and whoever reads it takes it
    (core/services/offers.py).
    """
    check_profile(profile.role, profile.regions)
    user, is_new = _user(rut=rut, full_name=full_name, email=email)
    offer = {"offered_at": at, "offered_name": full_name, "offered_email": email}
    _refuse_known(training_body, user)
    try:
        with transaction.atomic():
            membership = _give(
                training_body, user, profile, **({} if is_new else offer)
            )
    except IntegrityError:  # somebody else invited them at this very moment
        _refuse_known(training_body, user)
        raise
    invitations.send(membership, at=at)
    record("user_invited", membership, by=by, at=at)
    return membership


def _refuse_known(training_body: TrainingBody, user: User) -> None:
    if _colleagues(training_body).filter(user=user).exists():
        raise PeopleRefused(
            "Ya está en la lista de usuarios: agrégale el perfil en su página.",
            code="known_here",
        )


def _user(*, rut: str, full_name: str, email: str) -> tuple[User, bool]:
    """Return the user with this RUT, and whether they are new."""
    if known := User.objects.filter(rut=rut).first():
        return known, False
    try:
        with transaction.atomic():
            return User.objects.create_user(rut, full_name=full_name, email=email), True
    except IntegrityError:
        if known := User.objects.filter(rut=rut).first():  # since a moment ago
            return known, False
        raise PeopleRefused(
            "Este correo no sirve para una cuenta nueva. Escribe otro, que sea solo de "
            "esta persona.",
            code="email",
        ) from None


def _give(
    training_body: TrainingBody, user: User, profile: Profile, **offer: object
) -> Membership:
    membership = Membership.objects.create(
        user=user, training_body=training_body, role=profile.role, **offer
    )
    for region in sorted(profile.regions):
        membership.regions.create(region=region)
    return membership


@transaction.atomic
def add_profile(
    *,
    training_body: TrainingBody,
    user: User,
    profile: Profile,
    by: User,
    at: datetime,
) -> Membership:
    """Give a colleague one more profile. Raises PeopleRefused."""
    check_profile(profile.role, profile.regions)
    held = _colleagues(training_body).filter(user=user).first()
    if held is None or held.offered_at:
        raise PeopleRefused("Esta persona todavía no aceptó.", code="not_accepted")
    try:
        with transaction.atomic():
            membership = _give(
                training_body, user, profile, suspended_at=held.suspended_at
            )
    except IntegrityError:
        raise PeopleRefused("Esta persona ya tiene ese perfil.", code="held") from None
    record("profile_added", membership, by=by, at=at)
    return membership


def record_installed(
    membership: Membership, *, new: bool, by: User, at: datetime
) -> None:
    """Write down that the installation's staff gave a profile, or its regions.

    Call it inside the transaction in which they do, in Django's admin.
    """
    deed = "profile_added" if new else "regions_set"
    regions = sorted(membership.region_codes())
    record(deed, membership, by=by, at=at, regions=regions)


@transaction.atomic
def remove_profile(membership: Membership, *, by: User, at: datetime) -> None:
    """Take a profile away. Raises PeopleRefused for one's own and the last admin's."""
    _keep_an_admin(membership, losing=[membership], by=by)
    invitations.withdraw(membership, at=at)
    record("profile_removed", membership, by=by, at=at)
    membership.delete()


@transaction.atomic
def set_regions(
    membership: Membership, *, regions: Collection[str], by: User, at: datetime
) -> None:
    """Bind a regional admin to `regions` alone. Raises PeopleRefused."""
    check_profile(membership.role, regions)
    if set(regions) == membership.region_codes():
        return
    membership.regions.exclude(region__in=regions).delete()
    for region in sorted(regions):
        membership.regions.get_or_create(region=region)
    record("regions_set", membership, by=by, at=at, regions=sorted(regions))


@transaction.atomic
def suspend(*, training_body: TrainingBody, user: User, by: User, at: datetime) -> None:
    """Keep `user` out of this training body, with all profiles. Raises PeopleRefused.

    They are out at once, and an invitation does not leave any more; what they are
    elsewhere is untouched.
    """
    held = list(_colleagues(training_body).filter(user=user, suspended_at=None))
    if not held:
        return
    _keep_an_admin(held[0], losing=held, by=by)
    for membership in held:
        membership.suspended_at = at
        membership.save(update_fields=["suspended_at"])
        invitations.withdraw(membership, at=at)
    record("access_suspended", held[0], by=by, at=at)


@transaction.atomic
def restore(*, training_body: TrainingBody, user: User, by: User, at: datetime) -> None:
    """Let `user` back in, with the profiles they had."""
    held = list(
        _colleagues(training_body).filter(user=user, suspended_at__isnull=False)
    )
    if not held:
        return
    Membership.objects.filter(pk__in=[one.pk for one in held]).update(suspended_at=None)
    record("access_restored", held[0], by=by, at=at)


def _colleagues(training_body: TrainingBody) -> MembershipQuerySet:
    return Membership.objects.filter(training_body=training_body)


def _keep_an_admin(
    membership: Membership, *, losing: list[Membership], by: User
) -> None:
    """Refuse what would leave the training body without anybody to run it.

    The row of the training body is locked: of two admins who remove each other at
    the same moment, one is refused.
    """
    if membership.user_id == by.pk:
        raise PeopleRefused(
            "No puedes quitarte el acceso a ti mismo: pídeselo a otro Administrador "
            "Nacional.",
            code="own",
        )
    body = membership.training_body
    if body is None:
        return
    TrainingBody.objects.select_for_update().get(pk=body.pk)
    left = (
        _colleagues(body)
        .in_force()
        .filter(role=Role.NATIONAL_ADMIN, user__is_active=True)
        .exclude(pk__in=[one.pk for one in losing])
    )
    if not left.exists():
        raise PeopleRefused(
            "Es el último Administrador Nacional de la entidad: nombra a otro primero.",
            code="last_admin",
        )


def record(
    deed: str, membership: Membership, *, by: User | None, at: datetime, **data: object
) -> None:
    """Write down what was done to a profile. Call it inside the deed's transaction."""
    audit.record(
        f"core.{deed}",
        at=at,
        by=by,
        training_body=membership.training_body,
        target=membership,
        name=membership.shown_name,
        role=membership.role,
        **data,
    )
