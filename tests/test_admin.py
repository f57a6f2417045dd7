"""The installation's own staff, in Django's admin: what parts 1 leaves to them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.sites import site
from django.db.models import Model
from django.test import Client, RequestFactory
from django.urls import reverse

from attendance.models import SenceToken, TokenState
from otec_portal.core import rut
from otec_portal.core.models import (
    AuditEntry,
    Membership,
    Role,
    TrainingBody,
    User,
)
from otec_portal.history import in_words
from tests.factories import SECRET
from tests.factories.core import MembershipFactory, TrainingBodyFactory, UserFactory
from tests.factories.courses import EnrolmentFactory, TrainingActionFactory
from tests.factories.tokens import SenceTokenFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", list(site._registry), ids=lambda m: m._meta.label)
def test_list_of_every_model_opens(model: type[Model], staff: Client) -> None:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    assert staff.get(reverse(name)).status_code == 200


def test_token_added_is_encrypted_masked_and_audited(staff: Client) -> None:
    body = TrainingBodyFactory()
    answer = staff.post(
        reverse("admin:attendance_sencetoken_add"),
        {"training_body": body.pk, "label": "Principal", "secret": SECRET},
        follow=True,
    )
    token = SenceToken.objects.get()
    assert token.secret == SECRET
    assert SECRET not in answer.content.decode()
    assert f"••••{SECRET[-4:]}" in answer.content.decode()
    entry = AuditEntry.objects.get(action="attendance.token_added")
    assert entry.training_body == body


def test_list_of_tokens_leads_nowhere_and_speaks_spanish(staff: Client) -> None:
    """A link that answers 403 to who is shown it is worse than none."""
    token = SenceTokenFactory()
    page = staff.get(reverse("admin:attendance_sencetoken_changelist"))
    told = page.content.decode()
    assert f"••••{token.last4}" in told
    assert reverse("admin:attendance_sencetoken_change", args=[token.pk]) not in told
    assert "Masked" not in told


def test_token_added_with_spaces_or_too_long_is_refused_in_words(staff: Client) -> None:
    url = reverse("admin:attendance_sencetoken_add")
    body = TrainingBodyFactory()
    for secret in ("con espacio", "x" * 37):
        answer = staff.post(
            url, {"training_body": body.pk, "label": "Malo", "secret": secret}
        )
        assert answer.status_code == 200
        assert answer.context["adminform"].form.errors["secret"]
    assert not SenceToken.objects.exists()


@pytest.mark.parametrize("confirmed", [False, True])
def test_token_of_an_unusual_form_is_added_once_confirmed(
    confirmed: bool, staff: Client
) -> None:
    """As on the portal's own page."""
    given = {"training_body": TrainingBodyFactory().pk, "label": "Raro"}
    odd = "12345678-1234-1234-1234-123456789"  # the manual's own example
    insisted = {"as_issued": "on"} if confirmed else {}
    answer = staff.post(
        reverse("admin:attendance_sencetoken_add"), {**given, "secret": odd, **insisted}
    )
    assert SenceToken.objects.exists() == confirmed
    if not confirmed:
        (error,) = answer.context["adminform"].form.errors.as_data()["secret"]
        assert error.code == "unusual"
        assert odd not in answer.content.decode()


@pytest.mark.parametrize("secret", [SECRET, SECRET.upper()])
def test_token_in_use_already_is_refused_in_words(secret: str, staff: Client) -> None:
    token = SenceTokenFactory()
    answer = staff.post(
        reverse("admin:attendance_sencetoken_add"),
        {"training_body": token.training_body_id, "label": "x", "secret": secret},
    )
    assert answer.status_code == 200
    (error,) = answer.context["adminform"].form.errors.as_data()["secret"]
    assert error.code == "known"
    assert SenceToken.objects.get() == token


def test_token_revoked_is_never_used_again(staff: Client) -> None:
    token = SenceTokenFactory()
    staff.post(
        reverse("admin:attendance_sencetoken_changelist"),
        {"action": "revoke", "_selected_action": [token.pk]},
    )
    token.refresh_from_db()
    assert token.state == TokenState.REVOKED
    assert not SenceToken.objects.usable().exists()
    assert AuditEntry.objects.filter(action="attendance.token_revoked").exists()


@pytest.mark.parametrize(
    "model", ["course", "company", "intermediary", "trainingaction"]
)
def test_catalogue_in_the_admin_is_looked_at_only(model: str, staff: Client) -> None:
    """Operators' pages audit every change: nothing goes round them."""
    action = TrainingActionFactory()
    assert staff.get(reverse(f"admin:courses_{model}_add")).status_code == 403
    change = reverse("admin:courses_trainingaction_change", args=[action.pk])
    assert staff.get(change).status_code == 200
    assert staff.post(change, {"action_code": "7000000"}).status_code == 403
    assert (
        b"to_production"
        not in staff.get(reverse("admin:courses_trainingaction_changelist")).content
    )


