"""The ladder of an action: the worked examples of domain.md, and every boundary."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.ladder import (
    DAYS,
    Emission,
    Facts,
    Kind,
    Known,
    Ladder,
    Stake,
    Standing,
    ladder,
)
from courses.ladder_picture import drawing
from courses.ladder_words import days_left, headline, steps_in_words
from courses.terms import Terms, Window, day_zero, declared_from
from otec_portal.core.business_days import add_business_days

END = date(2026, 7, 8)
EMITTED = Known(Emission.ISSUED)


def of(today: date, *, end: date = END, **facts: Any) -> Ladder:
    known = facts.pop("known", Known())
    return ladder(Facts(terms=Terms(end), known=known, **facts), today=today)


def on_day(day: int, **facts: Any) -> Ladder:
    return of(END + timedelta(days=day), **facts)


def standing(one: Ladder, kind: Kind) -> Standing | None:
    found = one.step(kind)
    return found.standing if found else None


def test_worked_example_of_the_source() -> None:
    """E1: every step, with its date."""
    assert {step.kind: step.on for step in on_day(0).steps} == {
        Kind.END: date(2026, 7, 8),
        Kind.ORDINARY: date(2026, 8, 17),
        Kind.RECOMMENDED: date(2026, 9, 4),
        Kind.LAST: date(2026, 9, 5),
        Kind.LIQUIDATION: date(2026, 9, 6),
    }


@pytest.mark.parametrize(
    ("end", "forty", "fifty_nine", "sixty"),
    [
        # a leap year has a 29 February
        (date(2028, 1, 20), date(2028, 2, 29), date(2028, 3, 19), date(2028, 3, 20)),
        (date(2027, 1, 20), date(2027, 3, 1), date(2027, 3, 20), date(2027, 3, 21)),
        # E2: over the day without midnight, and over the doubled hour
        (date(2026, 7, 29), date(2026, 9, 7), date(2026, 9, 26), date(2026, 9, 27)),
        (date(2026, 2, 24), date(2026, 4, 5), date(2026, 4, 24), date(2026, 4, 25)),
    ],
)
def test_dates_count_calendar_days(
    end: date, forty: date, fifty_nine: date, sixty: date
) -> None:
    """E1, E2."""
    dates = {step.kind: step.on for step in of(end, end=end).steps}
    assert dates[Kind.ORDINARY] == forty
    assert dates[Kind.LAST] == fifty_nine
    assert dates[Kind.LIQUIDATION] == sixty


@pytest.mark.parametrize(
    ("kind", "day"),
    [
        (Kind.ORDINARY, 40),
        (Kind.RECOMMENDED, 58),
        (Kind.LAST, 59),
        (Kind.LIQUIDATION, 60),
    ],
)
def test_step_is_ahead_then_today_then_over(kind: Kind, day: int) -> None:
    """E1: at each boundary."""
    around = [standing(on_day(day + shift), kind) for shift in (-1, 0, 1)]
    assert around == [Standing.AHEAD, Standing.TODAY, Standing.OVER]


def test_certificate_emitted_leaves_the_liquidation() -> None:
    one = on_day(50, known=EMITTED)
    for kind in (Kind.ORDINARY, Kind.RECOMMENDED, Kind.LAST):
        assert standing(one, kind) == Standing.DONE
    assert one.next == one.step(Kind.LIQUIDATION)


def test_day_forty_is_the_otics_where_there_is_one() -> None:
    step = on_day(0, otic=True).step(Kind.ORDINARY)
    assert step is not None
    assert step.stake == Stake.OTIC
    told = steps_in_words(on_day(0, otic=True))
    assert "al OTIC" in next(one.what for one in told if one.step == step)


def test_otic_takes_papers_until_its_day_is_over_though_emitted() -> None:
    """The portal knows of no papers handed over [choice]."""
    emitted = [
        standing(on_day(day, otic=True, known=EMITTED), Kind.ORDINARY)
        for day in (39, 40, 41)
    ]
    assert emitted == [Standing.AHEAD, Standing.TODAY, Standing.DONE]


def test_missed_soft_term_needs_nothing_for_the_hard_one_follows() -> None:
    one = on_day(41)
    step = one.step(Kind.ORDINARY)
    assert step is not None
    assert step.standing == Standing.OVER
    assert not step.needs_something
    last = on_day(60).step(Kind.LAST)
    assert last is not None
    assert last.needs_something


def test_reissue_has_the_same_terms() -> None:
    one = on_day(45, known=Known(Emission.APPROVED))
    assert standing(one, Kind.LAST) == Standing.AHEAD
    assert headline(one).text == "quedan 14 días para volver a emitir con justificación"


def test_answer_is_due_in_twenty_business_days() -> None:
    """E5: over the September holidays."""
    due = add_business_days(date(2026, 8, 28), 20)
    one = on_day(52, known=Known(Emission.REQUESTED, due))
    step = one.step(Kind.ANSWER)
    assert step is not None
    assert step.on == date(2026, 9, 28)
    assert step.stake == Stake.ANNULMENT
    assert "hasta el 28-09-2026" in headline(one).text
    told = {each.step.kind: each.standing.text for each in steps_in_words(one)}
    assert told[Kind.ANSWER] == "Quedan 20 días hábiles"  # from a Saturday on


def test_certificate_whose_annulment_waits_is_not_done_with_its_terms() -> None:
    """It may have to be emitted again by day 59; what has passed was met."""
    asked = Known(Emission.REQUESTED, date(2026, 9, 28))
    told = {
        one.step.kind: one.standing.text
        for one in steps_in_words(on_day(45, known=asked))
    }
    assert told[Kind.ORDINARY] == "Listo"
    assert told[Kind.RECOMMENDED] == "Espera la respuesta sobre la anulación"
    assert told[Kind.LAST] == told[Kind.RECOMMENDED]


@pytest.mark.parametrize(
    ("known", "annulled"),
    [(Known(), False), (EMITTED, True), (Known(Emission.APPROVED), False)],
)
def test_day_sixty_names_the_annulment_where_there_is_a_certificate(
    known: Known, annulled: bool
) -> None:
    one = next(
        one
        for one in steps_in_words(on_day(50, known=known))
        if one.step.kind == Kind.LIQUIDATION
    )
    assert ("anulación" in one.what) == annulled
    assert ("Pide la anulación: un Administrador" in one.who) == annulled


def test_partial_ends_provisionally_on_new_years_eve() -> None:
    """E8: with its declaration from the next day on; then its own real end."""
    starts, ends = date(2026, 10, 1), date(2027, 3, 1)

    def zero(real: date | None) -> date:
        return day_zero(partial=True, starts_on=starts, ends_on=ends, real_ends_on=real)

    opens = declared_from(partial=True, starts_on=starts, ends_on=ends)
    today = date(2026, 11, 21)
    one = of(today, end=zero(None), provisional=True, declared_from=opens)
    dates = {step.kind: step.on for step in one.steps}
    assert dates[Kind.END] == date(2026, 12, 31)
    assert dates[Kind.DECLARATION] == date(2027, 1, 1)
    assert dates[Kind.ORDINARY] == date(2027, 2, 9)
    assert "término provisional el 31-12-2026" in headline(one).text

    one = of(today, end=zero(date(2026, 11, 15)), declared_from=opens)
    dates = {step.kind: step.on for step in one.steps}
    assert dates[Kind.ORDINARY] == date(2026, 12, 25)
    assert dates[Kind.DECLARATION] == opens
    assert [step.on for step in one.steps] == sorted(dates.values())


def test_liquidated_action_has_nothing_left_and_annulled_no_steps() -> None:
    assert {step.standing for step in on_day(70, liquidated=True).steps} == {
        Standing.DONE
    }
    assert on_day(70, annulled=True).steps == ()


@pytest.mark.parametrize(
    ("day", "facts", "kind", "text"),
    [
        (-5, {}, "neutral", "termina el 08-07-2026; se emite hasta el 17-08-2026"),
        (0, {}, "info", "quedan 40 días para emitir"),
        (28, {}, "info", "quedan 12 días para emitir"),
        (30, {}, "warning", "quedan 10 días para emitir"),
        (37, {}, "danger", "quedan 3 días para emitir"),
        (39, {}, "danger", "queda 1 día para emitir"),
        (39, {"otic": True}, "danger", "queda 1 día para emitir y entregar al OTIC"),
        (40, {}, "danger", "vence hoy el plazo para emitir"),
        (41, {}, "info", "quedan 18 días para emitir con justificación"),
        (59, {}, "danger", "vence hoy el plazo para emitir con justificación"),
        (60, {}, "danger", "el plazo para emitir terminó el 05-09-2026"),
        (
            57,
            {"known": EMITTED},
            "danger",
            "certificado emitido; quedan 3 días para liquidar",
        ),
        (
            60,
            {"known": EMITTED},
            "danger",
            "certificado emitido; vence hoy el plazo para liquidar",
        ),
        (
            61,
            {"known": Known(Emission.REJECTED)},
            "danger",
            "certificado emitido; el plazo para liquidar terminó el 06-09-2026",
        ),
        (
            52,
            {"known": Known(Emission.REQUESTED, date(2026, 8, 28))},
            "warning",
            "anulación solicitada: la respuesta venció el 28-08-2026",
        ),
        (3, {"liquidated": True}, "success", "acción liquidada: no queda ningún plazo"),
        (3, {"annulled": True}, "neutral", "acción anulada: no tiene plazos"),
        (3, {"in_test": True}, "neutral", "en ambiente de prueba: no se certifica"),
    ],
)
def test_headline(day: int, facts: dict[str, Any], kind: str, text: str) -> None:
    """E1, in words: at each boundary what the screens say."""
    told = headline(on_day(day, **facts))
    assert (told.kind, told.text) == (kind, text)


def test_steps_say_how_long_or_since_when() -> None:
    told = {one.step.kind: one.standing.text for one in steps_in_words(on_day(57))}
    assert told == {
        Kind.END: "Hace 57 días",
        Kind.ORDINARY: "Venció hace 17 días",
        Kind.RECOMMENDED: "Queda 1 día",
        Kind.LAST: "Quedan 2 días",
        Kind.LIQUIDATION: "Quedan 3 días",
    }
    assert days_left(1) == "queda 1 día"


def test_steps_of_an_action_in_test_press_nobody() -> None:
    told = steps_in_words(on_day(70, in_test=True))
    assert {one.standing.kind for one in told} == {"neutral"}


def test_drawing_splits_the_line_where_today_stands() -> None:
    drawn = drawing(on_day(45))
    assert [(one.name, one.x, one.width) for one in drawn.parts] == [
        ("past", "0.00%", "67.21%"),
        ("past", "67.21%", "6.56%"),
        ("justified", "73.77%", "24.59%"),
        ("liquidation", "98.36%", "1.64%"),
    ]
    assert drawn.today == "74.59%"
    assert drawing(on_day(-1)).today == ""
    assert drawing(on_day(99)).today == ""


def test_drawing_has_the_ends_of_days_40_59_and_60() -> None:
    drawn = drawing(on_day(45))
    assert drawn.ends == ("67.21%", "98.36%", "100.00%")
    ticks = [mark.x for mark in drawn.marks]
    assert [ticks[1], ticks[2]] == [drawn.ends[0], drawn.ends[2]]


def test_drawing_has_years_where_it_crosses_a_new_one() -> None:
    assert {mark.year for mark in drawing(on_day(45)).marks} == {""}
    crossing = of(date(2026, 12, 8), end=date(2026, 12, 8))
    assert [mark.year for mark in drawing(crossing).marks] == ["2026", "2027", "2027"]


@pytest.mark.parametrize(
    ("day", "name"), [(40, "ordinary"), (59, "justified"), (60, "liquidation")]
)
def test_last_day_of_a_term_is_not_drawn_as_past(day: int, name: str) -> None:
    """A day ends at 23:59:59: the next one's drawing has no such part any more."""
    assert name in {part.name for part in drawing(on_day(day)).parts}
    assert name not in {part.name for part in drawing(on_day(day + 1)).parts}


