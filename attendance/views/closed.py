"""What stands in place of an action's attendance after its liquidation."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from attendance.after_liquidation import CLOSED, detail_is_closed
from courses.models import TrainingAction


def closed_page(
    request: HttpRequest, action: TrainingAction, *, download: bool = False
) -> HttpResponse | None:
    """Return the page that says why nothing is shown; None while it may be.

    Its status is 403 in place of a `download` or a deed, 200 in place of a page.
    """
    if not detail_is_closed(action):
        return None
    refused = download or request.method == "POST"
    context = {"action": action, "why": CLOSED}
    return render(
        request, "attendance/closed.html", context, status=403 if refused else 200
    )
