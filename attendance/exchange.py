"""The messages of a session in order; of very many, the first and the last.

Anybody can press a button, or post an answer, as often as they like: what operators
look at has an end all the same.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet

from attendance.evidence import Message, message_of, received_message, sent_message
from attendance.models import Receipt, SenceSession
from attendance.models.receipts import ReceiptQuerySet

SHOWN: Final = 20  # on a page, of each end
REPORTED: Final = 100  # in the report for SENCE, of each end
FIELDS_REPORTED: Final = 100  # of one message
_AT_ONCE: Final = 10  # messages that are read together
Reader = Callable[[ReceiptQuerySet], Iterator[tuple[int, Message]]]


@dataclass(frozen=True, order=True)
class _Key:
    """Where a message stands in the order, and in which of the two tables."""

    at: datetime
    received: bool
    pk: int


@dataclass(frozen=True)
class Ends:
    """The keys of the first messages and the last, and how many lie between them."""

    first: list[_Key]
    left_out: int
    last: list[_Key]


def ends_of(session: SenceSession, *, each: int) -> Ends:
    """Return all messages of `session`, or `each` of both ends of more than twice that.

    Two queries, or six of so many.
    """
    tables = (
        (session.handovers.all(), "at", False),
        # not session.receipts: `with_evidence` keeps some of them there
        (Receipt.objects.filter(session=session), "received_at", True),
    )
    first = sorted(key for table in tables for key in _keys(*table, most=2 * each + 1))
    if len(first) <= 2 * each:
        return Ends(first, 0, [])
    last = sorted(key for table in tables for key in _keys(*table, most=-each))
    total = sum(rows.count() for rows, _, _ in tables)
    return Ends(first[:each], total - 2 * each, last[-each:])


def _keys(rows: QuerySet[Any], at: str, received: bool, *, most: int) -> list[_Key]:
    """Return the first `most` of `rows`, or the last -`most` where it is negative."""
    order = (at, "pk") if most > 0 else (f"-{at}", "-pk")
    found = rows.order_by(*order).values_list(at, "pk")[: abs(most)]
    return [_Key(moment, received, pk) for moment, pk in found]


@dataclass(frozen=True)
class Exchange:
    """What a page shows: `last` goes on after `left_out` messages that it does not."""

    first: list[Message]
    left_out: int
    last: list[Message]


def shown(session: SenceSession) -> Exchange:
    """Return the messages of `session` for its page: of each answer, the head."""
    ends = ends_of(session, each=SHOWN)
    return Exchange(
        list(_read(session, ends.first, _heads)),
        ends.left_out,
        list(_read(session, ends.last, _heads)),
    )


def whole(session: SenceSession, keys: list[_Key]) -> Iterator[Message]:
    """Yield the messages of `keys` with all that came, a few of them in memory."""
    for start in range(0, len(keys), _AT_ONCE):
        yield from _read(session, keys[start : start + _AT_ONCE], _bodies)


def _read(session: SenceSession, keys: list[_Key], read: Reader) -> Iterator[Message]:
    if not keys:
        return
    sent = {one.pk for one in keys if not one.received}
    came = {one.pk for one in keys if one.received}
    found: dict[tuple[bool, int], Message] = {}
    if sent:
        for one in session.handovers.filter(pk__in=sent).select_related("token"):
            found[False, one.pk] = sent_message(one, nonce=session.nonce)
    if came:
        decided = Receipt.objects.filter(pk__in=came).select_related(
            "decision", "review__by", "browser_return"
        )
        found |= {(True, pk): message for pk, message in read(decided)}
    yield from (found[one.received, one.pk] for one in keys)


def _heads(receipts: ReceiptQuerySet) -> Iterator[tuple[int, Message]]:
    return ((one.pk, message_of(one)) for one in receipts.with_head())


def _bodies(receipts: ReceiptQuerySet) -> Iterator[tuple[int, Message]]:
    for one in receipts:
        body = bytes(one.body)
        yield (
            one.pk,
            received_message(one, body, whole=len(body), most_fields=FIELDS_REPORTED),
        )
