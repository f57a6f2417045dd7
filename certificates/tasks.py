"""What the worker does for certificates."""

from celery import shared_task
from django.utils import timezone

from certificates.models import Certificate
from certificates.services import batches, documents


@shared_task
def make_document(pk: int) -> None:
    """Make the PDF of the certificate `pk`, unless it is there."""
    documents.make(Certificate.objects.get(pk=pk), now=timezone.now())


@shared_task
def emit_batch(pk: int) -> int:
    """Emit what waits in the batch `pk`; return how many."""
    return batches.run_batch(pk, clock=timezone.now)


@shared_task
def resume_batches() -> int:
    """Go on with batches whose worker died; return how many were emitted."""
    return batches.run_unfinished(clock=timezone.now)


@shared_task
def make_missing_documents() -> int:
    """Make the PDFs whose worker died before it could; return how many."""
    return documents.make_missing(now=timezone.now())
