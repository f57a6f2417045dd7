"""Which of many actions can be certified at once, and why the others can't."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from django.db.models import QuerySet

from certificates.facts import digest_of, facts_of_many
from certificates.models import CertificateState
from certificates.rules import (
    Facts,
    Notice,
    Order,
    against,
    against_order,
    cautions,
    needs_justification,
)
from courses.models import Environment, TrainingAction
from courses.selectors import actions_for
from otec_portal.core.models import Membership

AT_ONCE: Final = 200  # actions in one batch
_MENDED: Final = {
    "no_billing_reference": "Falta el N° de factura u orden de compra en los datos de "
    "la acción.",
    "no_real_date": "Es una actividad parcial o complementaria sin su fecha real: "
    "emítelo por separado.",
}


@dataclass(frozen=True)
class Candidate:
    """An action of a batch: what would be certified, and what stands in the way."""

    facts: Facts
    order: Order
    hindrances: Sequence[Notice]

    @property
    def action(self) -> TrainingAction:
        return self.facts.action

    @property
    def cautions(self) -> list[Notice]:
        """What to look at before accepting."""
        return cautions(self.facts)

    @property
    def late(self) -> bool:
        """Whether it needs the batch's justification."""
        return needs_justification(self.facts)

    @property
    def seen(self) -> str:
        """Stands for what is shown of it."""
        return digest_of(self.facts)


def emittable(membership: Membership) -> QuerySet[TrainingAction]:
    """Return the actions whose certificate is to be emitted, the oldest term first."""
    waiting = actions_for(membership).filter(
        environment=Environment.PRODUCTION, decision="", frozen_at=None
    )
    return waiting.exclude(
        certification__state__in=_NEVER_AGAIN,
    ).order_by("ends_on", "pk")


_NEVER_AGAIN: Final = (
    CertificateState.ISSUED,
    CertificateState.ANNULMENT_REQUESTED,
    CertificateState.ANNULMENT_REJECTED,
)


def candidates(
    actions: Sequence[TrainingAction], *, today: date, justification: str = ""
) -> list[Candidate]:
    """Return what would become of each of `actions`, in their order."""
    return [
        _candidate(facts, justification)
        for facts in facts_of_many(actions, today=today)
    ]


def seen_of(chosen: Sequence[Candidate]) -> str:
    """Stand for what a summary of `chosen` showed, all of it."""
    told = "".join(one.seen + one.order.billing_reference for one in chosen)
    return hashlib.sha256(told.encode()).hexdigest()


def order_for(action: TrainingAction, *, justification: str) -> Order:
    """Return the order that the data of `action` make."""
    return Order(
        billing_reference=action.billing_reference,
        justification=justification,
        real_starts_on=action.real_starts_on,
        real_ends_on=action.real_ends_on,
    )


def _candidate(facts: Facts, justification: str) -> Candidate:
    order = order_for(facts.action, justification=justification)
    wrong = against_order(facts, order)
    wrong.pop("justification", None)  # asked once, for all of the batch
    found = [*against(facts), *map(_in_a_batch, wrong.values())]
    return Candidate(facts, order, found)


def _in_a_batch(notice: Notice) -> Notice:
    return replace(notice, message=_MENDED.get(notice.code, notice.message))
