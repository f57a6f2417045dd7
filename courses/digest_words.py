"""The mail of a digest: its subject and its text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from courses.digest_lines import Line, Told
from courses.ladder import Kind, Stake, Standing
from courses.ladder_words import nearness, remains_of, what_of
from otec_portal.core.attention import how_many
from otec_portal.core.models import TrainingBody, User

GROUPS: Final = {
    Stake.EMIT: "Emitir el certificado",
    Stake.OTIC: "Entregar al OTIC",
    Stake.LIQUIDATE: "Liquidar",
    Stake.ANNULMENT: "Respuestas a anulaciones",
    Stake.END: "Declaraciones juradas",
}
OVER: Final = "Plazos vencidos: qué queda por hacer"
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
    """Return how much there is and what is nearest of what is to come, in one line."""
    over = how_many(told.over_count, "plazo vencido", "plazos vencidos")
    if not told.lines:
        return f"{over}{'; el último' if told.over_count > 1 else ''}: " + _first(
            told.over[0]
        )
    how_much = how_many(told.ahead_count, "plazo", "plazos") + " por atender"
    nearest = "; el más cercano" if told.ahead_count > 1 else ""
    more = f"; {over}" if told.over_count else ""
    return f"{how_much}{nearest}: {_first(told.lines[0])}{more}"


def _first(line: Line) -> str:
    return f"{nearness(line.step, line.ladder)} (acción {line.action.action_code})"


def text_of(told: Told, user: User, body: TrainingBody, *, today: date) -> str:
    """Return the text of the digest of `today`."""
    return render_to_string(
        "emails/reminders.txt",
        {
            "user": user,
            "training_body": body,
            "today": today,
            "count": how_many(told.count, "plazo", "plazos"),
            "groups": [*groups_of(told.lines), *_over(told.over)],
            "more": told.count - len(told.lines) - len(told.over),
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


def _over(lines: Sequence[Line]) -> list[Group]:
    """Return what has passed in a group of its own, none where nothing has."""
    return [Group(OVER, [_words(one) for one in lines])] if lines else []


def _words(line: Line) -> LineWords:
    step = line.step
    opens = step.kind == Kind.DECLARATION
    remains = f". {remains_of(step.kind)}" if step.standing == Standing.OVER else ""
    return LineWords(
        code=line.action.action_code,
        course=" ".join(line.action.course.name.split()),
        what=_DECLARE if opens else what_of(step, line.ladder),
        until=f"{'desde' if opens else 'hasta'} el {step.on:%d-%m-%Y}: "
        f"{nearness(step, line.ladder)}{remains}",
        url=_address("courses:action", line.action.public_id),
    )


def _address(name: str, *args: object) -> str:
    return f"{settings.PORTAL_BASE_URL}{reverse(name, args=args)}"
