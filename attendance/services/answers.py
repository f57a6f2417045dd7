"""Whether an answer of SENCE came before (protocol.md, "What a callback may do", 3)."""

from datetime import datetime

from attendance.models import Decision, Outcome, Receipt, SenceSession
from attendance.sence.incoming import Incoming, parse
from attendance.sence.times import read_time
from attendance.sence.wire import Field
from attendance.services.cases import Case


def says_the_same(case: Case) -> bool:
    """Say whether this confirmation states the very time of the one that counted.

    Another one was signed at SENCE a second time, or by nobody: a person looks at it.
    """
    confirmed = Receipt.objects.confirming().filter(
        session=case.session, kind=case.receipt.kind
    )
    counted = confirmed.exclude(decision__outcome=Outcome.REPEATED)
    return any(
        _stated(case.incoming) == _stated(parse(bytes(one.body), one.content_type))
        for one in counted
    )


def _stated(incoming: Incoming) -> str:
    return incoming.get(Field.DATE_TIME)


def applied_before(case: Case) -> bool:
    """Say whether this very error was applied already: a refresh, a second tab (A2)."""
    return Outcome.APPLIED in _same_before(case)


def known_answer(case: Case) -> Outcome | None:
    """Return what a copy of an answer that was decided before is, None for a new one.

    A refresh asks no person twice. Of two copies at once the second waits here.
    """
    SenceSession.objects.select_for_update(no_key=True).get(pk=case.session.pk)
    before = _same_before(case)
    if Outcome.APPLIED in before:
        return Outcome.REPEATED
    return Outcome.COPIED if before else None


def _same_before(case: Case) -> set[str]:
    """Return what became of this very answer earlier.

    Equal bytes are the same answer while no new close was handed out in between. After
    that they still are if they carry SENCE's own time of the earlier one; without it
    SENCE may have said the same words twice, and the second time is heeded.
    """
    same = Decision.objects.filter(
        receipt__session=case.session,
        receipt__kind=case.receipt.kind,
        receipt__body=case.receipt.body,
    ).values_list("outcome", "receipt__received_at")
    return {
        outcome
        for outcome, earlier in same
        if not _handed_out_between(case, earlier) or _dates_from(case, earlier)
    }


def _handed_out_between(case: Case, earlier: datetime) -> bool:
    handed_at = case.session.close_handed_at
    return handed_at is not None and earlier < handed_at <= case.received_at


def _dates_from(case: Case, moment: datetime) -> bool:
    started_at = case.session.opened_at
    return read_time(case.incoming, received_at=moment, after=started_at).by_sence
