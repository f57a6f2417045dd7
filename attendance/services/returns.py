"""The browser that carried a receipt comes back to us."""

from datetime import datetime, timedelta

from django.core import signing

from attendance.models import BrowserReturn, Receipt
from courses.models import Participant

_SALT = "attendance.browser_return"
LINKS_WITHIN = timedelta(minutes=10)


def ticket(receipt: Receipt) -> str:
    """Return what the redirect carries, so that the browser can be recognised."""
    return signing.dumps(receipt.pk, salt=_SALT)


def redeem(
    value: str, *, participant: Participant | None, now: datetime
) -> Receipt | None:
    """Note that the browser of `ticket` came back; return the receipt it carried.

    It is the participant's own browser if it shows their own session within ten
    minutes: then the mark is *vinculada* (protocol.md, "How much a mark is worth").
    Noted once, whatever is refreshed. None where the ticket is not ours.
    """
    try:
        pk = signing.loads(value, salt=_SALT)
    except signing.BadSignature:
        return None
    found = Receipt.objects.without_body().select_related(
        "decision", "session__enrolment"
    )
    receipt = found.filter(pk=pk).first()
    if receipt is None or participant is None:
        return receipt
    if now - receipt.received_at <= LINKS_WITHIN:
        own = receipt.session.enrolment.participant_id == participant.pk
        BrowserReturn.objects.get_or_create(
            receipt=receipt, defaults={"own": own, "at": now}
        )
    return receipt
