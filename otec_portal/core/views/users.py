"""The training body's users and profiles, for its national administrators."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otec_portal.core import selectors
from otec_portal.core.errors import DomainError
from otec_portal.core.forms import (
    InvitationForm,
    InvitedForm,
    ProfileForm,
    RegionsForm,
    refuse,
)
from otec_portal.core.listing import Column, Listing
from otec_portal.core.models import Membership, Role, TrainingBody
from otec_portal.core.permissions import OperatorRequest, Permission, operator
from otec_portal.core.services import invitations, people, second_factors

COLUMNS = (
    Column("Nombre", "nombre", ("name_here",)),
    Column("RUT", "rut", ("user__rut",)),
    Column("Perfil", "perfil", ("role",)),
    Column("Regiones"),
    Column("Estado"),
)
ROWS = 25


def _body(request: OperatorRequest) -> TrainingBody:
    """Return the training body that the user acts for; SENCE's staff has none."""
    if request.membership.training_body is None:
        raise Http404
    return request.membership.training_body


def _profiles(request: OperatorRequest, public_id: uuid.UUID) -> list[Membership]:
    """Return the profiles of one person here; 404 for who is a stranger here."""
    found = list(selectors.profiles_of(_body(request), public_id))
    if not found:
        raise Http404
    return found


def _try(request: OperatorRequest, deed: Callable[[], object], done: str) -> None:
    """Do `deed` and say `done`, or why not."""
    try:
        deed()
    except DomainError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, done)


@never_cache
@require_GET
@operator(Permission.MANAGE_USERS)
def users(request: OperatorRequest) -> HttpResponse:
    """Every profile of the training body."""
    shown: Listing[Membership] = Listing(
        selectors.profiles_in(_body(request)),
        asked=request.GET,
        columns=COLUMNS,
        sort="nombre",
        size=ROWS,
    )
    return render(request, "core/users/list.html", {"list": shown})


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.MANAGE_USERS)
def invite(request: OperatorRequest) -> HttpResponse:
    """Invite a person: RUT, name, address, profile."""
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            people.invite(
                training_body=_body(request),
                rut=given["rut"],
                full_name=given["full_name"],
                email=given["email"],
                profile=form.profile,
                by=request.user,
                at=timezone.now(),
            )
        except people.PeopleRefused as refused:
            refuse(form, refused, "email" if refused.code == "email" else "rut")
        else:
            messages.success(request, f"Invitamos a {given['full_name']} por correo.")
            return redirect("users")
    return render(request, "core/users/invite.html", {"form": form})


@never_cache
@require_GET
@operator(Permission.MANAGE_USERS)
def user(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """One person: profiles here, access, invitation, second factor."""
    profiles = _profiles(request, public_id)
    first = profiles[0]
    return render(
        request,
        "core/users/user.html",
        {
            "profiles": profiles,
            "person": first,
            "myself": first.user_id == request.user.pk,
            "may_correct": invitations.may_correct(first),
            "regional": Role.REGIONAL_ADMIN,
        },
    )


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.MANAGE_USERS)
def correct(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Mend name and address of somebody who has not come in yet."""
    person = _profiles(request, public_id)[0]
    written = {"full_name": person.shown_name, "email": person.shown_email}
    form = InvitedForm(request.POST or None, initial=written)
    if request.method == "POST" and form.is_valid():
        try:
            invitations.correct(
                person, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except invitations.InvitationRefused as refused:
            refuse(form, refused, "email" if refused.code == "email" else None)
        else:
            messages.success(
                request, "Corregimos los datos y reenviamos la invitación."
            )
            return redirect("user", public_id)
    return render(request, "core/users/correct.html", {"form": form, "person": person})


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.MANAGE_USERS)
def add_profile(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Give a colleague one more profile."""
    person = _profiles(request, public_id)[0]
    form = ProfileForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            people.add_profile(
                training_body=_body(request),
                user=person.user,
                profile=form.profile,
                by=request.user,
                at=timezone.now(),
            )
        except people.PeopleRefused as refused:
            refuse(form, refused, "role")
        else:
            messages.success(request, "Agregamos el perfil.")
            return redirect("user", public_id)
    return render(
        request, "core/users/add_profile.html", {"form": form, "person": person}
    )


def _profile(request: OperatorRequest, public_id: uuid.UUID) -> Membership:
    here = selectors.profiles_in(_body(request))
    found: Membership = get_object_or_404(here, public_id=public_id)
    return found


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.MANAGE_USERS)
def regions(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Choose the regions of a regional admin."""
    membership = _profile(request, public_id)
    form = RegionsForm(request.POST or None, membership=membership)
    if request.method == "POST" and form.is_valid():
        people.set_regions(
            membership,
            regions=form.cleaned_data["regions"],
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, "Guardamos las regiones.")
        return redirect("user", membership.user.public_id)
    return render(
        request, "core/users/regions.html", {"form": form, "person": membership}
    )


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.MANAGE_USERS)
def remove(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take a profile away, once confirmed."""
    membership = _profile(request, public_id)
    owner = membership.user
    if request.method == "GET":
        return render(request, "core/users/remove.html", {"person": membership})
    _try(
        request,
        lambda: people.remove_profile(membership, by=request.user, at=timezone.now()),
        "Quitamos el perfil.",
    )
    left = selectors.profiles_of(_body(request), owner.public_id).exists()
    return redirect("user", owner.public_id) if left else redirect("users")


@require_POST
@operator(Permission.MANAGE_USERS)
def access(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Keep a person out of this training body, or let them back in."""
    person = _profiles(request, public_id)[0]
    back = "restore" in request.POST
    change = people.restore if back else people.suspend
    _try(
        request,
        lambda: change(
            training_body=_body(request),
            user=person.user,
            by=request.user,
            at=timezone.now(),
        ),
        "Devolvimos el acceso." if back else "Suspendimos el acceso.",
    )
    return redirect("user", public_id)


@require_POST
@operator(Permission.MANAGE_USERS)
def resend(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Send the invitation once more."""
    person = _profiles(request, public_id)[0]
    _try(
        request,
        lambda: invitations.resend(person, by=request.user, at=timezone.now()),
        "Reenviamos la invitación.",
    )
    return redirect("user", public_id)


@never_cache
@require_http_methods(["GET", "POST"])
@operator(Permission.MANAGE_USERS)
def reset_second_factor(request: OperatorRequest, public_id: uuid.UUID) -> HttpResponse:
    """Let a colleague who lost telephone and codes enrol anew, once confirmed."""
    person = _profiles(request, public_id)[0]
    if request.method == "GET":
        return render(request, "core/users/second_factor.html", {"person": person})
    _try(
        request,
        lambda: second_factors.reset(person, by=request.user, at=timezone.now()),
        "Reiniciamos el segundo factor y le avisamos por correo.",
    )
    return redirect("user", public_id)
