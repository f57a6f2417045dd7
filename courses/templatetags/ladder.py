"""Where an action stands on its ladder, on any page that shows it."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils import timezone

from courses.ladder import Ladder
from courses.ladder_picture import drawing
from courses.ladder_words import headline, steps_in_words
from courses.models import TrainingAction
from courses.standing import ladder_of

register = template.Library()


@register.inclusion_tag("courses/parts/ladder.html")
def ladder(
    action: TrainingAction,
    *,
    whole: bool = False,
    ladders: Mapping[int, Ladder] | None = None,
) -> dict[str, Any]:
    """Show the ladder of `action` as it stands today; `whole`: its steps unfolded.

    One query, and it asks the clock itself: it is the edge, as a view is. With
    `ladders`, of several actions on one page, no query, and the action by its code.
    """
    if ladders is None:
        one = ladder_of(action, today=timezone.localdate())
    else:
        one = ladders[action.pk]
    return {
        "code": "" if ladders is None else action.action_code,
        "headline": headline(one),
        "steps": steps_in_words(one),
        "drawing": drawing(one),
        "whole": whole,
        "day": one.facts.terms.day(one.today),
    }


@register.inclusion_tag("courses/parts/term.html")
def term(action: TrainingAction, ladders: Mapping[int, Ladder]) -> dict[str, Any]:
    """Show in words where `action`, one of a list, stands. No query."""
    return {"told": headline(ladders[action.pk])}
