"""Requests to issue out of term: when, how answered, who may, what they change."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from courses.models import ActionState, Environment, Modality, TrainingAction
from liquidation.declarations import Exceptional, last_day_of, of_otec
from liquidation.models import (
    DeclarationState,
    OutOfTermAnswer,
    OutOfTermRequest,
)
from liquidation.out_of_term import against_answer, against_asking, against_request
from liquidation.selectors import exceptional_of
from liquidation.services.out_of_term import (
    OutOfTermRefused,
    record_answer,
    record_request,
)
from otec_portal.core.models import AuditEntry, TrainingBody
from otec_portal.core.regions import REGIONS
from otec_portal.core.uploads import Document, FileKind
from tests.conftest import SignedIn
from tests.core.documents import pdf
from tests.factories import NOW
from tests.factories.core import UserFactory
from tests.factories.courses import TrainingActionFactory
from tests.factories.liquidation import OutOfTermAnswerFactory, OutOfTermRequestFactory
from tests.liquidation.desk import DAY, TODAY, ended

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
EVIDENCE = Document(FileKind.PDF, b"%PDF-1.7", 1)


@pytest.fixture
def action(our_body: TrainingBody) -> TrainingAction:
    """Its 60 days ended yesterday."""
    return ended(our_body, starts_on=date(2026, 1, 5), ends_on=TODAY - 61 * DAY)


def codes(**facts: Any) -> str:
    made = TrainingActionFactory.build(
        **{
            "production": True,
            "starts_on": date(2026, 1, 5),
            "ends_on": TODAY - 61 * DAY,
            **facts,
        }
    )
    against = against_asking(made, pending=None, today=TODAY)
    return against.code if against else ""


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({}, ""),
        ({"ends_on": TODAY - 60 * DAY}, "in_term"),
        ({"ends_on": TODAY}, "not_yet"),
        ({"decision": ActionState.LIQUIDATED}, "liquidated"),
        ({"decision": ActionState.ANNULLED}, "annulled"),
        ({"environment": Environment.TEST}, "test"),
        ({"course__modality": Modality.CLASSROOM}, "no_declarations"),
    ],
)
def test_asking_is_for_actions_whose_sixty_days_are_over(
    facts: dict[str, Any], code: str
) -> None:
    assert codes(**facts) == code


@pytest.mark.parametrize(
    ("days", "code"), [(0, "in_term"), (1, ""), (61, ""), (62, "future")]
)
def test_day_of_a_request_lies_after_the_term_and_not_ahead(
    days: int, code: str
) -> None:
    """Worked in domain.md, "Deadlines": end 2026-07-08, day 60 is 2026-09-06."""
    action = TrainingActionFactory.build(
        production=True, starts_on=date(2026, 5, 1), ends_on=date(2026, 7, 8)
    )
    assert last_day_of(action) == date(2026, 9, 6)
    against = against_request(
        action,
        requested_on=date(2026, 9, 6) + timedelta(days=days),
        pending=None,
        today=date(2026, 11, 6),
    )
    assert (against.code if against else "") == code


@pytest.mark.parametrize(
    ("days", "code"), [(-1, "before_request"), (0, ""), (5, ""), (6, "future")]
)
def test_day_of_an_answer_lies_between_the_request_and_today(
    days: int, code: str
) -> None:
    asked = OutOfTermRequest(requested_on=TODAY - 5 * DAY)
    against = against_answer(
        asked,
        answered_on=asked.requested_on + days * DAY,
        answered=False,
        today=TODAY,
    )
    assert (against.code if against else "") == code


def ask(action: TrainingAction, **facts: Any) -> OutOfTermRequest:
    given = {
        "requested_on": TODAY,
        "reason": "Se quemó el servidor.",
        "evidence": EVIDENCE,
        "filename": "gca.pdf",
        "by": UserFactory(),
        "at": NOW,
    }
    return record_request(action, **{**given, **facts})


def answer(asked: OutOfTermRequest, *, accepted: bool = True) -> OutOfTermAnswer:
    return record_answer(
        asked,
        accepted=accepted,
        answered_on=TODAY,
        evidence=EVIDENCE,
        filename="respuesta.pdf",
        by=UserFactory(),
        at=NOW,
    )


def test_second_request_waits_for_the_answer_to_the_first(
    action: TrainingAction,
) -> None:
    first = ask(action)
    with pytest.raises(OutOfTermRefused) as refused:
        ask(action)
    assert refused.value.code == "pending"
    answer(first, accepted=False)
    with pytest.raises(OutOfTermRefused) as refused:
        answer(first)
    assert refused.value.code == "answered"
    assert ask(action).pk != first.pk


def test_standing_of_the_otec_tells_how_the_latest_request_stands(
    action: TrainingAction,
) -> None:
    def told() -> tuple[Exceptional, bool, str]:
        found = exceptional_of(action)
        one = of_otec(
            action, state=DeclarationState.PENDING, today=TODAY, exceptional=found
        )
        return found, one.can, one.reasons[0].message if one.reasons else ""

    assert told()[:2] == (Exceptional.NOT_ASKED, False)
    asked = ask(action)
    assert told()[0] == Exceptional.PENDING
    assert "todavía no responde" in told()[2]
    answer(asked, accepted=False)
    assert told()[0] == Exceptional.REJECTED
    assert "rechazó" in told()[2]
    answer(ask(action))
    assert told() == (Exceptional.ACCEPTED, True, "")


# ---- pages ----


def url(name: str, row: Any) -> str:
    return reverse(f"liquidation:{name}", args=[row.public_id])


def page(browser: SignedIn, name: str, row: Any) -> str:
    return browser.client.get(url(name, row)).content.decode()


def typed(**more: object) -> dict[str, object]:
    return {"evidence": SimpleUploadedFile("correo.pdf", pdf()), **more}


def test_request_and_answer_are_recorded_with_their_evidence(
    admin: SignedIn, action: TrainingAction
) -> None:
    posted = typed(requested_on=f"{TODAY:%Y-%m-%d}", reason="Se quemó el servidor.")
    done = admin.client.post(url("request_out_of_term", action), posted)
    assert done.status_code == 302
    asked = OutOfTermRequest.objects.get()
    assert bytes(asked.content).startswith(b"%PDF-")
    shown = page(admin, "out_of_term", action)
    assert "Sin respuesta" in shown
    assert url("answer_out_of_term", asked) in shown
    posted = typed(answered_on=f"{TODAY:%Y-%m-%d}", answer="accepted")
    done = admin.client.post(url("answer_out_of_term", asked), posted)
    assert done.status_code == 302
    assert "Aceptada" in page(admin, "out_of_term", action)
    assert "fuera de plazo" in page(admin, "declarations", action)
    deeds = AuditEntry.objects.order_by("pk").values_list("action", "user")
    assert list(deeds) == [
        ("liquidation.out_of_term_requested", admin.membership.user.pk),
        ("liquidation.out_of_term_answered", admin.membership.user.pk),
    ]


def test_mailbox_shown_is_the_one_for_rectifications(
    admin: SignedIn, action: TrainingAction
) -> None:
    """domain.md, "Out of term": never the liquidation one."""
    region = REGIONS[action.region]
    for name in ("out_of_term", "request_out_of_term"):
        shown = page(admin, name, action)
        assert region.rectification in shown
        assert region.mailbox not in shown


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"requested_on": ""}, "Escribe la fecha."),
        ({"reason": " "}, "Escribe el motivo"),
        ({"evidence": ""}, "Elige el documento"),
        ({"evidence": SimpleUploadedFile("x.pdf", b"hola")}, "no es un PDF"),
        ({"requested_on": f"{TODAY + DAY:%Y-%m-%d}"}, "todavía no llega"),
    ],
)
def test_request_that_lacks_something_is_refused_in_words(
    admin: SignedIn, action: TrainingAction, more: dict[str, object], words: str
) -> None:
    posted = typed(requested_on=f"{TODAY:%Y-%m-%d}", reason="Motivo.") | more
    refused = admin.client.post(url("request_out_of_term", action), posted)
    assert words in refused.content.decode()
    assert not OutOfTermRequest.objects.exists()


def test_action_within_its_term_says_until_when_on_both_pages(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    action = ended(our_body)
    for name in ("out_of_term", "request_out_of_term"):
        assert f"{last_day_of(action):%d-%m-%Y}" in page(admin, name, action)
    refused = admin.client.post(
        url("request_out_of_term", action),
        typed(requested_on=f"{TODAY:%Y-%m-%d}", reason="Motivo."),
    )
    assert "la OTEC emite sin pedirlo" in refused.content.decode()


def test_documents_are_for_those_who_track_and_their_opening_is_kept(
    admin: SignedIn,
    facilitator: SignedIn,
    rival: SignedIn,
    action: TrainingAction,
) -> None:
    """C1, D6."""
    asked = OutOfTermAnswerFactory(request__action=action).request
    for name in ("out_of_term_request_document", "out_of_term_answer_document"):
        opened = admin.client.get(url(name, asked))
        assert opened.content == b"%PDF-1.7"
        assert "attachment" in opened.headers["Content-Disposition"]
        assert facilitator.client.get(url(name, asked)).status_code == 403
        assert rival.client.get(url(name, asked)).status_code == 404
    deed = "liquidation.out_of_term_document_opened"
    assert AuditEntry.objects.filter(action=deed).count() == 2
    assert "Respaldo" not in page(facilitator, "out_of_term", action)


def test_answer_that_is_not_there_has_no_document(
    admin: SignedIn, action: TrainingAction
) -> None:
    asked = OutOfTermRequestFactory(action=action)
    missing = admin.client.get(url("out_of_term_answer_document", asked))
    assert missing.status_code == 404
