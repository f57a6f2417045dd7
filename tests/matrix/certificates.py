"""Certificates, annulments, the office: who may open what."""

from tests.factories.certificates import (
    AnnulmentEvidenceFactory,
    BatchItemFactory,
    CertificateFactory,
    CertificateFileFactory,
    DecisionEvidenceFactory,
)
from tests.matrix.kinds import ANYONE, OFFICE, OPERATOR, REVIEWER, Scene

WHO = {
    "certificates:ask_code": ANYONE,
    "certificates:verify": ANYONE,
    "certificates:verify_unslashed": ANYONE,
    "certificates:certificate": OPERATOR,
    "certificates:prepare": REVIEWER,
    "certificates:summary": REVIEWER,
    "certificates:issued": OPERATOR,
    "certificates:download": REVIEWER,
    "certificates:choose": REVIEWER,
    "certificates:review_batch": REVIEWER,
    "certificates:accept_batch": REVIEWER,
    "certificates:batch": REVIEWER,
    "certificates:stop_batch": REVIEWER,
    "certificates:resume_batch": REVIEWER,
    "certificates:batch_archive": REVIEWER,
    "certificates:annul": REVIEWER,
    "certificates:annulment": OPERATOR,
    "certificates:record_decision": REVIEWER,
    "certificates:evidence": REVIEWER,
    "certificates:decision_evidence": REVIEWER,
    "certificates:office_inbox": OFFICE,
    "certificates:office_request": OFFICE,
    "certificates:office_evidence": OFFICE,
    "certificates:office_answer": OFFICE,
}
POSTED = {
    "certificates:accept_batch",
    "certificates:resume_batch",
    "certificates:stop_batch",
}


def arguments(scene: Scene) -> dict[str, list[object]]:
    """What stands in the addresses of certificates."""
    action = scene.action
    ours = {"certification__action__course__training_body": scene.body}
    asked = AnnulmentEvidenceFactory(
        **{f"request__certificate__{key}": one for key, one in ours.items()}
    )
    on_paper = DecisionEvidenceFactory(
        **{f"decision__request__certificate__{key}": one for key, one in ours.items()}
    )
    printed = CertificateFileFactory(
        **{f"certificate__{key}": one for key, one in ours.items()}
    )
    item = BatchItemFactory(batch__training_body=scene.body, action=action)
    return {
        "certificates:certificate": [action.public_id],
        "certificates:prepare": [action.public_id],
        "certificates:summary": [action.public_id],
        "certificates:issued": [printed.certificate.public_id],
        "certificates:download": [printed.certificate.public_id],
        "certificates:batch": [item.batch.public_id],
        "certificates:stop_batch": [item.batch.public_id],
        "certificates:resume_batch": [item.batch.public_id],
        "certificates:batch_archive": [item.batch.public_id],
        "certificates:annul": [CertificateFactory(**ours).public_id],
        "certificates:annulment": [asked.request.public_id],
        "certificates:record_decision": [asked.request.public_id],
        "certificates:evidence": [asked.public_id],
        "certificates:decision_evidence": [on_paper.public_id],
        "certificates:office_request": [asked.request.public_id],
        "certificates:office_evidence": [asked.public_id],
        "certificates:office_answer": [on_paper.public_id],
    }