def test_terms_that_are_over_are_not_drawn_as_on_their_last_day() -> None:
    assert drawing(on_day(60)) != drawing(on_day(61))
    assert drawing(on_day(61)) == drawing(on_day(400))


def test_step_that_happens_far_away_is_not_said_to_be_today() -> None:
    far = of(date(2026, 6, 15), declared_from=date(2027, 1, 1))
    (words,) = [one for one in steps_in_words(far) if one.step.kind == Kind.DECLARATION]
    assert words.what.startswith("Desde este día")
    assert words.standing.text == "En 200 días"


@given(
    end=st.dates(date(2020, 1, 1), date(2040, 12, 31)),
    shift=st.integers(-400, 400),
    emission=st.sampled_from(Emission),
    otic=st.booleans(),
)
def test_ladder_is_in_order_without_a_gap(
    end: date, shift: int, emission: Emission, otic: bool
) -> None:
    """Each day stands before, on or behind each step; the windows of terms agree."""
    today = end + timedelta(days=shift)
    one = of(today, end=end, known=Known(emission), otic=otic)
    assert all(a.on <= b.on for a, b in pairwise(one.steps))
    for step in one.steps:
        assert step.days == (step.on - today).days
        assert (step.on - end).days == DAYS[step.kind]
        if step.standing == Standing.OVER:
            assert step.days < 0
        if step.standing in {Standing.TODAY, Standing.AHEAD}:
            assert step.days >= 0
    over = Terms(end).window(today) == Window.OVER
    assert headline(one).text
    if one.to_emit:
        assert (standing(one, Kind.LAST) == Standing.OVER) == over
    widths = [float(part.width.rstrip("%")) for part in drawing(one).parts]
    assert sum(widths) == pytest.approx(100, abs=0.05)


@pytest.mark.parametrize(
    ("emission", "asks"), [(Emission.ISSUED, True), (Emission.REJECTED, False)]
)
def test_day_sixty_asks_for_no_annulment_that_was_refused(
    emission: Emission, asks: bool
) -> None:
    one = on_day(10, known=Known(emission))
    (told,) = [
        step.what for step in steps_in_words(one) if step.step.kind == Kind.LIQUIDATION
    ]
    assert ("solicitar la anulación" in told) == asks
