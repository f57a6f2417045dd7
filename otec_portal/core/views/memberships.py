"""Choosing under which membership one acts; taking or declining an offered one."""

import uuid

from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from otec_portal.core.memberships import (
    choose,
    current_membership,
    memberships_of,
    offers_to,
    signed_in,
)
from otec_portal.core.services import people


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
            "offers": offers_to(user),
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


@require_POST
def answer(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take or decline a profile that a training body offers."""
    offer = get_object_or_404(offers_to(signed_in(request)), public_id=public_id)
    if "accept" in request.POST:
        people.accept(offer, at=timezone.now())
        messages.success(request, f"Ya puedes trabajar en {offer.training_body}.")
    else:
        people.decline(offer, at=timezone.now())
        messages.info(
            request, "Rechazaste el perfil. Se lo diremos a quien lo ofreció."
        )
    return redirect("choose_membership")
