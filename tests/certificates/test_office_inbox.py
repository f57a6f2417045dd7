"""The inbox of SENCE's regional office: what was requested in its regions."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certificates.models import AnnulmentRequest
from otec_portal.core.models import Role, TrainingBody
from tests.certificates.annulments import in_region, row_of, text_of
from tests.conftest import SignedIn, sign_in
from tests.factories import NOW
from tests.factories.certificates import AnnulmentDecisionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
INBOX = "/direccion-regional/anulaciones/"
QUERIES = 8  # session, user, membership, its regions; count, the page, two of a search
DAY = timedelta(days=1)
TODAY = NOW.date()


@pytest.fixture
def office(db: None) -> SignedIn:
    return sign_in(None, Role.REGIONAL_OFFICE, "ML", "BI")


def listed(office: SignedIn, query: str = "") -> list[AnnulmentRequest]:
    answer = office.client.get(f"{INBOX}{query}")
    assert answer.status_code == 200
    return [row.asked for row in answer.context["rows"]]


def test_inbox_shows_the_open_ones_first_by_due_date(office: SignedIn) -> None:
    later = row_of(due_on=TODAY + 9 * DAY)
    decided = row_of(due_on=TODAY - 9 * DAY)
    AnnulmentDecisionFactory(request=decided)
    overdue = row_of(due_on=TODAY - DAY)
    sooner = row_of(due_on=TODAY + DAY)
    assert listed(office) == [overdue, sooner, later, decided]


def test_inbox_is_of_its_regions_across_training_bodies(
    office: SignedIn, our_body: TrainingBody, rival_body: TrainingBody
) -> None:
    seen = [row_of(our_body), row_of(rival_body, **in_region("BI"))]
    row_of(our_body, **in_region("MA"))
    assert set(listed(office)) == set(seen)
    nowhere = sign_in(None, Role.REGIONAL_OFFICE)
    assert listed(nowhere) == []


@pytest.mark.parametrize(
    ("sort", "key"),
    [
        ("certificado", lambda one: one.certificate.sequence),
        ("otec", lambda one: one.certificate.training_body.name),
        ("accion", lambda one: one.certificate.certification.action.action_code),
        ("enviada", lambda one: one.at),
        ("plazo", lambda one: one.due_on),
    ],
)
def test_inbox_sorts_both_ways(
    office: SignedIn, sort: str, key: Callable[[Any], Any]
) -> None:
    rows = [
        row_of(
            certificate__sequence=number, due_on=TODAY + days * DAY, at=NOW - days * DAY
        )
        for number, days in ((3, 1), (1, 3), (2, 2))
    ]
    assert listed(office, f"?orden={sort}") == sorted(rows, key=key)
    assert listed(office, f"?orden=-{sort}") == sorted(rows, key=key, reverse=True)


def test_inbox_is_paged(office: SignedIn) -> None:
    rows = [row_of(due_on=TODAY + number * DAY) for number in range(12)]
    assert listed(office, "?registros=10&pagina=2") == rows[10:]


def sought(asked: AnnulmentRequest) -> dict[str, str]:
    certificate = asked.certificate
    body, action = certificate.training_body, certificate.certification.action
    number, digit = body.rut.split("-")
    return {
        "number": certificate.number,
        "number, written out": f"N° {certificate.sequence} - {certificate.year}",
        "rut": body.rut,
        "rut with dots": f"{int(number):,}-{digit}".replace(",", "."),
        "part of the name": "LOS NIRES",
        "action code": action.action_code,
        "beginning of the action code": action.action_code[:-1],
        "sence code": action.course.sence_code,
    }


@pytest.mark.parametrize(
    "what",
    [
        "number",
        "number, written out",
        "rut",
        "rut with dots",
        "part of the name",
        "action code",
        "beginning of the action code",
        "sence code",
    ],
)
def test_request_is_found_by_number_otec_and_code(
    office: SignedIn, our_body: TrainingBody, what: str
) -> None:
    our_body.name = "Capacitación Los Ñires"
    our_body.save()
    wanted = row_of(
        our_body,
        certificate__sequence=77,
        certificate__certification__action__action_code="6543210",
        certificate__certification__action__course__sence_code="1237999999",
    )
    row_of()
    answer = office.client.get(INBOX, {"q": sought(wanted)[what]})
    assert [row.asked for row in answer.context["rows"]] == [wanted]


def test_search_that_finds_nothing_says_so(office: SignedIn) -> None:
    row_of()
    page = text_of(office.client.get(INBOX, {"q": "Nadie"}))
    assert "Ninguna solicitud calza con la búsqueda" in page


def test_search_reaches_no_other_region(
    office: SignedIn, rival_body: TrainingBody
) -> None:
    elsewhere = row_of(rival_body, **in_region("MA"))
    for words in sought(elsewhere).values():
        answer = office.client.get(INBOX, {"q": words})
        assert answer.context["rows"] == []


def test_empty_inbox_says_what_will_be_there(office: SignedIn) -> None:
    assert "No hay solicitudes de anulación" in text_of(office.client.get(INBOX))


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (1, "queda 1 día hábil"),
        (0, "vence hoy"),
        (-1, "venció el 14-06-2026"),
    ],
)
def test_inbox_tells_the_time_left_in_words(
    office: SignedIn, due: int, words: str
) -> None:
    row_of(due_on=TODAY + due * DAY)
    assert words in text_of(office.client.get(INBOX))


def test_inbox_with_more_rows_asks_the_same_number_of_queries(
    office: SignedIn,
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            office.client.get(INBOX, {"q": "OTEC"})
        return len(queries)

    row_of()
    assert count() == QUERIES
    for _ in range(4):
        AnnulmentDecisionFactory(request=row_of())
    assert count() == QUERIES
