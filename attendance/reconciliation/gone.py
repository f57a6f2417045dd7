"""Marks that SENCE showed once and that its whole lists have no longer (ADR 19)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from attendance.models import MarkTurn, SenceMark
from attendance.reconciliation.coverage import Telling
from attendance.reconciliation.facts import Content, MarkFacts
from courses.models import TrainingAction


@dataclass(frozen=True)
class Reading:
    """What one export shows of marks, and of whom it tells; taken in at `at`."""

    marks: frozenset[Content]
    telling: Telling
    at: datetime

    @classmethod
    def of(
        cls, marks: Iterable[MarkFacts], telling: Telling, at: datetime
    ) -> "Reading":
        """Return what an export with these marks shows."""
        return cls(frozenset(one.content for one in marks), telling, at)

    def turn(self, mark: MarkFacts) -> MarkFacts:
        """Return `mark` as it stands once this export is taken in.

        A part says nothing of what it lacks, nor does a whole list of those of whom
        a line was left out.
        """
        if self._has(mark):
            return replace(mark, gone_at=None)
        lacks = self.telling.people is None and self.telling.tells_of(
            mark.run, surely=True
        )
        return replace(mark, gone_at=self.at) if lacks and not mark.gone_at else mark

    def _has(self, mark: MarkFacts) -> bool:
        """Say whether `mark` is in it, be it that one of the two has no end yet."""
        run, start, end = mark.content
        if end is None:
            return (run, start) in self._starts
        return mark.content in self.marks or (run, start, None) in self.marks

    @cached_property
    def _starts(self) -> frozenset[tuple[str, datetime]]:
        return frozenset((run, start) for run, start, _ in self.marks)


def unsettled(action: TrainingAction) -> list[MarkFacts]:
    """Return SENCE's marks of `action` to which no session was found. One query."""
    mine: QuerySet[Any] = SenceMark.objects.filter(action=action, reconciliation=None)
    last = MarkTurn.objects.filter(mark=OuterRef("pk")).order_by("-pk")
    found = mine.annotate(
        first_at=F("export__at"),
        gone=Subquery(last.values("gone")[:1]),
        turned_at=Subquery(last.values("at")[:1]),
    )
    return [
        MarkFacts(
            pk=one.pk,
            public_id=one.public_id,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            run=one.run,
            name=one.name,
            first_at=one.first_at,
            gone_at=one.turned_at if one.gone else None,
        )
        for one in found
    ]


def keep_turns(action: TrainingAction, reading: Reading) -> None:
    """Write down which marks an export turned. The action is held."""
    before = unsettled(action)
    turned = [(one, reading.turn(one)) for one in before]
    MarkTurn.objects.bulk_create(
        [
            MarkTurn(mark_id=now.pk, gone=now.gone_at is not None, at=reading.at)
            for was, now in turned
            if was.gone_at != now.gone_at
        ],
        batch_size=1000,
    )
