"""The pages of reminders: a training body's choice, and each person's own."""

from typing import Any

import pytest
from django.urls import reverse

from courses.ladder import Kind
from courses.models import ReminderSettings, ReminderSilence
from courses.notices import DEFAULT, NATIONAL, REGIONAL
from courses.reminder_words import recipients
from courses.reminding import plan_of, plans, settings_of
from otec_portal.core.models import AuditEntry, Role, TrainingBody
from tests.conftest import SignedIn
from tests.factories.core import MembershipFactory
from tests.factories.courses import ReminderSettingsFactory, ReminderSilenceFactory

pytestmark = pytest.mark.django_db
CHOICE: dict[str, Any] = {
    "notices": ["3", "10", "-1"],
    "kinds": [Kind.LAST.value, Kind.ORDINARY.value],
    "roles": [REGIONAL],
    "quiet": "on",
}


def url() -> str:
    return reverse("courses:reminders")


def test_roles_of_notices_are_those_of_profiles() -> None:
    """The pure module knows them by name alone."""
    assert (NATIONAL, REGIONAL) == (Role.NATIONAL_ADMIN, Role.REGIONAL_ADMIN)


def test_page_shows_what_holds_before_anything_was_chosen(admin: SignedIn) -> None:
    """The usual: ten, three and one days before, and on the day, to both roles."""
    form = admin.client.get(url()).context["form"]
    assert form.initial["notices"] == [10, 3, 1, 0]
    assert form.initial["roles"] == [NATIONAL, REGIONAL]
    assert not form.initial["quiet"]
    assert ReminderSettings.objects.count() == 0


def test_choice_is_kept_in_one_order_and_audited(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    answer = admin.client.post(url(), CHOICE)
    assert answer.status_code == 302
    chosen = settings_of(our_body)
    assert chosen.notices == [10, 3, -1]
    assert chosen.kinds == ["ordinary", "last"]
    assert chosen.quiet
    entry = AuditEntry.objects.get(action="courses.reminders_chosen")
    assert entry.data["before"]["notices"] == [10, 3, 1, 0]
    assert "Cambió los recordatorios" in admin.client.get("/historial/").text


def test_choice_saved_again_is_no_deed(admin: SignedIn) -> None:
    admin.client.post(url(), CHOICE)
    admin.client.post(url(), CHOICE)
    assert AuditEntry.objects.filter(action="courses.reminders_chosen").count() == 1


def test_nothing_chosen_is_a_choice(admin: SignedIn, our_body: TrainingBody) -> None:
    """Then the hard terms alone are told, to national admins."""
    admin.client.post(url(), {})
    plan = plan_of(settings_of(our_body))
    assert plan.wants(Kind.LIQUIDATION, NATIONAL, silent=False) == {3, 0, -1}
    assert plan.wants(Kind.LIQUIDATION, REGIONAL, silent=False) == frozenset()
    assert plan.wants(Kind.ORDINARY, NATIONAL, silent=False) == frozenset()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"notices": ["4"]}, "notices"),
        ({"kinds": ["end"]}, "kinds"),
        ({"roles": ["facilitator"]}, "roles"),
    ],
)
def test_choice_of_what_is_not_offered_is_refused(
    change: dict[str, Any], field: str, admin: SignedIn
) -> None:
    answer = admin.client.post(url(), CHOICE | change)
    assert field in answer.context["form"].errors
    assert ReminderSettings.objects.count() == 0


def test_choice_that_somebody_else_changed_meanwhile_is_not_overwritten(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    ReminderSettingsFactory(training_body=our_body)
    version = admin.client.get(url()).context["form"].initial["version"]
    ReminderSettings.objects.update(notices=[30])
    answer = admin.client.post(url(), CHOICE | {"version": version})
    assert "Mientras editabas" in answer.text
    assert settings_of(our_body).notices == [30]


def test_first_choice_of_two_people_is_not_overwritten(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    """Both saw what holds without a choice."""
    version = admin.client.get(url()).context["form"].initial["version"]
    ReminderSettingsFactory(training_body=our_body)
    answer = admin.client.post(url(), CHOICE | {"version": version})
    assert "Mientras editabas" in answer.text


def test_people_are_shown_with_what_reaches_them(
    admin: SignedIn,
    regional_admin: SignedIn,
    facilitator: SignedIn,
    rival: SignedIn,
    our_body: TrainingBody,
) -> None:
    ReminderSilenceFactory(membership=admin.membership)
    told = {one.membership: one.gets for one in recipients(our_body, DEFAULT)}
    assert told == {
        admin.membership: "Solo los de los plazos finales",
        regional_admin.membership: "Todos los elegidos",
    }
    page = admin.client.get(url()).text
    assert "Prefirió no recibirlos" in page


def test_person_whose_address_is_of_sence_is_shown_to_get_nothing(
    our_body: TrainingBody,
) -> None:
    """As the digests have it: the portal writes to SENCE at nobody's will but ours."""
    MembershipFactory(training_body=our_body, user__email="ana@sence.cl")
    (told,) = recipients(our_body, DEFAULT)
    assert told.gets == "Ninguno"
    assert "SENCE" in told.because


def test_own_choice_is_kept_and_audited(regional_admin: SignedIn) -> None:
    address = reverse("courses:my_reminders")
    assert "Quiero recibirlo" in regional_admin.client.get(address).text
    for _ in range(2):
        regional_admin.client.post(address, {"receive": "no"})
    assert ReminderSilence.objects.get().membership == regional_admin.membership
    regional_admin.client.post(address, {"receive": "si"})
    assert not ReminderSilence.objects.exists()
    deeds = AuditEntry.objects.filter(action__contains="reminders")
    assert list(deeds.order_by("pk").values_list("action", flat=True)) == [
        "courses.reminders_declined",
        "courses.reminders_taken_up",
    ]


def test_own_choice_unsaid_is_refused(regional_admin: SignedIn) -> None:
    answer = regional_admin.client.post(reverse("courses:my_reminders"), {})
    assert "receive" in answer.context["form"].errors


def test_own_choice_warns_national_admins_of_hard_terms(
    admin: SignedIn, regional_admin: SignedIn
) -> None:
    address, words = reverse("courses:my_reminders"), "recibes siempre"
    assert words in admin.client.get(address).text
    assert words not in regional_admin.client.get(address).text


def test_calendar_leads_to_the_own_choice(
    admin: SignedIn, facilitator: SignedIn
) -> None:
    calendar, mine = reverse("courses:calendar"), reverse("courses:my_reminders")
    assert mine in admin.client.get(calendar).text
    assert mine not in facilitator.client.get(calendar).text


def test_plans_are_followed_by_those_who_chose_the_same(
    our_body: TrainingBody, rival_body: TrainingBody
) -> None:
    for body in (our_body, rival_body):
        ReminderSettingsFactory(training_body=body)
    nobodys, theirs = plans()
    assert (nobodys.plan, nobodys.bodies) == (DEFAULT, None)
    assert theirs.bodies == (our_body.pk, rival_body.pk)