def office_of(user: User, *regions: str) -> dict[str, object]:
    """What the page of a new profile is sent, for a regional office."""
    rows = {f"regions-{number}-region": code for number, code in enumerate(regions)}
    return {
        "user": user.pk,
        "role": Role.REGIONAL_OFFICE,
        "regions-TOTAL_FORMS": len(regions),
        "regions-INITIAL_FORMS": 0,
        **rows,
    }


def test_regional_office_is_given_its_profile_and_its_regions(staff: Client) -> None:
    user = UserFactory()
    answer = staff.post(reverse("admin:core_membership_add"), office_of(user, "ML"))
    assert answer.status_code == 302
    (membership,) = user.memberships.all()
    assert membership.training_body is None
    assert membership.region_codes() == {"ML"}


def test_regional_office_without_a_region_is_refused_in_words(staff: Client) -> None:
    user = UserFactory()
    answer = staff.post(reverse("admin:core_membership_add"), office_of(user))
    assert answer.status_code == 200
    assert "lleva al menos una región" in answer.content.decode()
    assert not user.memberships.exists()


def given(membership_of: User, body: TrainingBody | None, role: Role) -> dict[str, Any]:
    return {
        "user": membership_of.pk,
        "training_body": body.pk if body else "",
        "role": role.value,
        "regions-TOTAL_FORMS": 0,
        "regions-INITIAL_FORMS": 0,
    }


def test_first_profile_of_a_training_body_is_given_and_audited(staff: Client) -> None:
    body, user = TrainingBodyFactory(), UserFactory()
    url = reverse("admin:core_membership_add")
    assert staff.post(url, given(user, body, Role.NATIONAL_ADMIN)).status_code == 302
    one = Membership.objects.get(user=user)
    entry = AuditEntry.objects.get(action="core.profile_added")
    assert (entry.training_body, entry.target_id) == (body, str(one.pk))
    assert entry.data["role"] == Role.NATIONAL_ADMIN


def test_profile_of_a_training_body_is_changed_in_the_portal_alone(
    staff: Client,
) -> None:
    """Its rules hold there: the last admin stays, and what is done is known."""
    one = MembershipFactory()
    change = reverse("admin:core_membership_change", args=[one.pk])
    assert staff.get(change).status_code == 200
    facilitator = given(one.user, one.training_body, Role.FACILITATOR)
    assert staff.post(change, facilitator).status_code == 403
    delete = reverse("admin:core_membership_delete", args=[one.pk])
    assert staff.post(delete, {"post": "yes"}).status_code == 403
    changelist = reverse("admin:core_membership_changelist")
    staff.post(changelist, {"action": "delete_selected", "_selected_action": [one.pk]})
    one.refresh_from_db()
    assert one.role == Role.NATIONAL_ADMIN


def test_profile_of_an_office_of_sence_is_ended_by_the_installation(
    staff: Client,
) -> None:
    one = MembershipFactory(training_body=None, role=Role.REGIONAL_OFFICE)
    delete = reverse("admin:core_membership_delete", args=[one.pk])
    assert staff.post(delete, {"post": "yes"}).status_code == 302
    assert not Membership.objects.filter(pk=one.pk).exists()
    assert AuditEntry.objects.get().action == "core.profile_removed"


def fields_of(page: Any) -> dict[str, Any]:
    """What the form of an admin page would send as it stands."""
    form = page.context["adminform"].form
    shown = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in shown.items()}


def add_account(staff: Client) -> None:
    typed = {"password1": "una-clave-larga-9", "password2": "una-clave-larga-9"}
    named = {"rut": "12345678-5", "full_name": "Ana", "usable_password": "true"}
    staff.post(reverse("admin:core_user_add"), {**named, **typed})
    assert User.objects.filter(rut="12345678-5").exists()


def change_account(staff: Client) -> None:
    user = UserFactory()
    url = reverse("admin:core_user_change", args=[user.pk])
    staff.post(url, {**fields_of(staff.get(url)), "email": "otra@otec.example"})
    user.refresh_from_db()
    assert user.email == "otra@otec.example"


def add_body(staff: Client) -> None:
    body = {"rut": "76192083-9", "name": "Nueva", "region": "ML"}
    url = reverse("admin:core_trainingbody_add")
    staff.post(url, {**body, "attendance_threshold": 75})
    assert TrainingBody.objects.filter(name="Nueva").exists()


def change_body(staff: Client) -> None:
    body = TrainingBodyFactory()
    url = reverse("admin:core_trainingbody_change", args=[body.pk])
    staff.post(url, {**fields_of(staff.get(url)), "rut": "76.192.083-9"})
    body.refresh_from_db()
    assert body.rut == "76192083-9"


def add_profile(staff: Client) -> None:
    staff.post(reverse("admin:core_membership_add"), office_of(UserFactory(), "ML"))


