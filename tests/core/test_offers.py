"""Whoever plants an account for somebody's RUT never accepts in their place."""

import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from otec_portal.core.memberships import memberships_of, offers_to
from otec_portal.core.models import Membership, OutgoingEmail, Role, TrainingBody, User
from otec_portal.core.services import offers, people
from otec_portal.core.services.people import PeopleRefused, Profile
from otec_portal.core.sign_in.links import password_path, signed_offer
from tests.conftest import browser_of
from tests.factories import NOW
from tests.factories.core import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

RUT = "12345678-5"
PLANTED, TRUE = "planted@rival.example", "ana@nuestra.example"
PASSWORD = "una-clave-larga-9"


def invited(body: TrainingBody, email: str, name: str = "Ana Soto") -> Membership:
    return people.invite(
        training_body=body,
        rut=RUT,
        full_name=name,
        email=email,
        profile=Profile(Role.FACILITATOR),
        by=MembershipFactory(training_body=body).user,
        at=NOW,
    )


@pytest.fixture
def planted(rival_body: TrainingBody, stopped_clock: object) -> Membership:
    """The rival's: an account for Ana's RUT, under an address of the rival's."""
    return invited(rival_body, PLANTED, "Otra")


@pytest.fixture
def entered(planted: Membership) -> Membership:
    """The same, once the rival has set its password."""
    planted.user.set_password(PASSWORD)
    planted.user.save()
    return planted


def link_to(address: str) -> str:
    """Return the path of the link that was mailed to `address`."""
    text = OutgoingEmail.objects.get(to=address).text
    found = re.search(r"https://portal\.example(\S+)", text)
    assert found
    return found[1]


def test_offer_for_a_planted_account_goes_to_the_address_typed_alone(
    entered: Membership, our_body: TrainingBody
) -> None:
    offer = invited(our_body, TRUE)
    assert offer.user == entered.user
    sent = OutgoingEmail.objects.filter(training_body=our_body)
    assert [mail.to for mail in sent] == [TRUE]
    assert list(offers_to(entered.user)) == []
    page = browser_of(entered.user).get(reverse("choose_membership"))
    assert "OTEC Nuestra" not in page.content.decode()
    assert list(memberships_of(entered.user)) == [entered]


def test_offer_is_not_taken_with_an_address_of_before_nor_with_a_made_up_link(
    entered: Membership, our_body: TrainingBody
) -> None:
    offer = invited(our_body, TRUE)
    thief = browser_of(entered.user)
    forged = Membership(public_id=offer.public_id, offered_email=PLANTED)
    for signed in ("made:up", signed_offer(forged)):
        url = reverse("answer_offer", args=[signed])
        assert thief.post(url, {"accept": "1"}).status_code == 410
    offer.refresh_from_db()
    assert offer.offered_at


def test_offer_of_who_has_an_account_under_another_address_is_taken_by_its_link(
    our_body: TrainingBody, stopped_clock: object
) -> None:
    """The honest case: the account stays as it is."""
    known = MembershipFactory(user__rut=RUT, user__email="ana@antes.example")
    known.user.set_password(PASSWORD)
    known.user.save()
    offer = invited(our_body, TRUE)
    person = Client()
    answer = person.get(link_to(TRUE), follow=True)
    asked = answer.redirect_chain[-1][0]
    assert asked.startswith(reverse("login"))
    person = browser_of(known.user)
    page = person.get(link_to(TRUE), follow=True)
    assert "OTEC Nuestra te ofrece un perfil" in page.content.decode()
    url = reverse("answer_offer", args=[signed_offer(offer)])
    person.post(url, {"accept": "1"})
    assert set(memberships_of(known.user)) == {known, offer}
    known.user.refresh_from_db()
    assert known.user.email == "ana@antes.example"
    assert person.post(url, {"accept": "1"}).status_code == 410


def test_offer_opened_with_somebody_elses_account_is_not_theirs(
    entered: Membership, our_body: TrainingBody
) -> None:
    signed = signed_offer(invited(our_body, TRUE))
    other = browser_of(UserFactory())
    for deed in (other.get, other.post):
        answer = deed(reverse("answer_offer", args=[signed]), {"accept": "1"})
        assert answer.status_code == 403
        assert "otra cuenta" in answer.content.decode()
        assert "OTEC Nuestra" not in answer.content.decode()


