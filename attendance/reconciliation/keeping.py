"""An export as it is kept: the file, what it says, and what says the same."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Final

from attendance.models import (
    ExportUpload,
    LeftOutLine,
    SenceExport,
    SenceFigure,
    SenceMark,
)
from attendance.reconciliation.compare import moment
from attendance.reconciliation.coverage import people_of, telling_of
from attendance.reconciliation.facts import MarkFacts
from attendance.reconciliation.gone import Reading
from attendance.reconciliation.rows import (
    DeclarationRow,
    DetailRow,
    Export,
    PercentageRow,
)
from otec_portal.core.models import User

_AT_ONCE: Final = 1000  # rows in one statement
MOST_WORDS: Final = 500  # characters kept of why a line was left out


def digest_of(export: Export, run: str) -> str:
    """Return the SHA-256 of what an export says, in whatever order it says it.

    Who is there without a mark is said, too, and what can't be read: of whom an export
    tells hangs on both.
    """
    rows = sorted("\t".join(row.canonical) for row in export.rows)
    told = {row.run for row in export.rows}
    silent = sorted(f"-\t{one}" for one in export.silent - told)
    wrong = sorted(f"!\t{one.run}\t{one.message}" for one in export.problems)
    words = [export.kind, run, *rows, *silent, *wrong]
    return sha256("\n".join(words).encode()).hexdigest()


def same_as(upload: ExportUpload, export: Export) -> SenceExport | None:
    mine = SenceExport.objects.filter(action=upload.action).select_related("by")
    same_file = mine.filter(sha256=_sha256(upload), run=upload.run)
    digest = digest_of(export, upload.run)
    return (same_file | mine.filter(digest=digest)).order_by("pk").first()


def _sha256(upload: ExportUpload) -> str:
    return sha256(bytes(upload.content)).hexdigest()


def details(export: Export) -> list[DetailRow]:
    return [row for row in export.rows if isinstance(row, DetailRow)]


def facts_of(row: DetailRow, run: str) -> MarkFacts:
    return MarkFacts(
        pk=-row.number,
        public_id=None,
        starts_at=moment(row.starts),
        ends_at=moment(row.ends) if row.ends else None,
        run=row.run or run,
        name=row.name,
    )


def reading_of(upload: ExportUpload, export: Export, *, at: datetime) -> Reading:
    """Return what `export`, a detail, says of marks that were there before."""
    marks = (facts_of(row, upload.run) for row in details(export))
    telling = telling_of(export, run=upload.run, whole=upload.whole)
    return Reading.of(marks, telling, at)


def store(
    upload: ExportUpload, export: Export, *, by: User, at: datetime
) -> SenceExport:
    kept: SenceExport = SenceExport.objects.create(
        action_id=upload.action_id,
        kind=export.kind,
        run=upload.run,
        whole=upload.whole,
        people=sorted(people_of(export)),
        filename=upload.filename,
        content=upload.content,
        sha256=_sha256(upload),
        digest=digest_of(export, upload.run),
        rows=len(export.rows),
        by=by,
        at=at,
    )
    _store_marks(kept, details(export))
    _store_figures(kept, export)
    _store_left_out(kept, export)
    return kept


def _store_marks(kept: SenceExport, rows: Sequence[DetailRow]) -> None:
    """Add the marks that no earlier export had; each once. The action is held."""
    known = SenceMark.objects.filter(action=kept.action_id)
    there = set(known.values_list("run", "starts_at", "ends_at"))
    marks = []
    for row in rows:
        facts = facts_of(row, kept.run)
        if facts.content in there:
            continue
        there.add(facts.content)
        marks.append(
            SenceMark(
                action_id=kept.action_id,
                export=kept,
                number=row.number,
                run=facts.run,
                name=facts.name,
                starts_at=facts.starts_at,
                ends_at=facts.ends_at,
            )
        )
    SenceMark.objects.bulk_create(marks, batch_size=_AT_ONCE)


def _store_left_out(kept: SenceExport, export: Export) -> None:
    LeftOutLine.objects.bulk_create(
        [
            LeftOutLine(
                export=kept,
                number=problem.number,
                run=problem.run or kept.run,
                why=problem.message[:MOST_WORDS],
            )
            for problem in export.problems
        ],
        batch_size=_AT_ONCE,
    )


def _store_figures(kept: SenceExport, export: Export) -> None:
    figures = []
    for row in export.rows:
        if isinstance(row, PercentageRow | DeclarationRow):
            value = row.per_cent if isinstance(row, PercentageRow) else row.sessions
            figures.append(
                SenceFigure(
                    export=kept,
                    number=row.number,
                    run=row.run,
                    name=row.name,
                    value=value,
                )
            )
    SenceFigure.objects.bulk_create(figures, batch_size=_AT_ONCE)
