"""What the database computes by itself, the same on PostgreSQL and SQLite."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Case, DateField, F, Func, When
from django.db.models.functions import Coalesce


class EndOfYear(Func):
    """31 December of the year of a date (courses.terms.end_of_year)."""

    arity = 1
    output_field = DateField()

    def as_postgresql(
        self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, Any]:
        """Return SQL whose every part is immutable, as a generated column needs."""
        template = "make_date(date_part('year', %(expressions)s)::int, 12, 31)"
        return self.as_sql(compiler, connection, template=template, **context)

    def as_sqlite(
        self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, Any]:
        """Return SQL on the text that a date is there."""
        template = "(substr(%(expressions)s, 1, 4) || '-12-31')"
        return self.as_sql(compiler, connection, template=template, **context)


def day_zero_of_row(partial: str) -> Case:
    """Return `courses.terms.day_zero` of an action's row; `partial` is that type."""
    return Case(
        When(
            activity_type=partial,
            then=Coalesce(F("real_ends_on"), EndOfYear(F("starts_on"))),
        ),
        default=F("ends_on"),
        output_field=DateField(),
    )
