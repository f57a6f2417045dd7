"""What every template may use."""

from django.http import HttpRequest

from otec_portal.core.memberships import current_membership
from otec_portal.core.models import User
from otec_portal.core.sence_address import stand_in
from otec_portal.core.sign_in.second_factor import standing_of


def portal(request: HttpRequest) -> dict[str, object]:
    """Give `sence_stand_in` ("" with the real SENCE), `membership` and, asked for
    only by pages that show it, `second_factor_missing`.
    """
    # an error page can come before the session was there
    known = hasattr(request, "user")
    return {
        "sence_stand_in": stand_in(),
        "membership": current_membership(request) if known else None,
        "second_factor_missing": lambda: known and _second_factor_missing(request),
    }


def _second_factor_missing(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and standing_of(request.user).missing
