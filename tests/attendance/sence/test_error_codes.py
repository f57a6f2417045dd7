"""A11, A15: codes one or several, known or not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.sence.errors import (
    LONGEST_CODE,
    MOST_CODES,
    for_participant,
    lookup,
    parse_codes,
    participant_text,
)


@pytest.mark.parametrize(
    ("glosa", "codes"),
    [
        ("208", ("208",)),
        ("211;204", ("211", "204")),
        ("204,211", ("204", "211")),
        (" 211 ; 204 ,100 ", ("211", "204", "100")),
        ("211;;204;", ("211", "204")),
        ("211;204;211", ("211", "204")),
        ("", ()),
        (" ;, ", ()),
        ("\x00208\r\n", ("208",)),
        ("ñandú", ("ñandú",)),
        ("9" * 500, ("9" * LONGEST_CODE,)),
        (";".join(map(str, range(500))), tuple(map(str, range(MOST_CODES)))),
    ],
)
def test_codes_are_read_with_tolerance(glosa, codes):
    """A11: one code, or several by `;` or `,`; order kept, doubles dropped."""
    assert parse_codes(glosa) == codes


@given(st.text() | st.text(alphabet="123;, \t\x00\ud800é").filter(bool))
def test_parse_codes_of_anything_is_bounded_and_clean(glosa):
    """A11: nothing that a browser can post crashes it, and nothing blows up."""
    codes = parse_codes(glosa)
    assert len(codes) == len(set(codes)) <= MOST_CODES
    for code in codes:
        assert 1 <= len(code) <= LONGEST_CODE
        assert code == code.strip()
        assert code.isprintable()
        assert not set(";,") & set(code)
        assert lookup(code).code == code
    assert parse_codes(";".join(codes)) == codes
    assert participant_text(codes, closing=False)


@pytest.mark.parametrize(
    ("codes", "shown"),
    [
        (("211", "204"), "211"),
        (("204", "211"), "204"),
        (("208", "100"), "100"),
        (("100", "208"), "100"),
        (("300", "311"), "311"),
        (("204", "300"), "300"),
        (("999", "204"), "204"),
        (("999", "998"), "999"),
        ((), ""),
    ],
)
def test_participant_of_several_codes_sees_the_one_to_act_on(codes, shown):
    """A11: their own entry first, then a retry, else the first that is known."""
    for closing in (False, True):
        error = for_participant(codes, closing=closing)
        text = lookup(shown).participant_for(closing=closing)
        assert error.code == shown
        assert error.participant == text
        assert error.diagnosis == lookup(shown).diagnosis_for(closing=closing)
        assert participant_text(codes, closing=closing) == text


def test_unknown_code_gets_a_plain_message_keeps_its_code_and_alerts():
    """A15: no bare code for the participant, the code and an alert for operators."""
    error = lookup("<b>404</b>")
    assert (error.code, error.known, error.alert) == ("<b>404</b>", False, True)
    assert "404" not in participant_text(["<b>404</b>"], closing=False)
    assert not error.setup_alert
    assert "Anexo 2" in error.next_step


@pytest.mark.parametrize("code", ["unknown", "empty", "0208", "208 "])
def test_code_that_only_resembles_ours_is_unknown(code):
    """A15: neither a name in the catalogue's file nor a near miss is a code."""
    assert lookup(code).code == code
    assert not lookup(code).known


def test_empty_glosa_on_the_error_address_is_still_an_error():
    """protocol.md, Pitfalls: SENCE named no error; trying again may help."""
    error = for_participant(parse_codes(" "), closing=False)
    assert (error.code, error.known, error.alert) == ("", False, True)
    assert "no dijo qué" in error.participant
    assert error.retry
