"""The operator's home: what needs me today?"""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from attendance import selectors
from otec_portal.core.permissions import OperatorRequest, Permission, allowed, operator

SHOWN = 10


@never_cache
@require_GET
@operator()
def home(request: OperatorRequest) -> HttpResponse:
    """Who is in right now, what SENCE refused today, what waits for a person."""
    now = timezone.now()
    acting = request.membership
    running = selectors.open_sessions(acting, now=now)
    to_review = selectors.receipts_to_review(acting)
    open_alerts = selectors.open_alerts(acting)
    return render(
        request,
        "home.html",
        {
            "running": [
                selectors.row_of(one, now)
                for one in selectors.with_evidence(running)[:SHOWN]
            ],
            "running_count": running.count(),
            "errors": selectors.errors_of_today(acting, now=now),
            "alerts": open_alerts[:SHOWN],
            "alert_count": open_alerts.count(),
            "to_review": to_review[:SHOWN],
            "review_count": to_review.count(),
            "may_probe": allowed(acting, Permission.PROBE_SENCE),
            "now": now,
        },
    )
