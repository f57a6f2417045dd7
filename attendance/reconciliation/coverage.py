"""Until when SENCE's exports tell of whom.

What an export does not show is missing at SENCE only for those of whom it tells: it
may be a part, and lines of it may have been left out (docs/adr/0019).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import F

from attendance.models import ExportSighting, LeftOutLine, SenceExport
from attendance.reconciliation.rows import Export, ExportKind
from courses.models import TrainingAction


@dataclass(frozen=True)
class Seen:
    """One time that an export was taken in; `whole`: it was said to hold everybody."""

    export: int
    at: datetime
    whole: bool
    run: str  # whose alone it is, or ""


def seen(action: TrainingAction, kind: ExportKind) -> list[Seen]:
    """Return when exports of `kind` were taken in, for the first time or again.

    The latest first.
    """
    exports = SenceExport.objects.filter(action=action, kind=kind)
    first = exports.values_list("pk", "at", "whole", "run")
    sightings = ExportSighting.objects.filter(
        export__action=action, export__kind=kind
    ).annotate(run=F("export__run"))
    again = sightings.values_list("export_id", "at", "whole", "run")
    found = [Seen(*row) for row in (*first, *again)]
    return sorted(found, key=lambda one: (one.at, one.export), reverse=True)


def left_out_of(exports: Iterable[int]) -> dict[int, frozenset[str]]:
    """Return whose lines were left out of each export; "": nobody knows whose."""
    runs = defaultdict(set)
    lines = LeftOutLine.objects.filter(export__in=exports)
    for export, run in lines.values_list("export_id", "run"):
        runs[export].add(run)
    return {export: frozenset(some) for export, some in runs.items()}


@dataclass(frozen=True)
class Telling:
    """Of whom exports tell: `people` None is everybody.

    `left_out` is whose lines could not be read; with "" among them, nobody knows whose.
    """

    people: frozenset[str] | None
    left_out: frozenset[str] = frozenset()

    def tells_of(self, run: str, *, surely: bool = False) -> bool:
        """Say whether who is not in it is missing at SENCE, or `surely` so."""
        if run in self.left_out or (surely and "" in self.left_out):
            return False
        return self.people is None or run in self.people


@dataclass(frozen=True)
class Coverage:
    """Until when SENCE's exports tell of whom."""

    tellings: tuple[tuple[datetime, Telling], ...] = ()

    def has(self, run: str, at: datetime, *, surely: bool = False) -> bool:
        """Say whether SENCE's exports could have what `run` began at `at`.

        `surely`: no line was left out in which it may stand.
        """
        key = (run, surely)
        if key not in self._until:
            known = [
                until
                for until, one in self.tellings
                if one.tells_of(run, surely=surely)
            ]
            self._until[key] = max(known, default=None)
        until = self._until[key]
        return until is not None and at <= until

    @cached_property
    def _until(self) -> dict[tuple[str, bool], datetime | None]:
        return {}

    def and_also(self, telling: Telling, *, until: datetime) -> "Coverage":
        """Return it with one more export, taken in at `until`."""
        return Coverage((*self.tellings, (until, telling)))


def people_of(export: Export) -> frozenset[str]:
    """Return who has a line in `export`, with a mark or without."""
    return export.silent | {row.run for row in export.rows if row.run}


def telling_of(export: Export, *, run: str, whole: bool) -> Telling:
    """Return of whom `export`, of `run` alone or of all, tells."""
    left_out = frozenset(problem.run or run for problem in export.problems)
    if run:
        return Telling(frozenset({run}), left_out)
    return Telling(None if whole else people_of(export), left_out)


def coverage_of(action: TrainingAction) -> Coverage:
    """Return until when the accepted exports of `action` tell of whom."""
    times = seen(action, ExportKind.DETAIL)
    lost = left_out_of({one.export for one in times})
    parts = {one.export for one in times if not one.whole and not one.run}
    people = dict(
        SenceExport.objects.filter(pk__in=parts).values_list("pk", "people")
        if parts
        else ()
    )

    def of(one: Seen) -> frozenset[str] | None:
        if one.run:
            return frozenset({one.run})
        return None if one.whole else frozenset(people[one.export])

    return Coverage(
        tuple(
            (one.at, Telling(of(one), lost.get(one.export, frozenset())))
            for one in times
        )
    )
