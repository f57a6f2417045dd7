"""What isn't yours does not exist; without a training body, nothing does (C2)."""

from typing import Any

import pytest

from attendance.models import (
    Adjustment,
    AdjustmentEvidence,
    AttendanceTotal,
    ClassTime,
    ExportSighting,
    ExportUpload,
    Handover,
    LeftOutLine,
    MarkTurn,
    OperatorAlert,
    Receipt,
    Reconciliation,
    ReconciliationNote,
    SenceExport,
    SenceFigure,
    SenceMark,
    SenceSession,
    SenceToken,
    Step,
    TrainingClass,
)
from certificates.models import (
    AnnulmentDecision,
    AnnulmentEvidence,
    AnnulmentRequest,
    BatchItem,
    Certificate,
    CertificateFile,
    CertificateSeries,
    Certification,
    DecisionEvidence,
    EmissionBatch,
)
from courses.models import (
    CalendarFeed,
    Company,
    Course,
    Enrolment,
    Intermediary,
    LinkDelivery,
    Participant,
    Reminder,
    ReminderDigest,
    ReminderLine,
    ReminderSettings,
    ReminderSilence,
    RosterImport,
    RosterUpload,
    TrainingAction,
)
from liquidation.models import (
    AnswerEvidence,
    Declaration,
    DeclarationDocument,
    DeclarationReminder,
    DeclarationReport,
    Dispatch,
    GcaList,
    OutOfTermAnswer,
    OutOfTermRequest,
    Packet,
    PacketAction,
    PacketAnswer,
    PacketBuild,
    PacketLink,
    Paper,
    Placement,
)
from otec_portal.core.models import Role, TrainingBody
from tests.conftest import SignedIn, sign_in
from tests.factories import NOW
from tests.factories.attendance import (
    AdjustmentEvidenceFactory,
    AttendanceTotalFactory,
    ClassTimeFactory,
    ExportSightingFactory,
    ExportUploadFactory,
    LeftOutLineFactory,
    MarkTurnFactory,
    OperatorAlertFactory,
    ReceiptFactory,
    ReconciliationFactory,
    ReconciliationNoteFactory,
    SenceFigureFactory,
    SenceSessionFactory,
    TrainingClassFactory,
)
from tests.factories.certificates import (
    AnnulmentDecisionFactory,
    AnnulmentEvidenceFactory,
    AnnulmentRequestFactory,
    BatchItemFactory,
    CertificateFileFactory,
    CertificateSeriesFactory,
    DecisionEvidenceFactory,
)
from tests.factories.core import UserFactory
from tests.factories.courses import (
    CalendarFeedFactory,
    IntermediaryFactory,
    LinkDeliveryFactory,
    ReminderLineFactory,
    ReminderSettingsFactory,
    ReminderSilenceFactory,
    RosterImportFactory,
    RosterUploadFactory,
)
from tests.factories.liquidation import (
    DeclarationDocumentFactory,
    DeclarationReminderFactory,
    GcaListFactory,
    OutOfTermAnswerFactory,
)
from tests.factories.packets import DispatchFactory, PacketBuildFactory
from tests.liquidation.packing import observed

pytestmark = pytest.mark.django_db

TENANT_MODELS: list[Any] = [
    Course,
    TrainingAction,
    CalendarFeed,
    ReminderSettings,
    ReminderSilence,
    Reminder,
    ReminderDigest,
    ReminderLine,
    Participant,
    Company,
    Intermediary,
    Enrolment,
    RosterUpload,
    RosterImport,
    LinkDelivery,
    SenceToken,
    SenceSession,
    Handover,
    Receipt,
    OperatorAlert,
    TrainingClass,
    Adjustment,
    AdjustmentEvidence,
    AttendanceTotal,
    ClassTime,
    ExportUpload,
    ExportSighting,
    LeftOutLine,
    MarkTurn,
    SenceExport,
    SenceMark,
    SenceFigure,
    Reconciliation,
    ReconciliationNote,
    Declaration,
    DeclarationReport,
    DeclarationDocument,
    DeclarationReminder,
    GcaList,
    Certification,
    EmissionBatch,
    BatchItem,
    CertificateSeries,
    Certificate,
    CertificateFile,
    AnnulmentRequest,
    AnnulmentEvidence,
    AnnulmentDecision,
    DecisionEvidence,
    OutOfTermRequest,
    OutOfTermAnswer,
    Packet,
    PacketAction,
    Paper,
    Placement,
    PacketBuild,
    PacketLink,
    Dispatch,
    PacketAnswer,
    AnswerEvidence,
]
EVERY_KIND = pytest.mark.parametrize("model", TENANT_MODELS)
BY_REGION = pytest.mark.parametrize(
    "model",
    [
        TrainingAction,
        Enrolment,
        RosterUpload,
        RosterImport,
        LinkDelivery,
        SenceSession,
        Handover,
        Receipt,
        TrainingClass,
        Adjustment,
        AttendanceTotal,
        ClassTime,
        ExportUpload,
        ExportSighting,
        LeftOutLine,
        MarkTurn,
        SenceExport,
        SenceMark,
        SenceFigure,
        Reconciliation,
        ReconciliationNote,
        Declaration,
        DeclarationReport,
        DeclarationDocument,
        DeclarationReminder,
        GcaList,
        Certification,
        BatchItem,
        Certificate,
        CertificateFile,
        AnnulmentRequest,
        AnnulmentEvidence,
        AnnulmentDecision,
        DecisionEvidence,
        OutOfTermRequest,
        OutOfTermAnswer,
        Packet,
        PacketAction,
        Paper,
        Placement,
        PacketBuild,
        PacketLink,
        Dispatch,
        PacketAnswer,
        AnswerEvidence,
        Reminder,
    ],
)
# what a training body sends to the regional office, or says in its name
SUBMITTED = (
    AnnulmentRequest,
    AnnulmentEvidence,
    DecisionEvidence,
    Packet,
    PacketBuild,
    Dispatch,
)


