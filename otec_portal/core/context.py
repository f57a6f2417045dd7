"""What every template may use."""

from django.http import HttpRequest

from otec_portal.core.memberships import current_membership
from otec_portal.core.sence_address import stand_in


def portal(request: HttpRequest) -> dict[str, object]:
    """Give `sence_stand_in` ("" with the real SENCE) and `membership`."""
    # an error page can come before the session was there
    known = hasattr(request, "user")
    return {
        "sence_stand_in": stand_in(),
        "membership": current_membership(request) if known else None,
    }
