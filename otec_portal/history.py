"""What was done in a training body, in words, for its administrators."""

from dataclasses import dataclass
from typing import Final

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

import attendance.deeds
import certificates.deeds
import courses.deeds
import liquidation.deeds
from otec_portal.core import deeds
from otec_portal.core.listing import Column, Listing
from otec_portal.core.models import AuditEntry
from otec_portal.core.permissions import OperatorRequest, Permission, operator
from otec_portal.core.selectors import history_of_body

COLUMNS = (
    Column("Cuándo", "cuando", ("at",)),
    Column("Quién"),
    Column("Qué hizo"),
    Column("Sobre"),
)
ROWS = 25

# each room's own; a test asks for words for every deed
ROOMS: Final = (
    deeds,
    courses.deeds,
    attendance.deeds,
    certificates.deeds,
    liquidation.deeds,
)
WORDS: Final[dict[str, str]] = {
    name: words for room in ROOMS for name, words in room.WORDS.items()
}
VALUES: Final[dict[str, str]] = {
    name: words for room in ROOMS for name, words in room.VALUES.items()
}


@dataclass(frozen=True)
class Deed:
    """An entry as a person reads it."""

    entry: AuditEntry
    words: str


def in_words(entry: AuditEntry) -> str:
    """Return what was done, in Spanish; the bare name of a deed without words."""
    return deeds.in_words(entry, words=WORDS, values=VALUES)


@never_cache
@require_GET
@operator(Permission.MANAGE_USERS)
def history(request: OperatorRequest) -> HttpResponse:
    """Who did what in this training body, newest first."""
    if request.membership.training_body is None:
        raise Http404
    shown: Listing[AuditEntry] = Listing(
        history_of_body(request.membership.training_body),
        asked=request.GET,
        columns=COLUMNS,
        sort="-cuando",
        size=ROWS,
    )
    told = [Deed(entry, in_words(entry)) for entry in shown.page]
    return render(request, "history.html", {"list": shown, "deeds": told})
