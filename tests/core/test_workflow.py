"""States move by their table alone: every transition tried from every state (E11)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import models

from attendance.models import (
    ClassState,
    Clock,
    SenceSession,
    SenceToken,
    SessionState,
    TokenState,
    TrainingClass,
)
from certificates.models import (
    BatchItem,
    BatchState,
    CertificateState,
    Certification,
    EmissionBatch,
    ItemState,
)
from liquidation.models import Declaration, DeclarationState
from otec_portal.core.models import MailState, OutgoingEmail, TransitionLog
from otec_portal.core.models.mail import UNSENT
from otec_portal.core.workflow import Stateful, TransitionRefused
from tests.factories import NOW
from tests.factories.attendance import SenceSessionFactory, TrainingClassFactory
from tests.factories.certificates import (
    BatchItemFactory,
    CertificateFactory,
    CertificationFactory,
    EmissionBatchFactory,
)
from tests.factories.core import OutgoingEmailFactory
from tests.factories.liquidation import DeclarationFactory
from tests.factories.tokens import SenceTokenFactory
from tests.liquidation import packet_moves

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)

# protocol.md, "States of a session"; by hand, not read from the models
ALLOWED: dict[type[Stateful], dict[str, tuple[set[str], str]]] = {
    **packet_moves.ALLOWED,
    SenceSession: {
        "open": ({"starting"}, "open"),
        "fail": ({"starting"}, "failed"),
        "abandon": ({"starting"}, "abandoned"),
        "ask_to_close": ({"open"}, "closing"),
        "reopen": ({"closing"}, "open"),
        "close": ({"open", "closing"}, "closed"),
        "expire": ({"open", "closing"}, "expired"),
        "accept_late_close": ({"expired"}, "closed"),
    },
    SenceToken: {
        "suspect": ({"in_force"}, "suspect"),
        "clear": ({"suspect"}, "in_force"),
        "revoke": ({"in_force", "suspect"}, "revoked"),
    },
    OutgoingEmail: {
        "claim": ({"queued", "retrying", "sending"}, "sending"),
        "deliver": ({"sending", "uncertain"}, "sent"),
        "retry": ({"sending"}, "retrying"),
        "refuse": ({"sending"}, "refused"),
        "miss": ({"uncertain"}, "refused"),
        "doubt": ({"sending"}, "uncertain"),
        "withdraw": ({"queued", "retrying", "sending"}, "withdrawn"),
    },
    # reference/guia_de_uso_gca, "Estados de las Declaraciones Juradas"
    Declaration: {
        "issue": ({"pending"}, "issued"),
        "ask_annulment": ({"issued"}, "in_validation"),
        "approve_reissue": ({"in_validation"}, "reissue_approved"),
        "reject_reissue": ({"in_validation"}, "rejected"),
        "reissue": ({"reissue_approved", "annulled"}, "issued"),
        "annul": (
            {"issued", "in_validation", "reissue_approved", "rejected"},
            "annulled",
        ),
        "take_back": (
            {"issued", "in_validation", "reissue_approved", "rejected", "annulled"},
            "pending",
        ),
    },
    TrainingClass: {
        "end": ({"open"}, "ended"),
        "annul": ({"open", "ended"}, "annulled"),
    },
    # seed 004, the legend of the certificate's states
    Certification: {
        "issue": ({"pending"}, "issued"),
        "reissue": ({"reissue_approved"}, "issued"),
        "request_annulment": ({"issued"}, "annulment_requested"),
        "approve_reissue": ({"annulment_requested"}, "reissue_approved"),
        "reject_reissue": ({"annulment_requested"}, "annulment_rejected"),
    },
    EmissionBatch: {
        "stop": ({"running"}, "stopped"),
        "resume": ({"stopped"}, "running"),
    },
    BatchItem: {
        "emit": ({"waiting"}, "emitted"),
        "refuse": ({"waiting"}, "refused"),
    },
}
STATES: dict[type[Stateful], type[models.TextChoices]] = {
    **packet_moves.STATES,
    SenceSession: SessionState,
    SenceToken: TokenState,
    OutgoingEmail: MailState,
    TrainingClass: ClassState,
    Declaration: DeclarationState,
    Certification: CertificateState,
    EmissionBatch: BatchState,
    BatchItem: ItemState,
}
CLOSED: dict[str, Any] = {
    "close_handed_at": NOW,
    "closed_at": LATER,
    "closed_clock": Clock.PORTAL,
}
FORGOTTEN = {"text": "", "text_sha256": "0" * 64}
CHANGES: dict[str, dict[str, Any]] = {
    "open": {
        "opened_at": NOW,
        "opened_clock": Clock.SENCE,
        "expires_at": LATER,
        "sence_id": "S",
    },
    "ask_to_close": {"close_handed_at": NOW},
    "close": CLOSED,
    "accept_late_close": CLOSED,
    "revoke": {"revoked_at": NOW},
    "deliver": {"sent_at": NOW, **FORGOTTEN},
    "withdraw": FORGOTTEN,
    "doubt": {"handed_at": NOW, **FORGOTTEN},
    "end": {"ended_at": LATER},
    "refuse": {"reason": "Ya está emitido."},
}


def a_session(state: str) -> SenceSession:
    trait = {"open": "opened", "starting": ""}.get(state, state)
    session: SenceSession = SenceSessionFactory(**({trait: True} if trait else {}))
    return session


def a_token(state: str) -> SenceToken:
    revoked_at = NOW if state == TokenState.REVOKED else None
    token: SenceToken = SenceTokenFactory(state=state, revoked_at=revoked_at)
    return token


def a_mail(state: str) -> OutgoingEmail:
    mail: OutgoingEmail = OutgoingEmailFactory(
        state=state,
        sent_at=NOW if state == MailState.SENT else None,
        settled=state not in UNSENT,
        handed_at=NOW if state == MailState.UNCERTAIN else None,
    )
    return mail


def a_class(state: str) -> TrainingClass:
    trait = {} if state == ClassState.OPEN else {state: True}
    one: TrainingClass = TrainingClassFactory(**trait)
    return one


def a_declaration(state: str) -> Declaration:
    made: Declaration = DeclarationFactory(state=state)
    return made


def a_certification(state: str) -> Certification:
    made: Certification = CertificationFactory(state=state)
    return made


def a_batch(state: str) -> EmissionBatch:
    made: EmissionBatch = EmissionBatchFactory(state=state)
    return made


def an_item(state: str) -> BatchItem:
    told = {
        ItemState.EMITTED: {"certificate": CertificateFactory},
        ItemState.REFUSED: {"reason": lambda **_: "Ya está emitido."},
    }.get(ItemState(state), {})
    batch = EmissionBatchFactory()
    made: BatchItem = BatchItemFactory(
        batch=batch,
        state=state,
        **{
            name: make(certification__action__course__training_body=batch.training_body)
            for name, make in told.items()
        },
    )
    return made


MAKE: dict[type[Stateful], Callable[[str], Stateful]] = {
    **packet_moves.MAKE,
    SenceSession: a_session,
    SenceToken: a_token,
    OutgoingEmail: a_mail,
    TrainingClass: a_class,
    Declaration: a_declaration,
    Certification: a_certification,
    EmissionBatch: a_batch,
    BatchItem: an_item,
}
EVERY_MOVE = pytest.mark.parametrize(
    ("model", "transition", "state"),
    [
        pytest.param(model, name, str(state), id=f"{model.__name__}-{name}-{state}")
        for model, transitions in ALLOWED.items()
        for name in transitions
        for state in STATES[model]
    ],
)


def _changes(row: Stateful, transition: str) -> dict[str, Any]:
    if type(row) in packet_moves.ALLOWED:
        return packet_moves.changes(row, transition)
    if isinstance(row, TrainingClass) and transition == "annul":
        return {
            "annulled_at": LATER,
            "annulled_by_id": row.facilitator_id,
            "annulment_reason": "Era de otra acción.",
        }
    if isinstance(row, OutgoingEmail) and transition == "refuse":
        return FORGOTTEN
    if isinstance(row, BatchItem) and transition == "emit":
        return {"certificate_id": CertificateFactory().pk}
    return CHANGES.get(transition, {})


def columns(row: Stateful) -> dict[str, Any]:
    return {**type(row)._default_manager.filter(pk=row.pk).values().get()}


@EVERY_MOVE
def test_transition_from_every_state_moves_or_writes_nothing(
    model: type[Stateful], transition: str, state: str
) -> None:
    """E11: every illegal move is refused, and leaves no trace; a legal one, one."""
    row = MAKE[model](state)
    before = columns(row)
    sources, target = ALLOWED[model][transition]
    changes = _changes(row, transition)
    if state in sources:
        row.advance(transition, at=LATER, by="Ana", **changes)
        assert columns(row) == {**before, **changes, "state": target}
        log = TransitionLog.objects.get()
        assert (log.target_type, log.target_id) == (model._meta.label, row.pk)
        assert (log.transition, log.state) == (transition, target)
        assert (log.by, log.at) == ("Ana", LATER)
        assert row.state == target
    else:
        with pytest.raises(TransitionRefused) as refused:
            row.advance(transition, at=LATER, **changes)
        assert refused.value.code == "transition_refused"
        assert columns(row) == before
        assert row.state == state
        assert not TransitionLog.objects.exists()


def test_transitions_of_every_model_are_the_ones_written_here() -> None:
    """E11: a new state machine, or a new line in one, must be tested here too."""
    assert {model: dict(model.TRANSITIONS) for model in Stateful.__subclasses__()} == {
        model: {name: (sources, target) for name, (sources, target) in rows.items()}
        for model, rows in ALLOWED.items()
    }


def test_transition_with_a_stale_row_is_refused() -> None:
    """Two workers hold the same row: the second one loses, and nothing is logged."""
    first = a_session("starting")
    second = SenceSession.objects.get(pk=first.pk)
    first.advance("fail", at=NOW)
    with pytest.raises(TransitionRefused):
        second.advance("abandon", at=NOW)
    assert columns(first)["state"] == "failed"
    assert TransitionLog.objects.count() == 1


def test_transition_narrowed_by_a_condition_that_fails_is_refused() -> None:
    session = a_session("open")
    with pytest.raises(TransitionRefused):
        session.advance(
            "close",
            at=NOW,
            only_if=models.Q(close_handed_at__isnull=False),
            **CLOSED,
        )
    assert columns(session)["state"] == "open"


def test_transition_of_an_unknown_name_raises() -> None:
    with pytest.raises(KeyError):
        a_session("open").advance("vanish", at=NOW)
