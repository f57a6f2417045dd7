"""Actions whose term comes near, as the home page tells them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse

from courses.ladder import Known, ladder
from courses.ladder_words import headline
from courses.models import TrainingAction
from courses.standing import facts_of
from otec_portal.core.attention import Example, Urgency, first_of


@dataclass(frozen=True)
class Pressing:
    """How many actions there are, the first of them, and how soon."""

    count: int
    urgency: Urgency
    examples: Sequence[Example]


def pressing(
    actions: QuerySet[TrainingAction], known: Known, *, page: str, today: date
) -> Pressing:
    """Tell `actions`, which come with their courses: what is `known` holds for all.

    `page` is the name of the address to which each example leads. One query.
    """
    first, count = first_of(actions.order_by("ends_on", "pk"))
    told = [(one, headline(ladder(facts_of(one, known), today=today))) for one in first]
    now = any(words.kind == "danger" for _, words in told)
    return Pressing(
        count,
        Urgency.NOW if now else Urgency.SOON,
        [
            Example(
                f"{one.action_code} · {one.course.name}: {words.text}",
                reverse(page, args=[one.public_id]),
            )
            for one, words in told
        ],
    )
