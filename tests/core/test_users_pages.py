"""The pages of users and profiles, as administrators use them."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from otec_portal.core.models import (
    Membership,
    OutgoingEmail,
    Role,
    TrainingBody,
    User,
)
from otec_portal.core.sign_in.links import signed_offer
from tests.conftest import SignedIn, browser_of, sign_in
from tests.factories import NOW
from tests.factories.core import MembershipFactory

pytestmark = pytest.mark.django_db
INVITATION = {
    "rut": "12.345.678-5",
    "full_name": "Ana Soto",
    "email": "ana@otec.example",
    "role": Role.FACILITATOR.value,
}


@pytest.fixture
def colleague(our_body: TrainingBody) -> Membership:
    made: Membership = MembershipFactory(
        training_body=our_body, role=Role.FACILITATOR, user__full_name="Zoila Colega"
    )
    return made


def page_of(admin: SignedIn, user: User) -> str:
    return admin.client.get(reverse("user", args=[user.public_id])).content.decode()


def test_users_are_ours_alone_in_constant_queries(
    admin: SignedIn, our_body: TrainingBody, rival: SignedIn
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            page = admin.client.get(reverse("users"))
            assert "Persona" in page.content.decode()
        return len(queries)

    MembershipFactory(training_body=our_body, role=Role.REGIONAL_ADMIN)
    few = count()
    for _ in range(5):
        one = MembershipFactory(training_body=our_body, role=Role.REGIONAL_ADMIN)
        one.regions.create(region="ML")
    assert count() == few == 8
    page = admin.client.get(reverse("users")).content.decode()
    assert rival.membership.user.full_name not in page


@pytest.mark.parametrize("order", ["nombre", "-nombre", "rut", "perfil"])
def test_users_sort_by_their_columns(
    order: str, admin: SignedIn, colleague: Membership
) -> None:
    page = admin.client.get(reverse("users"), {"orden": order})
    assert {one.pk for one in page.context["list"].page} == {
        admin.membership.pk,
        colleague.pk,
    }


def test_users_offered_sort_by_the_name_that_was_written(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """C1: the order tells nothing of a stranger's real name."""
    offered = MembershipFactory(
        training_body=our_body,
        user__full_name="Aaron Real",
        offered_at=NOW,
        offered_name="Zzz",
    )
    rows = list(admin.client.get(reverse("users")).context["list"].page)
    assert rows[-1] == offered
    assert "Aaron" not in admin.client.get(reverse("users")).content.decode()


def test_invitation_from_the_page_to_the_first_sign_in(admin: SignedIn) -> None:
    answer = admin.client.post(reverse("invite_user"), INVITATION, follow=True)
    assert "Invitamos a Ana Soto por correo." in answer.content.decode()
    assert "Invitación pendiente" in answer.content.decode()
    text = OutgoingEmail.objects.get(to="ana@otec.example").text
    link = re.search(r"https://portal\.example(\S+)", text)
    assert link
    person = Client()
    form = person.get(link[1], follow=True)
    new = {"password1": "una-clave-propia-7", "password2": "una-clave-propia-7"}
    person.post(form.context["action_url"], new)
    person.post("/ingresar/", {"username": "12345678-5", "password": new["password1"]})
    assert person.get("/").status_code == 200
    assert "Con acceso" in page_of(admin, User.objects.get(rut="12345678-5"))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"rut": "12.345.678-9"}, "rut"),
        ({"rut": ""}, "rut"),
        ({"full_name": ""}, "full_name"),
        ({"email": "x"}, "email"),
        ({"role": ""}, "role"),
        ({"role": Role.REGIONAL_OFFICE.value}, "role"),
        ({"role": Role.REGIONAL_ADMIN.value}, "regions"),
        ({"regions": ["ML"]}, "regions"),
        ({"regions": ["XX"]}, "regions"),
    ],
)
def test_invitation_refused_says_why_beside_its_field_and_keeps_the_rest(
    change: dict[str, object], field: str, admin: SignedIn
) -> None:
    page = admin.client.post(reverse("invite_user"), {**INVITATION, **change})
    assert list(page.context["form"].errors) == [field]
    assert not User.objects.filter(rut="12345678-5").exists()
    kept = {"rut", "full_name", "email"} - {field}
    text = page.content.decode()
    assert all(str(INVITATION[name]) in text for name in kept)


