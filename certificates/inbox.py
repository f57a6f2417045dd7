"""What a regional office finds: the annulments requested in its regions."""

import re
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from certificates.models import AnnulmentDecision, AnnulmentRequest
from courses.search import is_meant
from otec_portal.core.folding import fold
from otec_portal.core.models import Membership, TrainingBody

ACTION: Final = "certificate__certification__action"
_NUMBER: Final = re.compile(r"(?:n[°º]?\s*)?(\d{1,9})\s*-\s*(\d{4})", re.IGNORECASE)


def requests_for(membership: Membership) -> QuerySet[AnnulmentRequest]:
    """Return the requests of the office's regions, `decided` or not.

    The open ones first, by due date; with certificate, action and decision.
    """
    return _told(AnnulmentRequest.objects.submitted_to(membership))


def requests_of(membership: Membership) -> QuerySet[AnnulmentRequest]:
    """Return a training body's own requests, as far as `membership` may see them."""
    return _told(AnnulmentRequest.objects.visible_to(membership))


def _told(rows: QuerySet[AnnulmentRequest]) -> QuerySet[AnnulmentRequest]:
    given = AnnulmentDecision.objects.filter(request=OuterRef("pk"))
    return (
        rows.select_related(
            "by",
            "decision__by",
            "certificate__training_body",
            f"{ACTION}__course__training_body",
        )
        .annotate(decided=Exists(given))
        .order_by("decided", "due_on", "pk")
    )


def narrow(
    requests: QuerySet[AnnulmentRequest], sought: str
) -> QuerySet[AnnulmentRequest]:
    """Return the requests whose certificate's number, OTEC or codes `sought` names.

    The OTEC by its RUT or part of its name, codes by how they begin.
    """
    if not sought:
        return requests
    digits = "".join(sought.split())
    fits = (
        Q(certificate__training_body__in=_bodies(requests, sought))
        | Q(**{f"{ACTION}__code_folded__startswith": fold(sought)})
        | Q(**{f"{ACTION}__course__sence_code__startswith": digits})
    )
    if number := _NUMBER.fullmatch(sought):
        sequence, year = number.groups()
        fits |= Q(certificate__sequence=sequence, certificate__year=year)
    return requests.filter(fits)


def _bodies(requests: QuerySet[AnnulmentRequest], sought: str) -> list[int]:
    """Return the keys of those who requested anything and are meant."""
    theirs = requests.order_by().values("certificate__training_body")
    bodies = TrainingBody.objects.filter(pk__in=theirs)
    return [one.pk for one in bodies if is_meant(one, sought)]
