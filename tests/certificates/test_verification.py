"""What a certificate is worth, and which code somebody meant."""

import pytest

from certificates.models import CertificateState
from certificates.verification import (
    ALPHABET,
    LENGTH,
    Standing,
    code_of,
    grouped,
    new_code,
    standing_of,
)


@pytest.mark.parametrize(
    ("state", "standing"),
    [
        (CertificateState.ISSUED, Standing.IN_FORCE),
        (CertificateState.ANNULMENT_REQUESTED, Standing.IN_FORCE),
        (CertificateState.ANNULMENT_REJECTED, Standing.IN_FORCE),
        (CertificateState.REISSUE_APPROVED, Standing.ANNULLED),
    ],
)
def test_last_certificate_of_an_action_is_worth_what_its_state_says(
    state: CertificateState, standing: Standing
) -> None:
    assert standing_of(state, replaced=False) == standing


@pytest.mark.parametrize("state", CertificateState)
def test_certificate_that_was_replaced_stays_annulled(state: CertificateState) -> None:
    assert standing_of(state, replaced=True) == Standing.REPLACED


@pytest.mark.parametrize(
    "typed",
    [
        "ABCD-EFGH-JKLM",
        "abcdefghjklm",
        " abcd efgh  jklm ",
        "ABCD–EFGH—JKLM",
        "ABCDEFGHJKIM",
        "abcdefghjk1m",
    ],
)
def test_code_as_people_type_it_is_understood(typed: str) -> None:
    assert code_of(typed) == "ABCDEFGHJKLM"


@pytest.mark.parametrize("typed", ["OOOO00002222", "oooo-0000-2222"])
def test_letter_o_and_zero_stand_for_what_looks_like_them(typed: str) -> None:
    assert code_of(typed) == "QQQQQQQQ2222"


@pytest.mark.parametrize("typed", ["", "---", "ñ°²", "/../"])
def test_what_holds_no_letter_of_a_code_is_none(typed: str) -> None:
    assert code_of(typed) == ""


def test_code_understood_once_stays_as_it_is() -> None:
    """Else the page would send its visitor on for ever."""
    everything = "".join(map(chr, range(0x2100)))
    assert code_of(code_of(everything)) == code_of(everything)


def test_code_that_is_given_out_is_understood_as_itself() -> None:
    for _ in range(100):
        code = new_code()
        assert len(code) == LENGTH
        assert set(code) <= set(ALPHABET)
        assert code_of(grouped(code)) == code


def test_code_is_written_in_groups_of_four() -> None:
    assert grouped("ABCDEFGHJKLM") == "ABCD-EFGH-JKLM"


@pytest.mark.parametrize(
    "address",
    [
        "https://portal.example/v/ABCDEFGHJKLM/",
        "portal.example/V/abcd-efgh-jklm",
        "https://portal.example/v/ABCDEFGHJKLM/?de=papel#arriba",
    ],
)
def test_address_of_the_paper_is_taken_for_its_code(address: str) -> None:
    assert code_of(address) == "ABCDEFGHJKLM"