@pytest.fixture
def rows(our_body: TrainingBody, rival_body: TrainingBody) -> None:
    """One of each kind for either body, in the Maule."""
    for body in (our_body, rival_body):
        session = SenceSessionFactory(enrolment__action__course__training_body=body)
        Handover.objects.create(
            session=session, token=session.token, step=Step.START, fields={}, at=NOW
        )
        ReceiptFactory(session=session)
        OperatorAlertFactory(training_body=body, action=session.enrolment.action)
        RosterUploadFactory(action=session.enrolment.action)
        RosterImportFactory(action=session.enrolment.action)
        LinkDeliveryFactory(enrolment=session.enrolment)
        TrainingClassFactory(action=session.enrolment.action)
        AdjustmentEvidenceFactory(adjustment__enrolment=session.enrolment)
        AttendanceTotalFactory(enrolment=session.enrolment)
        ClassTimeFactory(action=session.enrolment.action)
        DeclarationDocumentFactory(action=session.enrolment.action)
        DeclarationReminderFactory(enrolment=session.enrolment)
        GcaListFactory(action=session.enrolment.action)
        OutOfTermAnswerFactory(request__action=session.enrolment.action)
        observed(session.enrolment.action, word="Observado", by=UserFactory())
        CalendarFeedFactory(membership__training_body=body)
        ReminderSettingsFactory(training_body=body)
        ReminderSilenceFactory(membership__training_body=body)
        ReminderLineFactory(reminder__action=session.enrolment.action)
        found = ReconciliationFactory(session=session)
        ReconciliationNoteFactory(session=session)
        SenceFigureFactory(export=found.mark.export)
        ExportSightingFactory(export=found.mark.export)
        LeftOutLineFactory(export=found.mark.export)
        MarkTurnFactory(mark=found.mark)
        ExportUploadFactory(action=session.enrolment.action)
        IntermediaryFactory(training_body=body)
        CertificateSeriesFactory(training_body=body)
        _annulled(session.enrolment.action)


def _annulled(action: TrainingAction) -> None:
    decision = AnnulmentDecisionFactory(
        request__certificate__certification__action=action
    )
    DecisionEvidenceFactory(decision=decision)
    AnnulmentEvidenceFactory(request=decision.request)
    certificate = decision.request.certificate
    CertificateFileFactory(certificate=certificate)
    BatchItemFactory(batch__training_body=certificate.training_body, action=action)


def owner(row: Any) -> TrainingBody:
    for step in type(row).TENANT_PATH.split("__"):
        row = getattr(row, step)
    return row


@EVERY_KIND
def test_rows_without_a_membership_are_none(rows: None, model: Any) -> None:
    """C2: whoever forgets to say for whom gets nothing."""
    assert model.objects.count() == 2
    assert not model.objects.visible_to(None).exists()


@EVERY_KIND
def test_rows_of_a_regional_office_are_none(rows: None, model: Any) -> None:
    """C2: a membership without a training body reaches no one's rows."""
    office = sign_in(None, Role.REGIONAL_OFFICE, "ML")
    assert not model.objects.visible_to(office.membership).exists()


def test_receipts_that_belong_to_nobody_are_seen_by_nobody(admin: SignedIn) -> None:
    """C2: a row without a training body is not that of one who has none either."""
    ReceiptFactory(session=None, session_id="unknown")
    office = sign_in(None, Role.REGIONAL_OFFICE, "ML")
    for one in (office, admin):
        assert not Receipt.objects.visible_to(one.membership).exists()


