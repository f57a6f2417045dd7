"""Who is not signed in is sent to do so, and comes back to a page that opens."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse


class SignInFirst(LoginRequiredMiddleware):
    """Django's own, but what was posted can't be opened by a GET afterwards."""

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseRedirect:
        if request.method in {"GET", "HEAD"}:
            return super().handle_no_permission(request, view_func)
        return redirect_to_login(_page_before(request), self.get_login_url(view_func))


def _page_before(request: HttpRequest) -> str:
    """The page of ours that held the form, or the home page."""
    before = urlsplit(request.headers.get("referer", ""))
    return before.path if before.netloc == request.get_host() else reverse("home")
