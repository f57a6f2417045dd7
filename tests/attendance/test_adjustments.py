"""Adjustments: time beside the evidence, with its document; nothing is edited."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse

from attendance.models import Adjustment, AdjustmentEvidence, AttendanceTotal
from attendance.services.adjustments import LONGEST, AdjustmentRefused, adjust
from courses.models import ActionState, AttendancePolicy, Enrolment, TrainingAction
from courses.services import ActionClosed
from otec_portal.core.models import AuditEntry, TrainingBody
from otec_portal.core.uploads import Document, FileKind
from tests.attendance.book import action_of, mark, person, recounted
from tests.conftest import SignedIn
from tests.core.documents import pdf, picture, with_location
from tests.factories import NOW
from tests.factories.attendance import AdjustmentEvidenceFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
PAPER = Document(FileKind.PDF, b"%PDF-1.7", 1)


@pytest.fixture
def one(our_body: TrainingBody) -> Enrolment:
    enrolled = person(action_of(our_body))
    mark(enrolled, "10:00:00", "11:00:00")
    return recounted(enrolled)


def url(name: str, of: Any) -> str:
    return reverse(f"attendance:{name}", args=[of.public_id])


def made(one: Enrolment, by: SignedIn, seconds: int = 600) -> Adjustment:
    return adjust(
        one,
        seconds=seconds,
        reason="Consta en el libro firmado.",
        evidence=PAPER,
        filename="libro.pdf",
        by=by.membership.user,
        now=NOW,
        unusual_accepted=True,
    )


def typed(data: bytes = b"", name: str = "libro.pdf", **changes: str) -> dict[str, Any]:
    given = {
        "way": "add",
        "length": "00:10:00",
        "reason": "Consta en el libro firmado.",
    }
    file = SimpleUploadedFile(name, data or pdf(), content_type="application/pdf")
    return {**given, "evidence": file, **changes}


def post(browser: SignedIn, one: Enrolment, given: dict[str, Any]) -> Any:
    return browser.client.post(url("adjust", one), given)


def adjusted(one: Enrolment) -> int:
    return AttendanceTotal.objects.get(enrolment=one).adjusted_seconds


def test_adjustment_counts_at_once_and_is_audited(
    one: Enrolment, admin: SignedIn
) -> None:
    made(one, admin, 600)
    made(one, admin, -60)
    assert adjusted(one) == 540
    entries = AuditEntry.objects.filter(action="attendance.adjusted").order_by("pk")
    assert [entry.data["time"] for entry in entries] == ["+00:10:00", "−00:01:00"]


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(0, "changes_nothing"), (LONGEST + 1, "too_long"), (-LONGEST - 1, "too_long")],
)
def test_adjustment_of_an_impossible_time_is_refused(
    one: Enrolment, admin: SignedIn, seconds: int, code: str
) -> None:
    with pytest.raises(AdjustmentRefused) as refused:
        made(one, admin, seconds)
    assert refused.value.code == code


@pytest.mark.parametrize("seconds", [LONGEST, -LONGEST, 1, -1])
def test_adjustment_at_the_limit_is_made(
    one: Enrolment, admin: SignedIn, seconds: int
) -> None:
    made(one, admin, seconds)
    assert adjusted(one) == seconds


def test_adjustment_that_can_change_nothing_is_refused_in_words(
    one: Enrolment, admin: SignedIn
) -> None:
    TrainingAction.objects.update(attendance_policy=AttendancePolicy.SINGLE_SESSION)
    with pytest.raises(AdjustmentRefused) as refused:
        made(one, admin)
    assert refused.value.code == "no_effect"
    page = admin.client.get(url("adjust", one)).content.decode()
    assert "un ajuste de tiempo no cambia nada" in page
    assert "Guardar ajuste" not in page
    assert "no cambia nada" in post(admin, one, typed()).content.decode()
    assert not Adjustment.objects.exists()


@pytest.mark.parametrize(
    "closed", [{"frozen_at": NOW}, {"decision": ActionState.LIQUIDATED}]
)
def test_adjustment_of_a_closed_action_is_refused(
    one: Enrolment, admin: SignedIn, closed: dict[str, Any]
) -> None:
    TrainingAction.objects.update(**closed)
    with pytest.raises(ActionClosed):
        made(one, admin)
    assert "Guardar ajuste" not in admin.client.get(url("adjust", one)).content.decode()
    post(admin, one, typed())
    assert not Adjustment.objects.exists()
    assert not AdjustmentEvidence.objects.exists()


def test_adjustment_that_fails_leaves_nothing_behind(
    one: Enrolment, admin: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(enrolment: Enrolment) -> None:
        raise RuntimeError

    monkeypatch.setattr("attendance.services.adjustments.recount", fail)
    with pytest.raises(RuntimeError):
        made(one, admin)
    assert not Adjustment.objects.exists()
    assert not AdjustmentEvidence.objects.exists()


def test_adjustment_and_its_document_can_not_be_changed(
    one: Enrolment, admin: SignedIn
) -> None:
    """C10."""
    made(one, admin)
    for rows in (Adjustment.objects.all(), AdjustmentEvidence.objects.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        AdjustmentEvidence.objects.update(content=b"otro")


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (pdf(), "libro.pdf", FileKind.PDF),
        (picture("JPEG"), "foto.jpg", FileKind.JPEG),
        (picture("PNG"), "captura.pdf", FileKind.PNG),
    ],
)
def test_adjustment_typed_on_the_page_is_made_with_its_document(
    one: Enrolment, admin: SignedIn, data: bytes, name: str, kind: FileKind
) -> None:
    answer = post(admin, one, typed(data, name, way="take"))
    assert answer.headers["Location"] == url("detail", one)
    assert adjusted(one) == -600
    evidence = AdjustmentEvidence.objects.get()
    assert (evidence.kind, bytes(evidence.content)) == (kind, data)
    assert evidence.adjustment.by == admin.membership.user


def test_picture_keeps_no_place_where_it_was_taken(
    one: Enrolment, admin: SignedIn
) -> None:
    """D5."""
    post(admin, one, typed(with_location(), "foto.jpg"))
    content = bytes(AdjustmentEvidence.objects.get().content)
    assert b"En mi casa" not in content
    assert "Una cámara".encode() not in content


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"length": "10"}, "length"),
        ({"length": "00:00:00"}, "length"),
        ({"length": "00:61:00"}, "length"),
        ({"length": "00:00:60"}, "length"),
        ({"length": "-1:00:00"}, "length"),
        ({"length": "999:59:60"}, "length"),
        ({"length": ""}, "length"),
        ({"reason": " "}, "reason"),
        ({"way": "otra"}, "way"),
        ({"evidence": ""}, "evidence"),
        ({"evidence": SimpleUploadedFile("a.pdf", b"<html></html>")}, "evidence"),
        ({"evidence": SimpleUploadedFile("a.pdf", pdf()[:200])}, "evidence"),
    ],
)
def test_adjustment_typed_wrongly_is_refused_beside_its_field_and_the_rest_is_kept(
    one: Enrolment, admin: SignedIn, changes: dict[str, Any], field: str
) -> None:
    """H5, D1, D3."""
    answer = post(admin, one, {**typed(), **changes})
    assert list(answer.context["form"].errors) == [field]
    page = answer.content.decode()
    assert f'id="id_{field}_error"' in page
    if field != "reason":
        assert "Consta en el libro firmado." in page
    if field != "length":
        assert 'value="00:10:00"' in page
    assert not Adjustment.objects.exists()


@pytest.mark.parametrize(
    ("length", "seconds"), [("1:02", 3720), ("999:59:59", LONGEST), ("0:0:1", 1)]
)
def test_length_is_understood(
    one: Enrolment, admin: SignedIn, length: str, seconds: int
) -> None:
    post(admin, one, typed(length=length, unusual="on"))
    assert adjusted(one) == seconds


def test_document_opened_is_the_very_file_and_audited(
    one: Enrolment, admin: SignedIn
) -> None:
    """C14: who, when, which."""
    post(admin, one, typed(pdf(pages=2), 'libro"firmado.exe'))
    evidence = AdjustmentEvidence.objects.get()
    answer = admin.client.get(url("evidence", evidence))
    assert answer.content == bytes(evidence.content)
    assert answer.headers["Content-Type"] == "application/pdf"
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment; filename=")
    assert disposition.endswith('firmado.pdf"')
    assert "no-store" in answer.headers["Cache-Control"]
    entry = AuditEntry.objects.get(action="attendance.evidence_opened")
    assert entry.user == admin.membership.user
    assert entry.data["sha256"] == evidence.sha256


def test_document_is_there_for_admins_of_ours_only(
    one: Enrolment,
    facilitator: SignedIn,
    rival: SignedIn,
    admin: SignedIn,
) -> None:
    """C1, D6."""
    evidence = AdjustmentEvidenceFactory(adjustment__enrolment=one)
    assert facilitator.client.get(url("evidence", evidence)).status_code == 403
    assert rival.client.get(url("evidence", evidence)).status_code == 404
    TrainingAction.objects.update(decision=ActionState.LIQUIDATED)
    assert admin.client.get(url("evidence", evidence)).status_code == 403
    assert not AuditEntry.objects.filter(action="attendance.evidence_opened").exists()


def test_adjustment_by_the_rival_or_a_facilitator_is_not_made(
    one: Enrolment, rival: SignedIn, facilitator: SignedIn
) -> None:
    """C1."""
    assert post(rival, one, typed()).status_code == 404
    assert post(facilitator, one, typed()).status_code == 403
    assert not Adjustment.objects.exists()


@pytest.mark.parametrize(
    ("way", "plain", "unusual", "why"),
    [
        ("add", "10:00:00", "10:00:01", "el curso dura 10:00:00"),
        ("take", "01:00:00", "01:00:01", "tiene 01:00:00 que cuentan"),
    ],
)
def test_adjustment_of_more_than_there_is_asks_for_a_tick(
    one: Enrolment, admin: SignedIn, way: str, plain: str, unusual: str, why: str
) -> None:
    """The course has 10 hours, the participant one that counts."""
    answer = post(admin, one, typed(way=way, length=unusual))
    [told] = answer.context["form"].errors["unusual"]
    assert why in told
    assert 'name="unusual"' in answer.content.decode()
    assert not Adjustment.objects.exists()
    odd = typed(way=way, length=unusual, unusual="on")
    assert post(admin, one, odd).status_code == 302
    other = recounted(person(one.action, "Araya"))
    mark(other, "10:00:00", "11:00:00")
    fits = typed(way=way, length=plain)
    assert post(admin, recounted(other), fits).status_code == 302
