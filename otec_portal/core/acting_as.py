"""Every form says of which membership it was: one sent under another changes nothing.

Who has several memberships can switch in one tab while a form stands in another; what
is typed there would go to the wrong institution.
"""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.html import format_html
from django.utils.safestring import SafeString

from otec_portal.core.memberships import (
    choose,
    current_membership,
    memberships_of,
    signed_in,
)
from otec_portal.core.models import Membership

FIELD = "acting_as"
GO_BACK = "go_back_to"  # sent by the page of a refused form
_CSRF = "csrfmiddlewaretoken"


def field(request: HttpRequest) -> SafeString:
    """Return the hidden field with the membership of `request`, "" without one."""
    membership = current_membership(request) if hasattr(request, "user") else None
    if membership is None:
        return SafeString("")
    return format_html(
        '<input type="hidden" name="{}" value="{}">', FIELD, membership.public_id
    )


@dataclass(frozen=True)
class Strayed:
    """A form that was sent under another membership than it was shown for."""

    was: Membership | None  # None: not this user's, or not any more
    fields: list[tuple[str, str]]
    had_files: bool
    had_secrets: bool  # to be typed again: a secret is never written into a page


def strayed(request: HttpRequest) -> Strayed | None:
    """Return what is wrong with the form that was sent, None where nothing is.

    A form that names no membership was shown by no page of operators. One that the
    user sends again from the page of its refusal switches back to what it names.
    """
    if request.method != "POST":
        return None
    back = request.POST.get(GO_BACK, "")
    named = back or request.POST.get(FIELD, "")
    current = current_membership(request)
    if not named or (current and str(current.public_id) == named):
        return None
    mine = memberships_of(signed_in(request))
    was = next((one for one in mine if str(one.public_id) == named), None)
    if back and was:
        choose(request, was)
        return None
    typed = set(request.POST) - {_CSRF, FIELD, GO_BACK}
    secret = _secret(request, typed)
    kept = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name in typed - secret
    ]
    return Strayed(was, kept, bool(request.FILES), had_secrets=bool(secret))


def _secret(request: HttpRequest, names: set[str]) -> set[str]:
    """Return those of `names` that the view marks: sensitive_post_parameters."""
    marked = getattr(request, "sensitive_post_parameters", ())
    return names if marked == "__ALL__" else names & set(marked)


def refuse(request: HttpRequest, form: Strayed) -> HttpResponse:
    """Return the page that says so (409) and offers to go back with all of it."""
    context = {"form": form, "current": current_membership(request), "go_back": GO_BACK}
    answer = render(request, "errors/another_membership.html", context, status=409)
    add_never_cache_headers(answer)  # what was typed may be personal
    return answer
