"""How a packet leaves: what fits into a mail."""

import pytest
from django.core.mail import EmailMultiAlternatives
from hypothesis import given
from hypothesis import strategies as st

from liquidation.delivery import message_size, way_for
from liquidation.models import Way
from otec_portal.core.mail_html import html_of

MEGA = 1024 * 1024
LIMIT = 20 * MEGA


def _mail(words: str, *sizes: int) -> bytes:
    message = EmailMultiAlternatives(
        subject="Solicitud de liquidación",
        body=words,
        to=["liq@region.example"],
        headers={"Cc": "rosa@empresa.example", "Message-ID": "<1@portal.example>"},
    )
    message.attach_alternative(html_of(words, subject="Solicitud"), "text/html")
    for number, size in enumerate(sizes):
        message.attach(f"{number}.pdf", b"\0" * size, "application/pdf")
    return message.message().as_bytes().replace(b"\n", b"\r\n")


@given(
    words=st.text(
        alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]),
        max_size=300,
    ),
    sizes=st.lists(st.integers(0, 40_000), max_size=3),
)
def test_message_size_is_never_less_than_what_leaves(
    words: str, sizes: list[int]
) -> None:
    """F12: what is said to fit does fit."""
    assert len(_mail(words, *sizes)) <= message_size(words, sizes)


@pytest.mark.parametrize(
    ("size", "way"),
    [(14 * MEGA, Way.ATTACHED), (15 * MEGA, Way.LINK), (20 * MEGA, Way.LINK)],
)
def test_packet_over_the_mail_limit_goes_by_link(size: int, way: Way) -> None:
    """F12: base64 grows it by 1.37, so 15 MiB don't fit into 20."""
    assert way_for("Adjuntamos el expediente.", [size], limit=LIMIT) == way


def test_packet_of_two_files_counts_both() -> None:
    """F12"""
    halves = [8 * MEGA, 8 * MEGA]
    assert way_for("", halves, limit=LIMIT) == Way.LINK
    assert way_for("", halves[:1], limit=LIMIT) == Way.ATTACHED
