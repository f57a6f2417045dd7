"""A file between its upload and its import: kept with what was read from it."""

from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from courses.models import NameOrder, RosterUpload, TrainingAction
from courses.roster.columns import Field, Layout
from courses.roster.lines import Line, corrected, from_json
from courses.roster.plan import Plan
from courses.roster.preview import make_plan, what_is_there
from courses.roster.read import Roster
from courses.roster.rules import person_errors
from courses.services import refuse_change
from otec_portal.core.errors import DomainError
from otec_portal.core.models import User

KEPT: Final = timedelta(hours=12)


class UploadGone(DomainError):
    """What was uploaded is no longer kept, or was imported already."""

    code = "upload_gone"


def keep(
    action: TrainingAction, *, roster: Roster, filename: str, by: User, at: datetime
) -> RosterUpload:
    """Keep what was read, for `by` alone and for KEPT. Raises ActionClosed."""
    refuse_change(action)
    return RosterUpload.objects.create(
        action=action,
        by=by,
        filename=filename[:200],
        layout={"sheet": roster.sheet, **asdict(roster.layout)},
        lines=[_looked_over(line).as_json() for line in roster.lines],
        name_order=roster.layout.order,
        created_at=at,
        expires_at=at + KEPT,
    )


def _looked_over(line: Line) -> Line:
    """Return it with what is wrong with it: each page of a preview makes the plan."""
    errors = person_errors(
        run=line.run,
        first_names=line.first_names,
        last_names=line.last_names,
        email=line.email or "",
    )
    return replace(line, errors=errors)


def layout_of(upload: RosterUpload) -> Layout:
    """Return where the file has what."""
    stored: dict[str, Any] = upload.layout
    return Layout(
        row=stored["row"],
        columns={Field(name): column for name, column in stored["columns"].items()},
        headings={Field(name): said for name, said in stored["headings"].items()},
        unused=stored["unused"],
    )


def lines_of_upload(upload: RosterUpload) -> list[Line]:
    """Return the lines as they stand, with what was corrected."""
    return [from_json(stored) for stored in upload.lines]


def plan_of(upload: RosterUpload) -> Plan:
    """Return what importing `upload` would do, were it done now."""
    lines = lines_of_upload(upload)
    present = what_is_there(upload.action, [line.run for line in lines])
    return make_plan(lines, present, order=NameOrder(upload.name_order))


def refuse_gone(upload: RosterUpload, *, at: datetime) -> None:
    """Raise UploadGone where `upload` is past its time, or imported."""
    if upload.imported_as_id is not None:
        raise UploadGone("Este archivo ya se importó.", code="imported")
    if upload.expires_at <= at:
        raise UploadGone(
            "Pasaron más de 12 horas desde que subiste el archivo. Súbelo otra vez.",
            code="expired",
        )


@transaction.atomic
def correct_line(
    upload: RosterUpload, *, number: int, values: dict[str, str], at: datetime
) -> None:
    """Put what a person typed in the place of one line. Raises UploadGone."""
    current = RosterUpload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
    refuse_gone(current, at=at)
    current.lines = [
        _looked_over(corrected(line, **values)).as_json()
        if line.number == number
        else line.as_json()
        for line in lines_of_upload(current)
    ]
    current.save(update_fields=["lines"])


@transaction.atomic
def order_names(upload: RosterUpload, *, order: NameOrder, at: datetime) -> None:
    """Say how whole names stand in the file. Raises UploadGone."""
    current = RosterUpload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
    refuse_gone(current, at=at)
    current.name_order = order
    current.save(update_fields=["name_order"])


def forget_expired(*, now: datetime) -> int:
    """Delete what was uploaded and is past its time; return how many."""
    deleted, _ = RosterUpload.objects.filter(expires_at__lte=now).delete()
    return deleted
