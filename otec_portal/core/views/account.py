""" "Mi cuenta": name, e-mail, password, second factor and sessions of whoever asks."""

from allauth.account.decorators import reauthentication_required
from allauth.mfa.models import Authenticator
from allauth.usersessions.internal.flows.sessions import (
    end_other_sessions,
)
from allauth.usersessions.internal.flows.sessions import (
    end_sessions as end,
)
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from otec_portal.core.forms import EmailForm, NameForm, refuse
from otec_portal.core.memberships import signed_in
from otec_portal.core.models import User
from otec_portal.core.services import accounts
from otec_portal.core.sign_in import second_factor
from otec_portal.core.sign_in.browsers import described
from otec_portal.core.sign_in.links import read_new_email


@never_cache
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Show all of it; change the name."""
    user = signed_in(request)
    form = NameForm(request.POST or None, instance=User.objects.get(pk=user.pk))
    if request.method == "POST" and form.is_valid():
        accounts.rename(
            user, full_name=form.cleaned_data["full_name"], at=timezone.now()
        )
        messages.success(request, "Guardamos tu nombre.")
        return redirect("account")
    return render(
        request,
        "core/account.html",
        {
            "form": form,
            "standing": second_factor.standing_of(user),
            "codes_left": _codes_left(user),
            "sessions": _sessions(request, user),
        },
    )


def _codes_left(user: User) -> int:
    own = Authenticator.objects.filter(
        user=user, type=second_factor.RECOVERY_CODES
    ).first()
    return len(own.wrap().get_unused_codes()) if own else 0


def _sessions(request: HttpRequest, user: User) -> list[dict[str, object]]:
    """Return the sessions of `user`, this one first, then by when they were seen."""
    this = request.session.session_key
    rows = UserSession.objects.filter(user=user).order_by("-last_seen_at")
    return [
        {
            "row": row,
            "browser": described(row.user_agent),
            "current": row.session_key == this,
        }
        for row in sorted(rows, key=lambda row: row.session_key != this)
        if row.session_key == this or row.exists()
    ]


@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """End one other session of mine, or all others."""
    user = signed_in(request)
    wanted = request.POST.get("session", "")
    if wanted == "others":
        end_other_sessions(request, user)
        messages.success(request, "Cerramos tus otras sesiones.")
    else:
        mine = {str(row.pk): row for row in UserSession.objects.filter(user=user)}
        if wanted not in mine:
            raise Http404
        end(request, [mine[wanted]])
        messages.success(request, "Cerramos esa sesión.")
    return redirect("account")


@never_cache
@require_http_methods(["GET", "POST"])
@reauthentication_required
def change_email(request: HttpRequest) -> HttpResponse:
    """Ask for another address; it counts once the mail sent there was opened."""
    form = EmailForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        try:
            accounts.ask_for_new_email(
                signed_in(request), email=email, at=timezone.now()
            )
        except accounts.EmailRefused as refused:
            refuse(form, refused, "email")
        else:
            messages.success(
                request, f"Escribimos a {email}: abre el enlace del correo."
            )
            return redirect("account")
    return render(request, "core/change_email.html", {"form": form})


@never_cache
@login_not_required  # opened wherever the new mailbox is read
@require_http_methods(["GET", "POST"])
def confirm_email(request: HttpRequest, signed: str) -> HttpResponse:
    """The link of the mail: show which address, and make it the account's."""
    found = read_new_email(signed)
    if found is None:
        return render(request, "core/stale_email_link.html", status=410)
    user, email = found
    if request.method == "POST":
        try:
            accounts.change_email(user, email=email, at=timezone.now())
        except accounts.EmailRefused as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, f"El correo de tu cuenta ahora es {email}.")
        return redirect("account" if request.user.is_authenticated else "login")
    return render(request, "core/confirm_email.html", {"email": email, "owner": user})