def office() -> Membership:
    one: Membership = MembershipFactory(training_body=None, role=Role.REGIONAL_OFFICE)
    one.regions.create(region="ML")
    return one


def change_profile(staff: Client) -> None:
    one = office()
    row = one.regions.get()
    formset = {"regions-TOTAL_FORMS": 1, "regions-INITIAL_FORMS": 1}
    changed = {"id": row.pk, "membership": one.pk, "region": "BI"}
    staff.post(
        reverse("admin:core_membership_change", args=[one.pk]),
        {**formset, **{f"regions-0-{name}": value for name, value in changed.items()}},
    )
    assert one.regions.get().region == "BI"


def delete_profile(staff: Client) -> None:
    url = reverse("admin:core_membership_delete", args=[office().pk])
    staff.post(url, {"post": "yes"})


def add_token(staff: Client) -> None:
    token = {"training_body": TrainingBodyFactory().pk, "label": "x", "secret": SECRET}
    staff.post(reverse("admin:attendance_sencetoken_add"), token)


def revoke_token(staff: Client) -> None:
    chosen = {"action": "revoke", "_selected_action": [SenceTokenFactory().pk]}
    staff.post(reverse("admin:attendance_sencetoken_changelist"), chosen)


# all that the installation's staff can do here; each leaves an entry
DEEDS_OF_STAFF: dict[tuple[str, str], Callable[[Client], None]] = {
    ("core.User", "add"): add_account,
    ("core.User", "change"): change_account,
    ("core.TrainingBody", "add"): add_body,
    ("core.TrainingBody", "change"): change_body,
    ("core.Membership", "add"): add_profile,
    ("core.Membership", "change"): change_profile,
    ("core.Membership", "delete"): delete_profile,
    ("attendance.SenceToken", "add"): add_token,
    ("attendance.SenceToken", "revoke"): revoke_token,
}
ROWS_OF_STAFF: dict[str, Callable[[], Model]] = {
    "core.User": UserFactory,
    "core.TrainingBody": TrainingBodyFactory,
    "core.Membership": office,
    "attendance.SenceToken": SenceTokenFactory,
}


def test_all_that_staff_may_do_in_the_admin_is_known(rf: RequestFactory) -> None:
    """Whatever else is registered, or allowed, needs a deed that is audited."""
    request = rf.get("/")
    request.user = UserFactory(is_staff=True, is_superuser=True)
    may = set()
    for model, admin in site._registry.items():
        label = model._meta.label
        row = ROWS_OF_STAFF[label]() if label in ROWS_OF_STAFF else None
        allowed = {
            "add": admin.has_add_permission(request),
            "change": admin.has_change_permission(request, row),
            "delete": admin.has_delete_permission(request, row),
        }
        named = [deed for deed, may_do in allowed.items() if may_do]
        may |= {(label, deed) for deed in (*named, *admin.get_actions(request))}
    assert may == set(DEEDS_OF_STAFF)


@pytest.mark.parametrize("deed", DEEDS_OF_STAFF, ids="-".join)
def test_deed_of_staff_in_the_admin_is_audited(
    deed: tuple[str, str], staff: Client
) -> None:
    DEEDS_OF_STAFF[deed](staff)
    (entry,) = AuditEntry.objects.all()
    assert entry.user
    assert entry.user.is_staff
    assert entry.target_type == deed[0]
    assert in_words(entry) != entry.action


def test_training_body_changed_by_staff_is_read_in_its_history(staff: Client) -> None:
    change_body(staff)
    entry = AuditEntry.objects.get()
    assert entry.action == "core.training_body_updated"
    assert entry.training_body == TrainingBody.objects.get(rut="76192083-9")
    assert set(entry.data["before"]) == {"rut"}


def test_password_set_by_staff_is_audited_and_not_written_down(staff: Client) -> None:
    user = UserFactory()
    url = reverse("admin:auth_user_password_change", args=[user.pk])
    new = {"password1": "una-clave-larga-9", "password2": "una-clave-larga-9"}
    assert staff.get(url).status_code == 200
    staff.post(url, {**new, "usable_password": "true"})
    user.refresh_from_db()
    assert user.check_password(new["password1"])
    entry = AuditEntry.objects.get()
    assert entry.data == {"changes": {}, "password_set": True}


def test_admin_names_the_portal_and_writes_ruts_as_in_chile(staff: Client) -> None:
    body = TrainingBodyFactory()
    assert "Administración de Django" not in staff.get(reverse("admin:index")).text
    assert "Portal OTEC" in staff.get(reverse("admin:index")).text
    listed = staff.get(reverse("admin:core_trainingbody_changelist")).text
    assert f">{rut.display(body.rut)}<" in listed
    action = TrainingActionFactory(course__training_body=body)
    person = EnrolmentFactory(action=action).participant
    listed = staff.get(reverse("admin:courses_participant_changelist")).text
    assert f">{rut.display(person.run)}<" in listed
