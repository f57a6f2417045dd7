"""Rows with a value that the code doesn't know, by the constraint that refuses each."""

from collections.abc import Callable
from datetime import timedelta

from attendance.models import Decision, Handover, Review, Verdict
from otec_portal.core.models import Pulse
from tests.factories import NOW
from tests.factories.attendance import (
    OperatorAlertFactory,
    ReceiptFactory,
    SenceSessionFactory,
)
from tests.factories.core import OutgoingEmailFactory, UserFactory
from tests.factories.packets import (
    DispatchFactory,
    PacketBuildFactory,
    PacketFactory,
    PacketLinkFactory,
    PaperFactory,
)
from tests.factories.tokens import SenceTokenFactory


def a_handover() -> None:
    session = SenceSessionFactory()
    Handover.objects.create(
        session=session, step="x", token=session.token, url="", fields={}, at=NOW
    )


OUT_OF_CHOICES: dict[str, Callable[[], object]] = {
    "core_mail_state_is_known": lambda: OutgoingEmailFactory(state="x", plain=True),
    "core_pulse_part_is_known": lambda: Pulse.objects.create(
        part="x", at=NOW, first_at=NOW
    ),
    "core_mail_failure_is_known": lambda: OutgoingEmailFactory(failure="x"),
    "attendance_alert_subject_is_known": lambda: OperatorAlertFactory(subject="x"),
    "attendance_decision_outcome_is_known": lambda: Decision.objects.create(
        receipt=ReceiptFactory(), outcome="x", at=NOW
    ),
    "attendance_handover_step_is_known": a_handover,
    "attendance_receipt_kind_is_known": lambda: ReceiptFactory(kind="x"),
    "attendance_review_verdict_is_known": lambda: Review.objects.create(
        receipt=ReceiptFactory(),
        verdict=Verdict.ACCEPTED.upper(),
        by=UserFactory(),
        at=NOW,
    ),
    "attendance_session_environment_is_known": lambda: SenceSessionFactory(
        environment="x"
    ),
    "attendance_session_line_is_known": lambda: SenceSessionFactory(line=2),
    "attendance_session_state_is_known": lambda: SenceSessionFactory(
        opened=True, state="x"
    ),
    "attendance_token_state_is_known": lambda: SenceTokenFactory(state="x"),
    "liquidation_packet_state_is_known": lambda: PacketFactory(state="x"),
    "liquidation_paper_state_is_known": lambda: PaperFactory(state="x"),
    "liquidation_build_state_is_known": lambda: PacketBuildFactory(state="x"),
    "liquidation_link_audience_is_known": lambda: PacketLinkFactory(audience="x"),
    "liquidation_dispatch_way_is_known": lambda: DispatchFactory(way="x"),
    # and moments in the wrong order
    "attendance_session_starts_before_its_limit": lambda: SenceSessionFactory(
        start_by=NOW - timedelta(microseconds=1)
    ),
    "attendance_session_opens_before_it_expires": lambda: SenceSessionFactory(
        opened=True, expires_at=NOW
    ),
    "attendance_session_closes_within_its_limit": lambda: SenceSessionFactory(
        closed=True, expires_at=NOW + timedelta(minutes=59)
    ),
}
