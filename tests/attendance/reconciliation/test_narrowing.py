"""Lists of a comparison: by outcome, by notes, sorted; the address says it all."""

from typing import Any

import pytest
from django.http import QueryDict

from attendance.models import SenceFigure, SenceSession
from attendance.reconciliation.narrowing import Narrowing
from courses.models import Enrolment
from tests.attendance.reconciliation.desk import (
    accepted,
    as_sence_has,
    at,
    file_of,
    held,
)
from tests.attendance.reconciliation.files import DECLARATIONS, PERCENTAGES
from tests.conftest import SignedIn
from tests.courses.roster.sources import comma_separated
from tests.factories.attendance import ReconciliationNoteFactory
from tests.factories.courses import EnrolmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]


@pytest.mark.parametrize(
    ("query", "shows", "noted"),
    [
        ("", "", ""),
        ("ver=iguales&notas=con", "iguales", "con"),
        ("ver=x&notas=sin", "", "sin"),
        ("ver=distintas&notas=x", "distintas", ""),
        ("ver=equal", "", ""),
    ],
)
def test_what_an_address_can_not_mean_narrows_nothing(
    query: str, shows: str, noted: str
) -> None:
    narrow = Narrowing(QueryDict(query))
    assert (narrow.shows, narrow.noted) == (shows, noted)


def test_links_to_another_outcome_keep_the_rest_of_the_address() -> None:
    narrow = Narrowing(QueryDict("ver=iguales&notas=con&orden=-run&pagina=3"))
    assert narrow.beside_outcome == "notas=con&orden=-run"
    assert narrow.beside_notes == [("ver", "iguales"), ("orden", "-run")]


def differing(enrolled: Enrolment) -> SenceSession:
    """Somebody of the same action whose mark SENCE has 15 minutes later."""
    return held(EnrolmentFactory(action=enrolled.action))


def test_marks_with_a_note_are_shown_alone_settled_or_not(
    admin: SignedIn, enrolled: Enrolment
) -> None:
    equal, noted_equal = (held(enrolled, hours_ago=hours) for hours in (9, 5))
    other, noted_other = (differing(enrolled) for _ in range(2))
    lines = [
        *(as_sence_has(one) for one in (equal, noted_equal)),
        *(as_sence_has(one, later=900) for one in (other, noted_other)),
    ]
    accepted(enrolled.action, file_of(*lines))
    for one in (noted_equal, noted_other):
        ReconciliationNoteFactory(session=one)

    def shown(query: str) -> set[Any]:
        answer = admin.client.get(at("reconciliation", enrolled.action) + query)
        assert answer.status_code == 200
        return {row.ours.public_id for row in answer.context["page"].rows}

    assert shown("?notas=con") == {noted_other.public_id}
    assert shown("?notas=sin") == {other.public_id}
    assert shown("?ver=iguales&notas=con") == {noted_equal.public_id}
    assert shown("?ver=iguales&notas=sin") == {equal.public_id}
    assert shown("?ver=distintas") == {other.public_id, noted_other.public_id}
    assert shown("?ver=solo-portal&notas=con") == set()


@pytest.mark.parametrize("name", ["reconciled_percentages", "reconciled_sessions"])
def test_people_are_narrowed_and_sorted_by_the_address(
    name: str, admin: SignedIn, enrolled: Enrolment
) -> None:
    """Ana differs, Berta is not at SENCE, Clara only there, Delia is equal."""
    action = enrolled.action
    enrolled.delete()
    ana, _, delia = (
        EnrolmentFactory(
            action=action, participant__last_names=one, participant__first_names="Ñusta"
        )
        for one in ("Ana", "Berta", "Delia")
    )
    clara = EnrolmentFactory(participant__last_names="Clara")
    given = {ana: 7, clara: 5, delia: 0}
    heads = PERCENTAGES if name == "reconciled_percentages" else DECLARATIONS
    rows = [
        (one.participant.run, one.participant.last_names, value, "Emitida")
        for one, value in given.items()
    ]
    accepted(action, comma_separated(heads, *(row[: len(heads)] for row in rows)))

    def shown(query: str = "") -> list[str]:
        answer = admin.client.get(at(name, action) + query)
        page = answer.context["page"]
        return [row.listed.split(",")[0] for row in page.list.page]

    assert shown() == ["Ana", "Berta", "Clara", "Delia"]
    assert shown("?orden=-nombre") == ["Delia", "Clara", "Berta", "Ana"]
    assert shown("?orden=-sence") == ["Ana", "Clara", "Delia", "Berta"]
    assert shown("?ver=solo-sence") == ["Clara"]
    assert shown("?ver=iguales&orden=run") == ["Delia"]
    ReconciliationNoteFactory(session=None, enrolment=ana, action=action)
    figure = SenceFigure.objects.get(run=clara.participant.run)
    ReconciliationNoteFactory(session=None, figure=figure, action=action)
    assert shown("?notas=con") == ["Ana", "Clara"]
    assert shown("?notas=sin&ver=iguales") == ["Delia"]
    assert shown("?notas=con&ver=iguales") == []
