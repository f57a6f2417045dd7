"""allauth's views where ours do a little more. The rest are routed as they are."""

from typing import Any

from allauth.account import views as account
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.usersessions.internal.flows.sessions import end_other_sessions
from django.http import HttpResponse
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from otec_portal.core import audit
from otec_portal.core.downloads import disposition
from otec_portal.core.memberships import signed_in
from otec_portal.core.sign_in import devices, second_factor


class NewPassword(account.PasswordResetFromKeyView):
    """By a link: whoever opens the owner's mail is the owner, in this browser too."""

    reset_url_key = "elegir"  # in the address, in place of the secret

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        devices.remember(self.request, response, self.reset_user)
        return response


@method_decorator(never_cache, name="dispatch")
class ActivateSecondFactor(totp.ActivateTOTPView):
    """Enrolling binds this session to the new authenticator and ends the others."""

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        user = signed_in(self.request)
        own = Authenticator.objects.get(user=user, type=second_factor.TOTP)
        second_factor.spend(own, secret=form.secret, code=form.cleaned_data["code"])
        second_factor.bind(self.request.session, user)
        end_other_sessions(self.request, user)
        _record(self.request, "core.second_factor_enrolled")
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        standing = second_factor.standing_of(signed_in(self.request))
        return {**super().get_context_data(**kwargs), "required": standing.required}

    def get_success_url(self) -> str:
        return reverse("mfa_view_recovery_codes")


class DeactivateSecondFactor(totp.DeactivateTOTPView):
    """Where one is required, this leads to enrolling anew: another telephone."""

    success_url = reverse_lazy("account")

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        second_factor.bind(self.request.session, signed_in(self.request))
        _record(self.request, "core.second_factor_removed")
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        standing = second_factor.standing_of(signed_in(self.request))
        return {**super().get_context_data(**kwargs), "required": standing.required}


class GenerateRecoveryCodes(recovery_codes.GenerateRecoveryCodesView):
    """New codes; the old ones are worth nothing from then on."""

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        _record(self.request, "core.recovery_codes_generated")
        return response


@method_decorator(never_cache, name="dispatch")
class ViewRecoveryCodes(recovery_codes.ViewRecoveryCodesView):
    """The codes that are left, to print, copy or download."""


class DownloadRecoveryCodes(recovery_codes.DownloadRecoveryCodesView):
    """The same as a text file."""

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().get(*args, **kwargs)
        response["Content-Type"] = "text/plain; charset=utf-8"
        response["Content-Disposition"] = disposition("codigos-de-respaldo.txt")
        return response


def _record(request: Any, action: str) -> None:
    user = signed_in(request)
    audit.record(action, at=timezone.now(), by=user, training_body=None, target=user)