def test_account_nobody_has_entered_is_claimed_by_who_reads_the_offer(
    planted: Membership, our_body: TrainingBody
) -> None:
    """The rival's own link is void by then, and its profile only an offer to it."""
    rivals_link = link_to(PLANTED)
    offer = invited(our_body, TRUE)
    person = Client()
    page = person.get(link_to(TRUE))
    assert "Elegir mi contraseña" in page.content.decode()
    assert User.objects.get(rut=RUT).email == PLANTED  # a GET never writes
    form = person.post(link_to(TRUE), follow=True)
    new = {"password1": PASSWORD, "password2": PASSWORD}
    person.post(form.context["action_url"], new)
    user = User.objects.get(rut=RUT)
    assert (user.email, user.full_name) == (TRUE, "Ana Soto")
    assert user.check_password(PASSWORD)
    assert list(memberships_of(user)) == [offer]
    planted.refresh_from_db()
    assert (planted.shown_name, planted.shown_email) == ("Otra", PLANTED)
    stale = Client().get(rivals_link, follow=True)
    assert stale.context["token_fail"]


@pytest.mark.parametrize("why", ["password", "no address", "staff", "office"])
def test_account_that_is_somebodys_is_not_claimed(
    why: str, planted: Membership, our_body: TrainingBody
) -> None:
    user, offer = planted.user, invited(our_body, TRUE)
    if why == "password":
        user.set_password(PASSWORD)
    user.is_staff = why == "staff"
    user.email = "" if why == "no address" else user.email
    user.save()
    if why == "office":
        MembershipFactory(user=user, training_body=None, role=Role.REGIONAL_OFFICE)
    answer = Client().post(reverse("offer", args=[signed_offer(offer)]))
    assert answer.status_code == 302
    assert answer.headers["Location"] == reverse(
        "answer_offer", args=[signed_offer(offer)]
    )
    with pytest.raises(PeopleRefused) as refused:
        offers.claim(offer, at=NOW)
    assert refused.value.code == "own"
    assert User.objects.get(rut=RUT).email != TRUE


def test_account_claimed_with_the_address_of_another_account_is_refused(
    planted: Membership, our_body: TrainingBody
) -> None:
    UserFactory(email=TRUE)
    offer = invited(our_body, TRUE)
    page = Client().post(reverse("offer", args=[signed_offer(offer)]))
    assert "Este correo ya es de otra cuenta" in page.content.decode()
    planted.refresh_from_db()
    assert planted.offered_at is None


def test_offer_that_was_corrected_meanwhile_is_not_taken_as_it_was(
    entered: Membership, our_body: TrainingBody
) -> None:
    offer = invited(our_body, TRUE)
    Membership.objects.filter(pk=offer.pk).update(offered_email="otra@nuestra.example")
    offers.accept(offer, at=NOW)
    assert list(memberships_of(entered.user)) == [entered]


def test_link_of_an_offer_ends_after_three_days(
    entered: Membership, our_body: TrainingBody, stopped_clock: time_machine.Traveller
) -> None:
    url = reverse("offer", args=[signed_offer(invited(our_body, TRUE))])
    stopped_clock.shift(3 * 86_400 + 1)
    page = Client().get(url)
    assert page.status_code == 410
    assert "ya no sirve" in page.content.decode()


def test_offer_to_the_accounts_own_address_stands_on_its_page(
    entered: Membership, our_body: TrainingBody
) -> None:
    offer = invited(our_body, PLANTED.upper())
    assert list(offers_to(entered.user)) == [offer]


def test_nobodys_address_is_no_proof(our_body: TrainingBody) -> None:
    """Neither the account nor the offer has one."""
    user = UserFactory(rut=RUT, email="")
    MembershipFactory(
        user=user, training_body=our_body, offered_at=NOW, offered_name="Ana"
    )
    assert list(offers_to(user)) == []


def test_password_path_is_void_once_the_address_changes(planted: Membership) -> None:
    path = password_path(planted.user)
    planted.user.email = TRUE
    planted.user.save()
    assert Client().get(path, follow=True).context["token_fail"]
