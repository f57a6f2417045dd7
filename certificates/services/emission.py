"""Emission: a number, a snapshot, a closed action, all or nothing."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from certificates import snapshot
from certificates.contents import content_of, digest_of
from certificates.facts import facts_of
from certificates.models import (
    Certificate,
    CertificateSeries,
    CertificateState,
    Certification,
)
from certificates.refusal import Refusal
from certificates.rules import Facts, Order, against, against_order
from certificates.snapshot import Named, Snapshot
from certificates.verification import new_code
from courses.models import TrainingAction
from courses.services import freeze
from otec_portal.core import audit
from otec_portal.core.errors import DomainError
from otec_portal.core.models import TrainingBody, User
from otec_portal.core.queue import soon
from otec_portal.core.tabular.tables import clean


class EmissionRefused(Refusal):
    """The certificate can't be emitted."""

    code = "emission_refused"


class SummaryChanged(DomainError):
    """What the summary showed is no longer so: it has to be looked at again."""

    code = "summary_changed"


@transaction.atomic
def emit(
    action: TrainingAction,
    *,
    order: Order,
    seen: str,
    by: User,
    at: datetime,
) -> Certificate:
    """Emit the certificate of `action`, and close it. Its PDF is made by the worker.

    `seen` is the digest of the summary that was accepted, its order included
    (contents.digest_of). Raises EmissionRefused, or SummaryChanged where anything that
    it showed moved meanwhile.
    """
    rows = TrainingAction.objects.select_related(
        "course__training_body", "company", "intermediary"
    )
    current = rows.select_for_update(of=("self",)).get(pk=action.pk)
    today = timezone.localdate(at)
    facts = facts_of(current, today=today, real_ends_on=order.real_ends_on)
    fields = against_order(facts, order)
    if (notices := against(facts)) or fields:
        raise EmissionRefused(notices, fields=fields)
    if digest_of(facts, order) != seen:
        raise SummaryChanged(
            "Algo cambió desde que viste el resumen. Revísalo otra vez antes de "
            "aceptar.",
        )
    changes = _dates_told(current, order)
    freeze(
        current,
        at=at,
        billing_reference=order.billing_reference,
        real_starts_on=order.real_starts_on,
        real_ends_on=order.real_ends_on,
    )
    made = _certify(facts, order, changes=changes, by=by, at=at)
    soon("certificates.tasks.make_document", made.pk)
    return made


def _dates_told(action: TrainingAction, order: Order) -> dict[str, list[str]]:
    """Return the real dates that `order` gives `action`, as histories keep changes."""
    found = {}
    for name in ("real_starts_on", "real_ends_on"):
        before, after = getattr(action, name), getattr(order, name)
        if before != after:
            found[name] = [f"{before or ''}", f"{after or ''}"]
    return found


def _certify(
    facts: Facts,
    order: Order,
    *,
    changes: dict[str, list[str]],
    by: User,
    at: datetime,
) -> Certificate:
    action = facts.action
    body = action.course.training_body
    certification, _ = Certification.objects.get_or_create(action=action)
    first = facts.state == CertificateState.PENDING
    certification.advance("issue" if first else "reissue", at=at, by=str(by))
    before = None if first else certification.certificates.order_by("-pk").first()
    year = facts.today.year
    sequence = _next_number(body, year)
    code = new_code()
    address = reverse("certificates:verify", args=[code])
    taken = Snapshot(
        **vars(content_of(facts, order)),
        number=f"{sequence}-{year}",
        code=code,
        address=f"{settings.PORTAL_BASE_URL}{address}",
        replaces=before.number if before else "",
        issued_on=facts.today,
        issued_at=at,
        emitter=Named(clean(by.full_name), by.rut),
    )
    made = Certificate.objects.create(
        training_body=body,
        certification=certification,
        year=year,
        sequence=sequence,
        code=code,
        replaces=before,
        billing_reference=taken.billing_reference,
        justification=taken.justification,
        snapshot=taken.text,
        sha256=snapshot.digest(taken.text),
        by=by,
        issued_on=facts.today,
        issued_at=at,
    )
    audit.record(
        "certificates.emitted" if first else "certificates.reissued",
        at=at,
        by=by,
        training_body=body,
        target=action,
        number=made.number,
        billing_reference=made.billing_reference,
        sha256=made.sha256,
        **({"changes": changes} if changes else {}),
    )
    return made


def _next_number(body: TrainingBody, year: int) -> int:
    """Return the next number of `body` in `year`; its row stays locked until commit."""
    CertificateSeries.objects.get_or_create(training_body=body, year=year)
    series = CertificateSeries.objects.filter(training_body=body, year=year)
    series.update(last=F("last") + 1)
    number: int = series.values_list("last", flat=True).get()
    return number
