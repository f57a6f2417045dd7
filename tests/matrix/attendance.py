"""Sessions, answers, classes, reconciliation: who may open what."""

from datetime import timedelta

from attendance.models import CallbackKind, Decision, Outcome, Receipt
from attendance.services import returns
from courses.access import personal_link
from tests.factories import NOW
from tests.factories.attendance import (
    AdjustmentEvidenceFactory,
    ExportUploadFactory,
    OperatorAlertFactory,
    SenceExportFactory,
    TrainingClassFactory,
)
from tests.matrix.kinds import (
    ANYONE,
    CALLBACK,
    NATIONAL,
    OPERATOR,
    PARTICIPANT,
    REVIEWER,
    TEACHER,
    UPLOADER,
    Scene,
)
from tests.sence_messages import close_confirmed, urlencoded

WHO = {
    "attendance:enter": ANYONE,
    "attendance:my_courses": PARTICIPANT,
    "attendance:course": PARTICIPANT,
    "attendance:start": PARTICIPANT,
    "attendance:close": PARTICIPANT,
    "attendance:status": PARTICIPANT,
    "attendance:start_confirmed": CALLBACK,
    "attendance:start_failed": CALLBACK,
    "attendance:close_confirmed": CALLBACK,
    "attendance:close_failed": CALLBACK,
    "attendance:returned": ANYONE,
    "attendance:sessions": OPERATOR,
    "attendance:session": OPERATOR,
    "attendance:whole_answer": REVIEWER,
    "attendance:receipts": OPERATOR,
    "attendance:alerts": OPERATOR,
    "attendance:report": REVIEWER,
    "attendance:review": REVIEWER,
    "attendance:resolve_alert": REVIEWER,
    "attendance:probe": REVIEWER,
    "attendance:without_sessions": OPERATOR,
    "attendance:days": OPERATOR,
    "attendance:day": OPERATOR,
    "attendance:distribution": OPERATOR,
    "attendance:online": OPERATOR,
    "attendance:online_of_action": OPERATOR,
    "attendance:tokens": NATIONAL,
    "attendance:add_token": NATIONAL,
    "attendance:token": NATIONAL,
    "attendance:revoke_token": NATIONAL,
    "attendance:trust_token": NATIONAL,
    "attendance:classes": OPERATOR,
    "attendance:begin_class": TEACHER,
    "attendance:end_class": REVIEWER,
    "attendance:enter_class": REVIEWER,
    "attendance:annul_class": REVIEWER,
    "attendance:participants": OPERATOR,
    "attendance:total_excel": REVIEWER,
    "attendance:total_csv": REVIEWER,
    "attendance:detail": OPERATOR,
    "attendance:detail_excel": REVIEWER,
    "attendance:detail_csv": REVIEWER,
    "attendance:adjust": REVIEWER,
    "attendance:evidence": REVIEWER,
    "attendance:reconciliation": OPERATOR,
    "attendance:reconciled_percentages": OPERATOR,
    "attendance:reconciled_sessions": OPERATOR,
    "attendance:upload_export": REVIEWER,
    "attendance:reconcile_again": REVIEWER,
    "attendance:note_difference": REVIEWER,
    "attendance:reconciliation_excel": REVIEWER,
    "attendance:reconciliation_csv": REVIEWER,
    "attendance:sence_export": REVIEWER,
    "attendance:preview_export": UPLOADER,
    "attendance:accept_export": UPLOADER,
}
POSTED = {
    "attendance:accept_export",
    "attendance:probe",
    "attendance:begin_class",
    "attendance:end_class",
    "attendance:reconcile_again",
    "attendance:resolve_alert",
    "attendance:trust_token",
}


def arguments(scene: Scene) -> dict[str, list[object]]:
    """What stands in the addresses of attendance."""
    session, enrolment, action = scene.session, scene.enrolment, scene.action
    receipt = Receipt.objects.create(
        session=session,
        kind=CallbackKind.CLOSE_CONFIRMED,
        received_at=NOW,
        content_type="application/x-www-form-urlencoded",
        body=urlencoded(close_confirmed(session)),
        length=1,
        remote_address="127.0.0.1",
        user_agent="",
        origin="",
    )
    Decision.objects.create(receipt=receipt, outcome=Outcome.LATE, at=NOW)
    alert = OperatorAlertFactory(training_body=scene.body)
    somebodys_class = TrainingClassFactory(
        action=action, started_at=NOW - timedelta(hours=1)
    )
    evidence = AdjustmentEvidenceFactory(adjustment__enrolment=enrolment)
    export = SenceExportFactory(action=action)
    unread = ExportUploadFactory(action=action)
    return {
        "attendance:classes": [action.public_id],
        "attendance:begin_class": [action.public_id],
        "attendance:end_class": [somebodys_class.public_id],
        "attendance:enter_class": [action.public_id],
        "attendance:annul_class": [somebodys_class.public_id],
        "attendance:participants": [action.public_id],
        "attendance:total_excel": [action.public_id],
        "attendance:total_csv": [action.public_id],
        "attendance:detail": [enrolment.public_id],
        "attendance:detail_excel": [enrolment.public_id],
        "attendance:detail_csv": [enrolment.public_id],
        "attendance:adjust": [enrolment.public_id],
        "attendance:evidence": [evidence.public_id],
        "attendance:enter": [personal_link(enrolment).rstrip("/").rsplit("/", 1)[1]],
        "attendance:course": [enrolment.public_id],
        "attendance:start": [enrolment.public_id],
        "attendance:close": [enrolment.public_id],
        "attendance:status": [enrolment.public_id],
        "attendance:returned": [returns.ticket(receipt)],
        "attendance:session": [session.public_id],
        "attendance:report": [session.public_id],
        "attendance:whole_answer": [receipt.public_id],
        "attendance:review": [receipt.public_id],
        "attendance:resolve_alert": [alert.public_id],
        "attendance:days": [action.public_id],
        "attendance:day": [action.public_id, enrolment.public_id, "2026-06-15"],
        "attendance:distribution": [action.public_id],
        "attendance:online_of_action": [action.public_id],
        "attendance:token": [session.token.public_id],
        "attendance:revoke_token": [session.token.public_id],
        "attendance:trust_token": [session.token.public_id],
        "attendance:reconciliation": [action.public_id],
        "attendance:reconciled_percentages": [action.public_id],
        "attendance:reconciled_sessions": [action.public_id],
        "attendance:upload_export": [action.public_id],
        "attendance:reconcile_again": [action.public_id],
        "attendance:note_difference": [action.public_id, "sesion", session.public_id],
        "attendance:reconciliation_excel": [action.public_id],
        "attendance:reconciliation_csv": [action.public_id],
        "attendance:sence_export": [export.public_id],
        "attendance:preview_export": [unread.public_id],
        "attendance:accept_export": [unread.public_id],
    }
