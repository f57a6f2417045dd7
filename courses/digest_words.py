"""The mail of a digest: its subject and its text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from courses.digest_lines import Line, Told
from courses.ladder import Kind, Stake
from courses.ladder_words import nearness, what_of
from otec_portal.core.attention import how_many
from otec_portal.core.models import TrainingBody, User

GROUPS: Final = {
    Stake.EMIT: "Emitir el certificado",
    Stake.OTIC: "Entregar al OTIC",
    Stake.LIQUIDATE: "Liquidar",
    Stake.ANNULMENT: "Respuestas a anulaciones",
    Stake.END: "Declaraciones juradas",
}
_DECLARE: Final = "Emitir en GCA la declaración jurada de la parcial"


@dataclass(frozen=True)
class LineWords:
    """A line as people read it; `url` leads to the action and lets nobody in."""

    code: str
    course: str
    what: str
    until: str
    url: str


@dataclass(frozen=True)
class Group:
    """The lines of one thing at stake."""

    title: str
    lines: Sequence[LineWords]


def subject_of(told: Told) -> str:
    """Return how much there is and what is nearest, in one line."""
    nearest = told.lines[0]
    near = nearness(nearest.step, nearest.ladder)
    first = f"{near} (acción {nearest.action.action_code})"
    how_much = how_many(told.count, "plazo", "plazos") + " por atender"
    return f"{how_much}{'; el más cercano' if told.count > 1 else ''}: {first}"[:200]


def text_of(told: Told, user: User, body: TrainingBody, *, today: date) -> str:
    """Return the text of the digest of `today`."""
    return render_to_string(
        "emails/reminders.txt",
        {
            "user": user,
            "training_body": body,
            "today": today,
            "count": how_many(told.count, "plazo", "plazos"),
            "groups": groups_of(told.lines),
            "more": told.count - len(told.lines),
            "calendar": f"{_address('courses:calendar')}?ver=lista",
            "choice": _address("courses:my_reminders"),
        },
    )


def groups_of(lines: Sequence[Line]) -> list[Group]:
    """Return `lines`, which are in their order, by what is at stake."""
    stakes = dict.fromkeys(line.step.stake for line in lines)
    return [
        Group(GROUPS[stake], [_words(one) for one in lines if one.step.stake == stake])
        for stake in stakes
    ]


def _words(line: Line) -> LineWords:
    step = line.step
    opens = step.kind == Kind.DECLARATION
    return LineWords(
        code=line.action.action_code,
        course=" ".join(line.action.course.name.split()),
        what=_DECLARE if opens else what_of(step, line.ladder),
        until=f"{'desde' if opens else 'hasta'} el {step.on:%d-%m-%Y}: "
        f"{nearness(step, line.ladder)}",
        url=_address("courses:action", line.action.public_id),
    )


def _address(name: str, *args: object) -> str:
    return f"{settings.PORTAL_BASE_URL}{reverse(name, args=args)}"
