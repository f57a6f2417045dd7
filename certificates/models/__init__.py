"""Certificates, and the requests to annul them."""

from certificates.models.annulments import (
    AnnulmentDecision,
    AnnulmentEvidence,
    AnnulmentRequest,
    DecisionEvidence,
)
from certificates.models.batches import (
    BatchItem,
    BatchState,
    EmissionBatch,
    ItemState,
)
from certificates.models.certificates import (
    IN_FORCE,
    Certificate,
    CertificateFile,
    CertificateSeries,
    CertificateState,
    Certification,
)

__all__ = [
    "IN_FORCE",
    "AnnulmentDecision",
    "AnnulmentEvidence",
    "AnnulmentRequest",
    "BatchItem",
    "BatchState",
    "Certificate",
    "CertificateFile",
    "CertificateSeries",
    "CertificateState",
    "Certification",
    "DecisionEvidence",
    "EmissionBatch",
    "ItemState",
]
