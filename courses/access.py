"""How participants come in: a personal signed link, then a signed cookie.

Both name the participant and the version of their link; regenerating a link raises
the version and ends what was handed out before (domain.md, "Participant").
"""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from courses.models import Enrolment, Participant

COOKIE = "participante"
COOKIE_AGE = timedelta(hours=12)
_LINK = signing.Signer(salt="courses.personal_link")
_COOKIE_SALT = "courses.participant_cookie"


def personal_link(enrolment: Enrolment) -> str:
    """Return the absolute address by which the participant enters this course."""
    value = f"{enrolment.public_id.hex}.{enrolment.participant.link_version}"
    path = reverse(settings.PERSONAL_LINK_VIEW, args=[_LINK.sign(value)])
    return f"{settings.PORTAL_BASE_URL}{path}"


def enrolment_of_link(signed: str) -> Enrolment | None:
    """Return the enrolment that a personal link leads to, or None."""
    try:
        public_id, version = _LINK.unsign(signed).split(".")
    except (signing.BadSignature, ValueError):
        return None
    return (
        Enrolment.objects.select_related("participant")
        .filter(public_id=uuid.UUID(public_id), participant__link_version=int(version))
        .first()
    )


def remember(response: HttpResponse, participant: Participant) -> None:
    """Let this browser act as `participant`. Lax: it must survive SENCE's redirect."""
    response.set_signed_cookie(
        COOKIE,
        f"{participant.public_id.hex}.{participant.link_version}",
        salt=_COOKIE_SALT,
        max_age=int(COOKIE_AGE.total_seconds()),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


@dataclass(frozen=True)
class Bearer:
    """Whom a browser's cookie names. Whether that still holds, the database knows."""

    public_id: uuid.UUID
    link_version: int


def bearer(request: HttpRequest) -> Bearer | None:
    """Return whom this browser's cookie names, or None without a valid one."""
    value = request.get_signed_cookie(
        COOKIE,
        default="",
        salt=_COOKIE_SALT,
        max_age=int(COOKIE_AGE.total_seconds()),
    )
    if not value:
        return None
    public_id, version = value.split(".")
    return Bearer(uuid.UUID(public_id), int(version))


def current_participant(request: HttpRequest) -> Participant | None:
    """Return whose browser this is, or None."""
    named = bearer(request)
    if named is None:
        return None
    return Participant.objects.filter(
        public_id=named.public_id, link_version=named.link_version
    ).first()


def own_enrolment(request: HttpRequest, public_id: uuid.UUID) -> Enrolment | None:
    """Return the enrolment if it is that of the person whose browser this is."""
    named = bearer(request)
    if named is None:
        return None
    try:
        return Enrolment.objects.select_related(
            "participant", "action__course__training_body"
        ).get(
            public_id=public_id,
            participant__public_id=named.public_id,
            participant__link_version=named.link_version,
        )
    except Enrolment.DoesNotExist:
        return None
