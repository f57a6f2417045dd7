"""What SENCE's page makes a browser post, for a given session."""

from collections.abc import Mapping
from datetime import datetime

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from attendance.models import SenceSession
from tests.factories import NOW

KINDS = ["start_confirmed", "start_failed", "close_confirmed", "close_failed"]


def start_confirmed(session: SenceSession, **changes: str) -> dict[str, str]:
    """The fields of a start that succeeded, as of NOW; `changes` by their names."""
    return {
        **_common(session, at=NOW),
        "IdSesionSence": session.sence_id or f"S-{session.pk}",
        **changes,
    }


def start_failed(
    session: SenceSession, codes: str = "100", **changes: str
) -> dict[str, str]:
    """The fields of a start that failed."""
    return {
        **_common(session, at=NOW),
        "IdSesionSence": "",
        "GlosaError": codes,
        **changes,
    }


def close_confirmed(
    session: SenceSession, *, at: datetime = NOW, **changes: str
) -> dict[str, str]:
    """The fields of a close that succeeded at `at`: without IdSesionSence."""
    return {**_common(session, at=at), **changes}


def close_failed(
    session: SenceSession, codes: str = "305", *, at: datetime = NOW, **changes: str
) -> dict[str, str]:
    """The fields of a close that failed."""
    return {**_common(session, at=at), "GlosaError": codes, **changes}


def _common(session: SenceSession, *, at: datetime) -> dict[str, str]:
    return {
        "CodSence": session.sence_code,
        "CodigoCurso": session.action_code,
        "IdSesionAlumno": session.nonce,
        "RunAlumno": session.run,
        "FechaHora": timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S"),
        "ZonaHoraria": "America/Santiago",
        "LineaCapacitacion": str(session.line),
    }


def urlencoded(fields: Mapping[str, str]) -> bytes:
    """The body as a browser writes it."""
    from urllib.parse import urlencode

    return urlencode(fields).encode()


FORM = "application/x-www-form-urlencoded"


def post(
    kind: str,
    fields: Mapping[str, str] | bytes,
    *,
    client: Client | None = None,
    content_type: str = FORM,
) -> HttpResponse:
    """Post to the callback address `kind`, as a browser without any cookie of ours."""
    body = fields if isinstance(fields, bytes) else urlencoded(fields)
    answer = (client or Client()).generic(
        "POST", reverse(f"attendance:{kind}"), body, content_type
    )
    assert isinstance(answer, HttpResponse)
    return answer


def state_of(session: SenceSession) -> str:
    """Where `session` stands in the database."""
    return SenceSession.objects.get(pk=session.pk).state
