"""The mail of a digest: its subject and its text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from courses.digest_lines import Line, Told
from courses.digest_others import Others
from courses.ladder import NEAR, Kind, Stake, Standing
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


def subject_of(told: Told, *, today: date) -> str:
    """Return of which day it is, how much, and what is nearest, in one line.

    There may be other terms, of which no notice falls on the day.
    """
    head = f"Recordatorios del {today:%d-%m-%Y}"
    over = how_many(told.over_count, "plazo vencido", "plazos vencidos")
    if not told.lines:
        last = "el último: " if told.over_count > 1 else ""
        return f"{head}: {over}; {last}{_first(told.over[0])}"
    how_much = how_many(told.ahead_count, "plazo", "plazos")
    nearest = "el más cercano: " if told.ahead_count > 1 else ""
    more = f"; {over}" if told.over_count else ""
    return f"{head}: {how_much}; {nearest}{_first(told.lines[0])}{more}"


def _first(line: Line) -> str:
    return f"{nearness(line.step, line.ladder)} (acción {line.action.action_code})"


def text_of(
    told: Told, others: Others, user: User, body: TrainingBody, *, today: date
) -> str:
    """Return the text of the digest of `today`, with how many `others` there are."""
    return render_to_string(
        "emails/reminders.txt",
        {
            "user": user,
            "training_body": body,
            "today": today,
            "count": how_many(told.count, "plazo", "plazos"),
            "groups": [*groups_of(told.lines), *_over(told.over)],
            "more": told.count - len(told.lines) - len(told.over),
            "others": _others(others),
            "calendar": f"{_address('courses:calendar')}?ver=lista",
            "choice": _address("courses:my_reminders"),
        },
    )


def _others(others: Others) -> str:
    """Return in one line how many more terms end soon, "" where none do."""
    if not others.count:
        return ""
    count = how_many(others.count, "plazo", "plazos")
    if others.more:
        return f"Más de {count} de tus acciones terminan en los próximos {NEAR} días"
    more = "Otro" if others.count == 1 else "Otros"
    end = "termina" if others.count == 1 else "terminan"
    what = "plazo" if others.count == 1 else f"{others.count} plazos"
    return f"{more} {what} de tus acciones {end} en los próximos {NEAR} días"


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
