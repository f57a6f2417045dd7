"""The calendar of terms: a month on the screen, and the file that calendars read."""

from datetime import datetime, timedelta
from typing import Final

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from courses import feeds
from courses.agenda import agenda
from courses.calendar_file import calendar_file
from courses.forms.calendar import EVERYTHING, CalendarForm
from courses.models import CalendarFeed, TrainingAction
from courses.month import Month, days_of, month_named
from courses.upcoming import Upcoming, groups_of
from otec_portal.core.client_address import client_address, network_of
from otec_portal.core.encryption import decrypt, encrypt
from otec_portal.core.permissions import OperatorRequest, Permission, allowed, operator
from otec_portal.core.rate_limit import over_limit
from otec_portal.core.tenancy import regions_within_reach

MONTH, VIEW, LIST, SHOW = "mes", "ver", "lista", "muestra"
JUST_MADE: Final = "calendar_address"  # in the session, encrypted
SHOWN_FOR: Final = timedelta(minutes=10)
FETCHES_OF_AN_ADDRESS: Final = 20  # per minute
MISSES_OF_A_NETWORK: Final = 30
RETRY_AFTER: Final = "60"  # seconds
PICK_A_REGION: Final = "Se muestran las primeras. Elige una región para verlas todas."
SUBSCRIBE: Final = (
    "Se muestran las primeras. El archivo para tu propio calendario las trae todas."
)


@never_cache
@require_GET
@operator(Permission.VIEW_COURSES)
def calendar(request: OperatorRequest) -> HttpResponse:
    """What falls due in a month, as a grid and as a list; a list without a month has
    what is to come."""
    today = timezone.localdate()
    named, as_list = request.GET.get(MONTH, ""), request.GET.get(VIEW) == LIST
    month = month_named(named, today=today)
    upcoming = Upcoming(today) if as_list and not named else None
    form = CalendarForm(request.GET, regions=regions_within_reach(request.membership))
    found = agenda(request.membership, form.wanted(upcoming or month), today=today)
    return render(
        request,
        "courses/calendar.html",
        {
            "form": form,
            "month": month,
            "upcoming": upcoming,
            "groups": groups_of(found.entries, today=today) if upcoming else [],
            "weeks": month.weeks(found.entries, today=today),
            "days": days_of(found.entries, today=today),
            "cut": found.cut,
            "cut_advice": PICK_A_REGION if "region" in form.fields else SUBSCRIBE,
            "as_list": as_list,
            "ways": _ways(request.GET, month, now=month_named("", today=today))
            | ({"all": f"?{VIEW}={LIST}"} if upcoming else {}),
            "has_actions": bool(found.entries) or _has_actions(request),
            "feed": _feed_of(request),
            "reminded": allowed(request.membership, Permission.EMIT_CERTIFICATES),
        },
    )


def _has_actions(request: OperatorRequest) -> bool:
    return TrainingAction.objects.visible_to(request.membership).exists()


def _ways(asked: QueryDict, month: Month, *, now: Month) -> dict[str, str]:
    """Return the addresses of other months and views, all else as it is asked."""
    before, after = {MONTH: month.before.name}, {MONTH: month.after.name}
    view = LIST if asked.get(VIEW) == LIST else ""
    return {
        "before": _address(asked, before),
        "after": _address(asked, after),
        "now": "" if month == now else _address(asked, {MONTH: now.name}),
        "grid": _address(asked, {VIEW: ""}),
        "list": _address(asked, {VIEW: LIST}),
        "list_of_month": _address(asked, {MONTH: month.name, VIEW: LIST}),
        "upcoming": _address(asked, {MONTH: "", VIEW: LIST}),
        "all": _address(QueryDict(), {MONTH: month.name, VIEW: view}),
        "done": _address(asked, {SHOW: EVERYTHING}),
    }


def _address(asked: QueryDict, changes: dict[str, str]) -> str:
    query = asked.copy()
    for name, value in changes.items():
        query[name] = value
        if not value:
            del query[name]
    return f"?{query.urlencode()}"


@never_cache
@require_GET
@operator(Permission.VIEW_COURSES)
def address(request: OperatorRequest) -> HttpResponse:
    """Whether this profile has an address for calendars, and since when.

    One just made is shown: to who made it, in their session and for SHOWN_FOR alone.
    """
    feed = _feed_of(request)
    made = _just_made(request, feed, now=timezone.now())
    context = {"feed": feed, "made": made, "ends": _ends(feed)}
    return render(request, "courses/calendar_address.html", context)


@require_POST
@operator(Permission.VIEW_COURSES)
def make_address(request: OperatorRequest) -> HttpResponse:
    """A new address; it ends the one that the page named, and no other.

    Sent twice it makes one: a second click must not end what the first one made.
    """
    if request.POST.get("ends", "") == _ends(_feed_of(request)):
        made = feeds.make_address(request.membership, at=timezone.now())
        request.session[JUST_MADE] = encrypt(made)
    return redirect("courses:calendar_address")


def _feed_of(request: OperatorRequest) -> CalendarFeed | None:
    return CalendarFeed.objects.filter(membership=request.membership).first()


def _ends(feed: CalendarFeed | None) -> str:
    """Return what names the address in use, "" where there is none."""
    return feed.made_at.isoformat() if feed else ""


def _just_made(
    request: OperatorRequest, feed: CalendarFeed | None, *, now: datetime
) -> str:
    """Return the address of `feed` whole while it may still be shown, else ""."""
    kept = request.session.get(JUST_MADE)
    if not kept or feed is None or now - feed.made_at > SHOWN_FOR:
        return ""
    made = decrypt(kept)
    return made if feeds.is_of(feed, made) else ""


@require_POST
@operator(Permission.VIEW_COURSES)
def remove_address(request: OperatorRequest) -> HttpResponse:
    """The address opens nothing any more."""
    feeds.remove_address(request.membership, at=timezone.now())
    messages.success(request, "La dirección ya no sirve.")
    return redirect("courses:calendar_address")


@login_not_required  # programs read it; the secret is what lets them in
@never_cache
@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The file that calendars read. Whatever opens nothing is not there (404)."""
    now = timezone.now()
    found = feeds.opened_by(secret)
    key, limit = (
        (network_of(client_address(request)), MISSES_OF_A_NETWORK)
        if found is None
        else (str(found.pk), FETCHES_OF_AN_ADDRESS)
    )
    kind = "calendar_misses" if found is None else "calendar"
    if over_limit(kind, key, limit=limit, now=now):
        return HttpResponse(status=429, headers={"Retry-After": RETRY_AFTER})
    if found is None:
        raise Http404
    return HttpResponse(
        calendar_file(found, today=timezone.localdate(now)),
        content_type="text/calendar; charset=utf-8",
        headers={
            "Content-Disposition": 'inline; filename="plazos.ics"',
            "X-Robots-Tag": "noindex, nofollow",
        },
    )
