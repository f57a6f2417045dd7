"""Which of many actions can be certified at once, and why the others can't."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from certificates.contents import digest_of
from certificates.facts import facts_of_many
from certificates.models import CertificateState
from certificates.rules import (
    Facts,
    Notice,
    Order,
    Way,
    against,
    against_order,
    cautions,
    needs_justification,
    proposed,
)
from certificates.selectors import approved_requests
from certificates.snapshot import as_text, digest
from courses.models import Environment, TrainingAction
from courses.outlook import CERTIFICATE
from courses.selectors import actions_for
from courses.standing import day_zero_within
from courses.terms import LAST
from otec_portal.core.models import Membership

LOST_FOR: Final = timedelta(days=60)  # that long home tells of a term that is over
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
        return cautions(self.facts, self.order)

    @property
    def late(self) -> bool:
        """Whether it needs the batch's justification."""
        return needs_justification(self.facts)

    def seen_with(self, justification: str) -> str:
        """Stand for what was shown of it and the `justification` typed for all."""
        return digest_of(self.facts, replace(self.order, justification=justification))


def emittable(membership: Membership, *, today: date) -> QuerySet[Any]:
    """Return the actions whose certificate is to be emitted, the oldest term first.

    With their outlook and `reference`, the number that rules.proposed gives them.
    """
    approved = approved_requests().filter(
        certificate__certification__action=OuterRef("pk")
    )
    latest = approved.reverse().values("right_reference")[:1]
    in_term = _waiting(membership).filter(day_zero_within(_oldest(today), date.max))
    found: QuerySet[Any] = CERTIFICATE.outlook.annotate(in_term).annotate(
        reference=Coalesce(Subquery(latest), F("billing_reference"))
    )
    return found


def expired(membership: Membership, *, today: date) -> QuerySet[TrainingAction]:
    """Return the actions whose certificate can't be emitted any more: day 59 is over.

    The last one first.
    """
    over = day_zero_within(date.min, _oldest(today) - timedelta(days=1))
    return _waiting(membership).filter(over).order_by("-day_zero", "-pk")


def lost(membership: Membership, *, today: date) -> QuerySet[TrainingAction]:
    """Return those of `expired` whose day 59 passed in the last LOST_FOR [choice]."""
    since = _oldest(today) - LOST_FOR
    return expired(membership, today=today).filter(day_zero_within(since, date.max))


def _oldest(today: date) -> date:
    """Return the earliest day 0 of an action that can be certified on `today`."""
    return today - timedelta(days=LAST)


def _waiting(membership: Membership) -> QuerySet[TrainingAction]:
    """Return the actions in production that have no certificate, by their terms."""
    mine = actions_for(membership).filter(
        environment=Environment.PRODUCTION, decision="", frozen_at=None
    )
    return mine.exclude(certification__state__in=_NEVER_AGAIN).order_by(
        "day_zero", "pk"
    )


_NEVER_AGAIN: Final = (
    CertificateState.ISSUED,
    CertificateState.ANNULMENT_REQUESTED,
    CertificateState.ANNULMENT_REJECTED,
)


def candidates(actions: Sequence[TrainingAction], *, today: date) -> list[Candidate]:
    """Return what would become of each of `actions`, in their order."""
    return [_candidate(facts) for facts in facts_of_many(actions, today=today)]


def seen_of(chosen: Sequence[Candidate]) -> str:
    """Stand for what a summary of `chosen` showed, all of it."""
    told = [
        (one.seen_with(""), [notice.message for notice in one.hindrances])
        for one in chosen
    ]
    return digest(as_text({"chosen": told}))


def _candidate(facts: Facts) -> Candidate:
    order = proposed(facts.action, annulled=facts.annulled)
    wrong = against_order(facts, order)
    wrong.pop("justification", None)  # asked once, for all of the batch
    found = [*against(facts), *map(_in_a_batch, wrong.values())]
    return Candidate(facts, order, found)


def _in_a_batch(notice: Notice) -> Notice:
    way = Way.DATA if notice.code == "no_billing_reference" else notice.way
    return replace(notice, message=_MENDED.get(notice.code, notice.message), way=way)
