"""Choosing under which membership one acts; taking or declining an offered one."""

from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from otec_portal.core.memberships import (
    choose,
    current_membership,
    memberships_of,
    offers_to,
    signed_in,
    suspended_in,
)
from otec_portal.core.models import Membership
from otec_portal.core.services import offers, people
from otec_portal.core.sign_in.links import password_path, read_offer, signed_offer


@require_http_methods(["GET", "POST"])
def choose_membership(request: HttpRequest) -> HttpResponse:
    """Choose "perfil" and "institución", where a user has several."""
    user = signed_in(request)
    mine = memberships_of(user)
    if request.method == "POST":
        wanted = request.POST.get("membership", "")
        known = {str(one.public_id): one for one in mine}
        if wanted in known:
            choose(request, known[wanted])
            return redirect(_back(request))
        messages.error(
            request, "No tienes ese perfil, o ya no lo tienes. Elige uno de la lista."
        )
    current = current_membership(request)
    return render(
        request,
        "core/choose_membership.html",
        {
            "memberships": mine,
            "marked": current.pk if current else user.last_membership_id,
            "current": current,
            "suspended": [] if mine else suspended_in(user),
            "offers": [(one, signed_offer(one)) for one in offers_to(user)],
            "next": request.GET.get(REDIRECT_FIELD_NAME, ""),
        },
    )


def _back(request: HttpRequest) -> str:
    """Return where the choice was asked for; only an address of our own counts."""
    wanted = request.POST.get(REDIRECT_FIELD_NAME, "")
    own = url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    return wanted if own else reverse("home")


@never_cache
@login_not_required  # nobody can sign in with an account that nobody has entered yet
@require_http_methods(["GET", "POST"])
def offer(request: HttpRequest, signed: str) -> HttpResponse:
    """The link of an offer's mail: to the account of this RUT, or to make it one's."""
    offered = read_offer(signed)
    if offered is None:
        return render(request, "core/stale_offer.html", status=410)
    if not offers.is_unclaimed(offered.user):
        return redirect("answer_offer", signed)
    if request.method == "POST":
        try:
            user = offers.claim(offered, at=timezone.now())
        except people.PeopleRefused as refused:
            messages.error(request, refused.message)
        else:
            return redirect(password_path(user))
    return render(request, "core/claim_offer.html", {"offer": offered})


@never_cache
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, signed: str) -> HttpResponse:
    """Take or decline, with the account of that RUT, what a training body offers."""
    user, offered = signed_in(request), read_offer(signed)
    if offered is None:
        return render(request, "core/stale_offer.html", status=410)
    if offered.user_id != user.pk:
        return render(request, "core/offer_to_another.html", status=403)
    if "accept" in request.POST:
        offers.accept(offered, at=timezone.now())
        messages.success(request, f"Ya puedes trabajar en {offered.training_body}.")
    elif "decline" in request.POST:
        told = offers.decline(offered, at=timezone.now())
        more = " Se lo diremos por correo a quien lo ofreció." if told else ""
        messages.info(request, f"Rechazaste el perfil.{more}")
    else:
        return _offered(request, offered, signed)
    return redirect("choose_membership")


def _offered(request: HttpRequest, offered: Membership, signed: str) -> HttpResponse:
    """Show what is offered; an answer that is neither yes nor no changes nothing."""
    status = 200
    if request.method == "POST":
        messages.error(request, "Nada cambió: elige si aceptas o rechazas el perfil.")
        status = 422
    shown = {"offer": offered, "signed": signed}
    return render(request, "core/offer.html", shown, status=status)
