"""Emission: a number, a snapshot, a closed action, all or nothing."""

import secrets
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from certificates import snapshot
from certificates.facts import digest_of, facts_of
from certificates.models import (
    Certificate,
    CertificateSeries,
    CertificateState,
    Certification,
)
from certificates.rules import Facts, Notice, Order, against, against_order
from certificates.snapshot import Certified, Named, Snapshot
from courses.models import Company, Intermediary, Line, TrainingAction
from courses.services import freeze
from otec_portal.core import audit
from otec_portal.core.errors import DomainError
from otec_portal.core.models import TrainingBody, User
from otec_portal.core.queue import soon

# without letters and digits that are mistaken for each other on paper
ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE: Final = 12  # characters: 60 bits, which nobody guesses


class EmissionRefused(DomainError):
    """The certificate can't be emitted; `notices` say why, `fields` beside which."""

    code = "emission_refused"

    def __init__(
        self, notices: list[Notice], *, fields: dict[str, Notice] | None = None
    ) -> None:
        self.notices = notices
        self.fields = fields or {}
        everything = [*notices, *self.fields.values()]
        super().__init__(
            " ".join(one.message for one in everything), code=everything[0].code
        )


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

    `seen` is the digest of the summary that was accepted (facts.digest_of). Raises
    EmissionRefused, or SummaryChanged where attendance or names moved meanwhile.
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
    if digest_of(facts) != seen:
        raise SummaryChanged(
            "Algo cambió desde que viste el resumen. Revísalo otra vez antes de "
            "aceptar.",
        )
    freeze(
        current,
        at=at,
        billing_reference=order.billing_reference.strip(),
        real_starts_on=order.real_starts_on,
        real_ends_on=order.real_ends_on,
    )
    made = _certify(facts, order, by=by, at=at)
    soon("certificates.tasks.make_document", made.pk)
    return made


def _certify(facts: Facts, order: Order, *, by: User, at: datetime) -> Certificate:
    action = facts.action
    body = action.course.training_body
    certification, _ = Certification.objects.get_or_create(action=action)
    first = facts.state == CertificateState.PENDING
    certification.advance("issue" if first else "reissue", at=at, by=str(by))
    before = None if first else certification.certificates.order_by("-pk").first()
    year = facts.today.year
    sequence = _next_number(body, year)
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE))
    taken = _snapshot(
        facts,
        order,
        number=f"{sequence}-{year}",
        code=code,
        replaces=before.number if before else "",
        by=by,
        at=at,
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
    )
    return made


def _next_number(body: TrainingBody, year: int) -> int:
    """Return the next number of `body` in `year`; its row stays locked until commit."""
    CertificateSeries.objects.get_or_create(training_body=body, year=year)
    series = CertificateSeries.objects.filter(training_body=body, year=year)
    series.update(last=F("last") + 1)
    number: int = series.values_list("last", flat=True).get()
    return number


def _snapshot(
    facts: Facts,
    order: Order,
    *,
    number: str,
    code: str,
    replaces: str,
    by: User,
    at: datetime,
) -> Snapshot:
    action, course = facts.action, facts.action.course
    body = course.training_body
    address = reverse("certificates:verify", args=[code])
    return Snapshot(
        number=number,
        code=code,
        address=f"{settings.PORTAL_BASE_URL}{address}",
        replaces=replaces,
        issued_on=facts.today,
        issued_at=at,
        programme=Line(action.line).label,
        activity=action.get_activity_type_display(),
        training_body=Named(body.name, body.rut),
        company=_named(action.company),
        intermediary=_named(action.intermediary),
        course=course.name,
        sence_code=course.sence_code,
        action_code=action.action_code,
        hours=f"{course.hours.normalize():f}" if course.hours else "",
        starts_on=action.starts_on,
        ends_on=action.ends_on,
        real_starts_on=order.real_starts_on,
        real_ends_on=order.real_ends_on,
        billing_reference=order.billing_reference.strip(),
        justification=order.justification.strip(),
        signatory=Named(body.signatory_name, body.signatory_rut),
        emitter=Named(by.full_name, by.rut),
        participants=[
            Certified(one.run, one.name, one.per_cent)
            for one in facts.people
            if one.per_cent is not None
        ],
    )


def _named(row: Company | Intermediary | None) -> Named | None:
    return Named(row.name, row.rut) if row else None
