"""Finding courses, on the screen and as a spreadsheet."""

from datetime import date
from typing import Final

from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from courses import exports
from courses.forms.search import CRITERION, PROGRAMME, SearchForm, meant
from courses.models import Line, TrainingAction
from courses.outlook import CERTIFICATE
from courses.search import FACTS, in_order_of_state
from courses.standing import ladders_of
from otec_portal.core.downloads import download
from otec_portal.core.excel import CONTENT_TYPE
from otec_portal.core.listing import SORT, Column, Listing
from otec_portal.core.permissions import OperatorRequest, Permission, operator
from otec_portal.core.tenancy import regions_within_reach

STATE: Final = "estado"
CERTIFICATE_STATE: Final = "certificado"
SORTED_BY: Final = (  # name in the address, column; a search is of one programme
    ("codigo", ("action_code",)),
    ("codigo_sence", ("course__sence_code",)),
    ("curso", ("course__name",)),
    ("", ()),
    ("horas", ("course__hours",)),
    ("inicio", ("starts_on",)),
    ("termino", ("ends_on",)),
)
COLUMNS: Final = [
    *(
        Column(label, name, columns, numeric=name == "horas")
        for label, (name, columns) in zip(FACTS, SORTED_BY, strict=True)
    ),
    Column("Estado", STATE, ("state_order",)),
    Column("Ver Estado", CERTIFICATE_STATE, ("outlook_order",)),
]
LATEST_FIRST: Final = "-inicio"


@never_cache
@require_GET
@operator(Permission.VIEW_COURSES)
def search(request: OperatorRequest) -> HttpResponse:
    """The courses that fit what the address asks; the form alone where it asks none."""
    today = timezone.localdate()
    asked = meant(request.GET)
    form = _form(request, asked)
    found = _listing(form, asked, today=today) if form.is_valid() else None
    page = list(found.page) if found else []
    return render(
        request,
        "courses/search.html",
        {
            "form": form,
            "list": found,
            "rows": [(one, one.state_on(today)) for one in page],
            "ladders": ladders_of(page, today=today),
            "lines": Line.choices,
            "export_query": asked.urlencode(),
        },
    )


@require_GET
@operator(Permission.VIEW_COURSES)
def search_export(request: OperatorRequest) -> HttpResponseBase:
    """All that the search found, in its order, as a spreadsheet that streams."""
    now = timezone.now()
    today = timezone.localdate(now)
    asked = meant(request.GET)
    form = _form(request, asked)
    if not form.is_valid():
        return redirect(f"{reverse('courses:search')}?{asked.urlencode()}")
    found = _listing(form, asked, today=today)
    exports.record_export(
        by=request.user,
        membership=request.membership,
        line=form.cleaned_data[PROGRAMME],
        criterion=form.cleaned_data[CRITERION],
        rows=found.page.paginator.count,
        at=now,
    )
    return download(
        exports.spreadsheet(found.rows, today=today),
        filename=f"cursos-{today}.xlsx",
        content_type=CONTENT_TYPE,
    )


def _form(request: OperatorRequest, asked: QueryDict) -> SearchForm:
    bound = asked if PROGRAMME in asked or CRITERION in asked else None
    acting = request.membership
    return SearchForm(bound, membership=acting, regions=regions_within_reach(acting))


def _listing(
    form: SearchForm, asked: QueryDict, *, today: date
) -> Listing[TrainingAction]:
    found = CERTIFICATE.outlook.annotate(form.found())
    sort = asked.get(SORT, "").removeprefix("-")
    if sort == STATE:
        found = in_order_of_state(found, today=today)
    elif sort == CERTIFICATE_STATE:
        found = CERTIFICATE.outlook.in_order(found)
    return Listing(found, asked=asked, columns=COLUMNS, sort=LATEST_FIRST)
