"""A page's own SQL and an empty page of its template: what it can't do without.

The runner records what a page asks of the database and leaves it here; the view asks
the same, by plain SQL, fetches every row and throws it away. The operator is signed in
here as there.
"""

import pickle
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import render

from courses.forms.search import SearchForm
from courses.models import Line, TrainingAction
from otec_portal.core.permissions import OperatorRequest, operator
from otec_portal.core.regions import REGION_CHOICES

Statement = tuple[str, Any]
EMPTY_HOME = {
    **{key: [] for key in ("items", "steps", "errors", "starting", "running")},
    "running_count": 0,
    "starting_count": 0,
    "may_probe": True,
}


@dataclass(frozen=True)
class RawPage:
    """The statements of a page, and its template."""

    template: str
    statements: list[Statement]


def keep(pages: dict[str, RawPage]) -> None:
    """Leave the recorded pages where the server finds them."""
    _file().write_bytes(pickle.dumps(pages))


@operator()
def page(request: OperatorRequest, key: str) -> HttpResponse:
    """Make the statements of the recorded page, and render it empty."""
    wanted = _pages()[key]
    with connection.cursor() as cursor:
        for sql, params in wanted.statements:
            cursor.execute(sql, params)
            cursor.fetchall()
    return render(request, wanted.template, _empty(request, wanted.template))


def _empty(request: OperatorRequest, template: str) -> dict[str, Any]:
    if template == "home.html":
        return EMPTY_HOME
    if template == "attendance/closed.html":
        return {"action": TrainingAction.objects.select_related("course")[0], "why": ""}
    form = SearchForm(membership=request.membership, regions=REGION_CHOICES)
    nothing: dict[str, Any] = {"list": None, "rows": [], "export_query": ""}
    return {"form": form, "lines": Line.choices, **nothing}


@cache
def _pages() -> dict[str, RawPage]:
    pages: dict[str, RawPage] = pickle.loads(_file().read_bytes())
    return pages


def _file() -> Path:
    folder: Path = settings.DATA_DIR
    return folder / "raw.pickle"
