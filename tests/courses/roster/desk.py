"""Steps that several tests of rosters take."""

from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from courses.models import Enrolment, Participant, RosterImport, RosterUpload
from courses.models import TrainingAction as Action
from courses.roster import uploads
from courses.roster.apply import apply
from courses.roster.read import read_roster
from otec_portal.core.models import User
from tests.courses.roster.sources import HEADINGS, comma_separated
from tests.factories import NOW
from tests.factories.core import UserFactory


def uploaded(action: Action, *rows: Any, by: User | None = None) -> RosterUpload:
    """Return an upload of these rows below the usual headings."""
    return uploads.keep(
        action,
        roster=read_roster(comma_separated(HEADINGS, *rows)),
        filename="nomina.csv",
        by=by or UserFactory(),
        at=NOW,
    )


def imported(
    upload: RosterUpload, *, at: datetime = NOW, **more: Any
) -> RosterImport | None:
    """Import `upload` as its preview shows it now."""
    given = {"accept_good": False, "remove": set(), "by": upload.by, "at": at}
    digest = uploads.plan_of(upload).digest
    return apply(upload, **{**given, "digest": digest, **more})


def people() -> set[tuple[Any, ...]]:
    """All people as they are, links included."""
    return set(
        Participant.objects.values_list(
            "training_body", "run", "first_names", "last_names", "email", "link_version"
        )
    )


def roster(action: Action) -> set[tuple[Any, ...]]:
    """The roster as it is: who, by which link, exempt or not."""
    return set(
        Enrolment.objects.filter(action=action).values_list(
            "pk", "public_id", "participant__run", "exempt"
        )
    )


def at(name: str, *ids: object) -> str:
    return reverse(f"courses:{name}", args=ids)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def choose(client: Client, action: Action, data: bytes, name: str) -> Any:
    return client.post(
        at("import_roster", action.public_id),
        {"file": SimpleUploadedFile(name, data)},
    )


def send(client: Client, action: Action, way: str = "mail", **more: Any) -> Any:
    name = {"mail": "send_links", "sheet": "link_sheet"}[way]
    given = {"to": "everyone", "shown_at": NOW.isoformat()}
    return client.post(at(name, action.public_id), {**given, **more}, follow=True)


def no_store(answer: Any) -> bool:
    return "no-store" in answer.headers["Cache-Control"]
