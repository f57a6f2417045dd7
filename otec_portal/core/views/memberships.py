"""Choosing under which membership one acts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from otec_portal.core.memberships import (
    choose,
    current_membership,
    memberships_of,
    signed_in,
)


@require_http_methods(["GET", "POST"])
def choose_membership(request: HttpRequest) -> HttpResponse:
    """Choose "perfil" and "institución", where a user has several."""
    mine = memberships_of(signed_in(request))
    if request.method == "POST":
        wanted = request.POST.get("membership", "")
        known = {str(one.public_id): one for one in mine}
        if wanted in known:
            choose(request, known[wanted])
            return redirect("home")
    return render(
        request,
        "core/choose_membership.html",
        {"memberships": mine, "current": current_membership(request)},
    )
