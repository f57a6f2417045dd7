"""An offered profile: taken or declined by who reads the address it was sent to.

Whoever types a RUT first makes its account and chooses its address, so the account's
own address proves nothing to anybody else (docs/adr/0012).
"""

from datetime import datetime

from django.db import IntegrityError, transaction

from otec_portal.core.models import Membership, Role, User
from otec_portal.core.services import invitations, people
from otec_portal.core.services.people import PeopleRefused


def is_unclaimed(user: User) -> bool:
    """Say whether nobody has entered this account, which an invitation made.

    One of the installation's or of a regional office is never anybody's for the taking.
    """
    if user.has_usable_password() or not user.email:
        return False
    if user.is_staff or user.is_superuser:
        return False
    return not user.memberships.filter(role=Role.REGIONAL_OFFICE).exists()


@transaction.atomic
def claim(offer: Membership, *, at: datetime) -> User:
    """Give an unclaimed account to who reads the address of `offer`; return it.

    It takes the name and address of the offer, whereby links sent to the address it
    had are void. What others gave it becomes an offer to the address that they typed.
    Raises PeopleRefused once the account is somebody's, or for an address that is
    another account's.
    """
    user = User.objects.select_for_update().get(pk=offer.user_id)
    if not is_unclaimed(user):
        raise PeopleRefused("Esta cuenta ya tiene dueño: ingresa con ella.", code="own")
    user.memberships.filter(offered_at=None).update(
        offered_at=at, offered_name=user.full_name, offered_email=user.email
    )
    user.full_name, user.email = offer.offered_name, offer.offered_email
    try:
        with transaction.atomic():
            user.save(update_fields=["full_name", "email"])
    except IntegrityError:
        raise PeopleRefused(
            "Este correo ya es de otra cuenta: pide que te inviten con otro.",
            code="email",
        ) from None
    accept(offer, at=at)
    return user


@transaction.atomic
def accept(offer: Membership, *, at: datetime) -> None:
    """The person takes what was offered, and becomes a colleague.

    Only as it was offered: not once it goes to another address.
    """
    taken = (
        Membership.objects.offered()
        .filter(pk=offer.pk, offered_email=offer.offered_email, suspended_at=None)
        .update(offered_at=None, offered_name="", offered_email="")
    )
    if taken:
        offer.refresh_from_db()
        people.record("offer_accepted", offer, by=offer.user, at=at)


@transaction.atomic
def decline(offer: Membership, *, at: datetime) -> bool:
    """The person does not want what was offered; the training body reads it so.

    Return whether who offered it is told by mail.
    """
    people.record("offer_declined", offer, by=None, at=at)
    invitations.withdraw(offer, at=at)
    told = invitations.tell_of_declining(offer, at=at)
    offer.delete()
    return told