def test_invitation_to_who_is_here_is_refused_beside_the_rut(
    admin: SignedIn, colleague: Membership
) -> None:
    page = admin.client.post(
        reverse("invite_user"), {**INVITATION, "rut": colleague.user.rut}
    )
    assert list(page.context["form"].errors) == ["rut"]


def test_offer_is_taken_by_its_owner_alone(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    known = MembershipFactory(
        role=Role.FACILITATOR,
        user__full_name="Ana Real",
        user__email=INVITATION["email"],
    )
    admin.client.post(reverse("invite_user"), {**INVITATION, "rut": known.user.rut})
    offer = Membership.objects.get(user=known.user, training_body=our_body)
    assert "Ana Real" not in page_of(admin, known.user)
    url = reverse("answer_offer", args=[signed_offer(offer)])
    assert admin.client.post(url, {"accept": "1"}).status_code == 403

    person = browser_of(known.user)
    page = person.get(reverse("choose_membership")).content.decode()
    assert "OTEC Nuestra te ofrece un perfil" in page
    person.post(url, {"accept": "1"})
    assert "Ana Real" in page_of(admin, known.user)
    assert person.post(url, {"accept": "1"}).status_code == 410


def test_offer_declined_is_read_in_the_history(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    known = MembershipFactory(role=Role.FACILITATOR)
    admin.client.post(reverse("invite_user"), {**INVITATION, "rut": known.user.rut})
    offer = Membership.objects.get(user=known.user, training_body=our_body)
    url = reverse("answer_offer", args=[signed_offer(offer)])
    person = browser_of(known.user)
    neither = person.post(url)
    assert neither.status_code == 422
    assert "Nada cambió" in neither.content.decode()
    assert Membership.objects.filter(pk=offer.pk, offered_at__isnull=False).exists()
    declined = person.post(url, {"decline": "1"}, follow=True).content.decode()
    assert "Se lo diremos por correo a quien lo ofreció" in declined
    page = admin.client.get(reverse("history")).content.decode()
    assert "Ana Soto rechazó el perfil Facilitador" in page


def test_offer_declined_whose_giver_left_promises_nothing(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    known = MembershipFactory(role=Role.FACILITATOR)
    admin.client.post(reverse("invite_user"), {**INVITATION, "rut": known.user.rut})
    offer = Membership.objects.get(user=known.user, training_body=our_body)
    admin.membership.delete()
    url = reverse("answer_offer", args=[signed_offer(offer)])
    page = browser_of(known.user).post(url, {"decline": "1"}, follow=True)
    assert "Rechazaste el perfil." in page.content.decode()
    assert "quien lo ofreció" not in page.content.decode()


def test_invitation_of_who_is_kept_out_is_not_offered_to_be_sent(
    admin: SignedIn,
) -> None:
    admin.client.post(reverse("invite_user"), INVITATION)
    user = User.objects.get(rut="12345678-5")
    assert "Reenviar invitación" in page_of(admin, user)
    admin.client.post(reverse("user_access", args=[user.public_id]), {"suspend": "1"})
    assert "Reenviar invitación" not in page_of(admin, user)
    url = reverse("resend_invite", args=[user.public_id])
    answer = admin.client.post(url, follow=True)
    assert "Su acceso está suspendido" in answer.content.decode()


def test_invitation_is_sent_again_and_mended(admin: SignedIn) -> None:
    admin.client.post(reverse("invite_user"), INVITATION)
    user = User.objects.get(rut="12345678-5")
    admin.client.post(reverse("resend_invite", args=[user.public_id]))
    assert OutgoingEmail.objects.count() == 2
    url = reverse("correct_user", args=[user.public_id])
    page = admin.client.get(url).content.decode()
    assert "ana@otec.example" in page
    admin.client.post(url, {"full_name": "Ana Soto Paz", "email": "ana.s@otec.example"})
    user.refresh_from_db()
    assert (user.full_name, user.email) == ("Ana Soto Paz", "ana.s@otec.example")


def test_data_of_who_came_in_are_mended_by_themselves_alone(
    admin: SignedIn, colleague: Membership
) -> None:
    url = reverse("correct_user", args=[colleague.user.public_id])
    page = admin.client.post(url, {"full_name": "X", "email": "x@otec.example"})
    assert "Solo la misma persona" in page.content.decode()
    colleague.user.refresh_from_db()
    assert colleague.user.full_name == "Zoila Colega"


def test_profile_is_added_bound_and_removed(
    admin: SignedIn, colleague: Membership
) -> None:
    admin.client.post(
        reverse("add_profile", args=[colleague.user.public_id]),
        {"role": Role.REGIONAL_ADMIN.value, "regions": ["ML"]},
    )
    added = Membership.objects.get(user=colleague.user, role=Role.REGIONAL_ADMIN)
    url = reverse("profile_regions", args=[added.public_id])
    page = admin.client.post(url, {"csrfmiddlewaretoken": "as a browser sends"})
    assert page.context["form"].errors["regions"]
    admin.client.post(url, {"regions": ["BI", "NB"]})
    assert Membership.objects.get(pk=added.pk).region_codes() == {"BI", "NB"}
    url = reverse("remove_profile", args=[added.public_id])
    assert "¿Quitar el perfil?" in admin.client.get(url).content.decode()
    assert Membership.objects.filter(pk=added.pk).exists()  # a GET never writes
    admin.client.post(url)
    assert not Membership.objects.filter(pk=added.pk).exists()


def test_profile_the_last_of_a_person_removed_leads_to_the_list(
    admin: SignedIn, colleague: Membership
) -> None:
    url = reverse("remove_profile", args=[colleague.public_id])
    assert admin.client.post(url)["Location"] == reverse("users")


def test_profile_of_ones_own_offers_no_way_to_lose_it(admin: SignedIn) -> None:
    page = page_of(admin, admin.membership.user)
    assert "Eres tú" in page
    url = reverse("remove_profile", args=[admin.membership.public_id])
    answer = admin.client.post(url, follow=True)
    assert "No puedes quitarte el acceso" in answer.content.decode()


def test_access_suspended_puts_out_at_once(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """C9, for one training body."""
    other = sign_in(our_body, Role.FACILITATOR)
    assert other.client.get("/sesiones/").status_code == 200
    url = reverse("user_access", args=[other.membership.user.public_id])
    admin.client.post(url, {"suspend": "1"})
    gone = other.client.get("/sesiones/")
    assert gone.status_code == 302
    page = other.client.get(gone["Location"]).content.decode()
    assert "No tienes un perfil" not in page
    assert "Tu perfil está suspendido" in page
    assert f"Un Administrador Nacional de {our_body} suspendió tu acceso" in page
    assert "Sin acceso" in page_of(admin, other.membership.user)
    admin.client.post(url, {"restore": "1"})
    assert other.client.get("/sesiones/").status_code == 200


def test_second_factor_of_a_colleague_reset_ends_their_sessions(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    other = sign_in(our_body, Role.NATIONAL_ADMIN)
    url = reverse("reset_second_factor", args=[other.membership.user.public_id])
    assert "¿Reiniciar el segundo factor?" in admin.client.get(url).content.decode()
    assert other.client.get("/").status_code == 200
    admin.client.post(url)
    assert other.client.get("/")["Location"].startswith("/ingresar/")
    assert not Authenticator.objects.filter(user=other.membership.user).exists()