@EVERY_KIND
@pytest.mark.parametrize("role", [Role.NATIONAL_ADMIN, Role.FACILITATOR])
def test_rows_of_another_body_are_not_there(
    rows: None, our_body: TrainingBody, model: Any, role: Role
) -> None:
    """C1: ours is seen, the rival's is not."""
    seen = model.objects.visible_to(sign_in(our_body, role).membership)
    assert [owner(row) for row in seen] == [our_body]


@EVERY_KIND
def test_rows_of_the_own_region_are_seen(
    rows: None, our_body: TrainingBody, model: Any, regional_admin: SignedIn
) -> None:
    seen = model.objects.visible_to(regional_admin.membership)
    assert [owner(row) for row in seen] == [our_body]


@BY_REGION
@pytest.mark.parametrize("regions", [["RM"], []])
def test_rows_of_another_region_are_not_there(
    rows: None, our_body: TrainingBody, model: Any, regions: list[str]
) -> None:
    """A regional admin of elsewhere, or of nowhere, sees no action of the Maule."""
    elsewhere = sign_in(our_body, Role.REGIONAL_ADMIN, *regions)
    assert not model.objects.visible_to(elsewhere.membership).exists()


def test_alerts_of_another_region_are_not_there_but_those_of_all_are(
    rows: None, our_body: TrainingBody
) -> None:
    elsewhere = sign_in(our_body, Role.REGIONAL_ADMIN, "RM")
    for_all = OperatorAlertFactory(training_body=our_body, action=None)
    assert list(OperatorAlert.objects.visible_to(elsewhere.membership)) == [for_all]


def test_rows_of_a_body_are_seen_once_by_an_admin_of_two_regions(
    rows: None, our_body: TrainingBody
) -> None:
    both = sign_in(our_body, Role.REGIONAL_ADMIN, "ML", "RM")
    assert SenceSession.objects.visible_to(both.membership).count() == 1


def test_models_of_a_training_body_are_all_known_to_this_test() -> None:
    from django.apps import apps

    narrowed = {model for model in apps.get_models() if hasattr(model, "TENANT_PATH")}
    assert narrowed == set(TENANT_MODELS)


@EVERY_KIND
def test_rows_submitted_to_an_office_are_those_that_a_body_sends_it(
    rows: None, model: Any
) -> None:
    """Of its regions, across training bodies; of everything else, nothing."""
    office = sign_in(None, Role.REGIONAL_OFFICE, "ML", "RM")
    seen = model.objects.submitted_to(office.membership)
    assert seen.count() == (2 if model in SUBMITTED else 0)


@pytest.mark.parametrize("model", SUBMITTED)
@pytest.mark.parametrize("regions", [["RM"], []])
def test_rows_submitted_to_an_office_elsewhere_are_none(
    rows: None, model: Any, regions: list[str]
) -> None:
    office = sign_in(None, Role.REGIONAL_OFFICE, *regions)
    assert not model.objects.submitted_to(office.membership).exists()


@pytest.mark.parametrize("model", SUBMITTED)
@pytest.mark.parametrize("role", [one for one in Role if one != Role.REGIONAL_OFFICE])
def test_rows_submitted_to_an_office_are_none_for_other_roles(
    rows: None, our_body: TrainingBody, model: Any, role: Role
) -> None:
    """Not even those of one's own: the training body has an address of its own."""
    member = sign_in(our_body, role, "ML")
    assert not model.objects.submitted_to(member.membership).exists()
    assert not model.objects.submitted_to(None).exists()


def test_row_submitted_to_an_office_of_two_regions_is_seen_once() -> None:
    AnnulmentRequestFactory()
    office = sign_in(None, Role.REGIONAL_OFFICE, "ML", "RM")
    assert AnnulmentRequest.objects.submitted_to(office.membership).count() == 1


def test_packet_that_never_left_is_not_submitted() -> None:
    """A draft, and what was built of it, is the training body's own."""
    PacketBuildFactory(built=True)
    unsent_too = PacketBuildFactory(built=True, packet__state="sent")
    office = sign_in(None, Role.REGIONAL_OFFICE, "ML").membership
    assert not Packet.objects.submitted_to(office).exists()
    assert not PacketBuild.objects.submitted_to(office).exists()
    sent = DispatchFactory(build__packet=unsent_too.packet).build
    DispatchFactory(build=sent)
    assert list(Packet.objects.submitted_to(office)) == [unsent_too.packet]
    assert list(PacketBuild.objects.submitted_to(office)) == [sent]
