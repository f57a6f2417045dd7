"""SENCE's clock beside ours: taken where plausible, flagged where not (A27)."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.models import Flag
from attendance.sence.incoming import Incoming, parse
from attendance.sence.times import Doubt, Reading, read_time
from tests.factories import NOW

SECOND = timedelta(seconds=1)
MINUTES_5 = timedelta(minutes=5)
HERE = "America/Santiago"


def came(text: str | None, zone: str | None = HERE) -> Incoming:
    fields = {"FechaHora": text, "ZonaHoraria": zone}
    kept = {name: value for name, value in fields.items() if value is not None}
    return parse(urlencode(kept).encode(), "")


def mark(
    text: str | None, received_at: datetime = NOW, zone: str | None = HERE
) -> Reading:
    return read_time(came(text, zone), received_at=received_at)


def test_doubts_are_all_flags_for_operators() -> None:
    assert [Flag(doubt) for doubt in Doubt]


def test_time_of_sence_is_taken_where_it_is_plausible() -> None:
    assert mark("2026-06-15 10:59:58") == Reading(NOW - 2 * SECOND, True, ())


@pytest.mark.parametrize("text", ["2026-06-15 10:55:00", "2026-06-15 11:05:00"])
def test_time_exactly_five_minutes_off_is_still_taken(text: str) -> None:
    """A27: at the very limit still within."""
    taken = mark(text)
    assert (taken.by_sence, taken.doubts) == (True, ())
    assert abs(taken.at - NOW) == MINUTES_5


@pytest.mark.parametrize("text", ["2026-06-15 10:54:59", "2026-06-15 11:05:01"])
def test_time_one_second_more_is_ours_and_flagged(text: str) -> None:
    """A27"""
    assert mark(text) == Reading(NOW, False, (Doubt.OFF,))


def test_time_one_microsecond_more_is_ours_and_flagged() -> None:
    """A27: the limit goes by our clock, which is finer than SENCE's."""
    received = NOW + timedelta(microseconds=1)
    assert mark("2026-06-15 10:55:00", received).doubts == (Doubt.OFF,)


@pytest.mark.parametrize("text", [None, "", "  "])
def test_time_missing_is_ours_and_flagged(text: str | None) -> None:
    """A27"""
    assert mark(text) == Reading(NOW, False, (Doubt.MISSING,))


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("15-06-2026 11:00:00", Doubt.MALFORMED),
        ("2026-06-15T11:00:00", Doubt.MALFORMED),
        ("2026-06-15 11:00", Doubt.MALFORMED),
        ("2026-06-15 11:00:00 -0400", Doubt.MALFORMED),
        ("2026-02-30 11:00:00", Doubt.MALFORMED),
        ("2026-06-15 25:00:00", Doubt.MALFORMED),
        ("0000-00-00 00:00:00", Doubt.MALFORMED),
        ("0001-01-01 00:00:00", Doubt.OFF),
        ("9999-12-31 23:59:59", Doubt.MALFORMED),  # in UTC no year has five digits
        ("ahora", Doubt.MALFORMED),
        ("\0", Doubt.MALFORMED),
    ],
)
def test_time_unreadable_or_absurd_is_ours_and_flagged(text: str, doubt: Doubt) -> None:
    """A27"""
    assert mark(text) == Reading(NOW, False, (doubt,))


@given(st.text(max_size=30), st.text(max_size=30))
def test_time_of_any_text_never_raises(text: str, zone: str) -> None:
    taken = mark(text, zone=zone)
    assert abs(taken.at - NOW) <= MINUTES_5


@pytest.mark.parametrize("zone", [None, ""])
def test_zone_missing_is_santiago_and_flagged(zone: str | None) -> None:
    """A27"""
    assert mark("2026-06-15 11:00:00", zone=zone) == Reading(
        NOW, True, (Doubt.ZONE_MISSING,)
    )


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        ("America/Punta_Arenas", "2026-06-15 12:00:00"),
        ("Magallanes Standard Time", "2026-06-15 12:00:00"),
        ("Pacific/Easter", "2026-06-15 09:00:00"),
        ("Easter Island Standard Time", "2026-06-15 09:00:00"),
        ("Hora de Marte", "2026-06-15 11:00:00"),
    ],
)
def test_zone_of_chile_is_heeded_and_any_other_is_santiago(
    zone: str, text: str
) -> None:
    assert mark(text, zone=zone) == Reading(NOW, True, ())


# the night of 4 April 2026: 24:00 is 23:00 again, at 03:00 UTC
@pytest.mark.parametrize(
    "received",
    [
        datetime(2026, 4, 5, 2, 30, 3, tzinfo=UTC),  # the first 23:30
        datetime(2026, 4, 5, 3, 30, 3, tzinfo=UTC),  # the second
    ],
)
def test_time_in_aprils_doubled_hour_is_the_one_near_the_receipt(
    received: datetime,
) -> None:
    """A27, E2: which of the two, only our clock can tell."""
    taken = mark("2026-04-04 23:30:00", received)
    assert taken == Reading(received - 3 * SECOND, True, ())


# the night of 6 September 2026: after 23:59:59 comes 01:00, at 04:00 UTC
def test_time_just_after_septembers_missing_hour_is_taken() -> None:
    """A27, E2"""
    received = datetime(2026, 9, 6, 4, 0, 1, tzinfo=UTC)
    assert mark("2026-09-06 01:00:00", received) == Reading(received - SECOND, True, ())
    assert mark("2026-09-05 23:59:59", received) == Reading(
        received - 2 * SECOND, True, ()
    )


def test_time_in_septembers_missing_hour_is_read_by_a_clock_not_moved() -> None:
    """A27, E2: a server that forgot to change is off by an hour on paper alone."""
    received = datetime(2026, 9, 6, 4, 30, 0, tzinfo=UTC)
    assert mark("2026-09-06 00:30:00", received) == Reading(received, True, ())


@pytest.mark.parametrize("night", [(2026, 4, 4, 22, 30), (2026, 9, 5, 22, 30)])
def test_mark_plus_three_hours_over_the_change_is_three_hours(
    night: tuple[int, int, int, int, int],
) -> None:
    """E2: the maximum of a session is a length of time, not of the clock's face."""
    local = datetime(*night)  # noqa: DTZ001
    received = (local + timedelta(hours=3 if night[1] == 4 else 4)).replace(tzinfo=UTC)
    taken = mark(f"{local:%Y-%m-%d %H:%M:%S}", received)
    assert (taken.at, taken.by_sence) == (received, True)
    later = taken.at + timedelta(hours=3)
    assert later.astimezone(UTC) == received + timedelta(hours=3)


@pytest.mark.parametrize(
    ("after", "at", "by_sence", "doubts"),
    [
        (NOW - SECOND, NOW, True, ()),
        (NOW, NOW, False, (Doubt.BEFORE_START,)),
        (NOW + SECOND, NOW + SECOND, False, (Doubt.BEFORE_START,)),
    ],
)
def test_close_not_after_its_start_is_ours_and_flagged(
    after: datetime, at: datetime, by_sence: bool, doubts: tuple[Doubt, ...]
) -> None:
    """The manual says that the close's FechaHora is "del inicio": keep it, flag it."""
    taken = read_time(came("2026-06-15 11:00:00"), received_at=NOW, after=after)
    assert taken == Reading(at, by_sence, doubts)


def test_close_without_any_time_never_lies_before_its_start() -> None:
    taken = read_time(came(None), received_at=NOW, after=NOW + SECOND)
    assert taken == Reading(NOW + SECOND, False, (Doubt.MISSING,))
