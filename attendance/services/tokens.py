"""What happens to a training body's tokens."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from attendance.models import SenceToken, TokenState
from attendance.models.tokens import SHOWN, USABLE
from attendance.sence.outgoing import same_token, token_problem
from otec_portal.core import audit
from otec_portal.core.errors import DomainError
from otec_portal.core.models import TrainingBody, User
from otec_portal.core.workflow import TransitionRefused


class TokenRefused(DomainError):
    """This text can't be kept as a token."""

    code = "token_refused"


def refuse_token(*, training_body: TrainingBody, secret: str) -> None:
    """Raise TokenRefused for what could never leave, is in use, or was revoked.

    One that was revoked is never used again, whoever pastes it anew. Those that no
    key opens can't be compared.
    """
    if problem := token_problem(secret):
        raise TokenRefused(problem.message, code=problem.code)
    kept = SenceToken.objects.filter(training_body=training_body)
    same = [one for one in kept if one.readable and same_token(one.secret, secret)]
    if any(one.state in USABLE for one in same):
        raise TokenRefused("Este token ya está en la lista.", code="known")
    revoked = [one.revoked_at for one in same if one.revoked_at is not None]
    if revoked:
        raise TokenRefused(
            f"Ese token se revocó el {timezone.localtime(max(revoked)):%d-%m-%Y}; "
            "pide uno nuevo a SENCE.",
            code="revoked",
        )


@transaction.atomic
def add_token(
    *,
    training_body: TrainingBody,
    label: str,
    secret: str,
    by: User | None,
    at: datetime,
) -> SenceToken:
    """Keep a token that SENCE issued to `training_body`, encrypted.

    Raises TokenRefused as `refuse_token` does.
    """
    refuse_token(training_body=training_body, secret=secret)
    token = SenceToken.objects.create(
        training_body=training_body,
        label=label,
        secret=secret,
        last4=secret[-SHOWN:],
        created_at=at,
    )
    audit.record(
        "attendance.token_added",
        at=at,
        by=by,
        training_body=training_body,
        target=token,
    )
    return token


@transaction.atomic
def revoke_token(token: SenceToken, *, by: User, at: datetime) -> None:
    """Never use `token` again. Raises TransitionRefused if it already is revoked."""
    token.advance("revoke", at=at, by=str(by), revoked_at=at)
    audit.record(
        "attendance.token_revoked",
        at=at,
        by=by,
        training_body=token.training_body,
        target=token,
    )


@transaction.atomic
def trust_token(token: SenceToken, *, by: User, at: datetime) -> None:
    """A person says that a suspect token is good. Raises TransitionRefused."""
    token.advance("clear", at=at, by=str(by))
    audit.record(
        "attendance.token_trusted",
        at=at,
        by=by,
        training_body=token.training_body,
        target=token,
    )


def suspect_token(token: SenceToken, *, at: datetime) -> None:
    """SENCE refused `token`: others go first from now on."""
    if token.state == TokenState.IN_FORCE:
        _try(token, "suspect", at=at)


def clear_doubt(token: SenceToken, *, at: datetime) -> None:
    """SENCE accepted `token`, and nothing is odd about it: a doubt is over."""
    if token.doubted:
        _try(token, "clear", at=at)


def _try(token: SenceToken, transition: str, *, at: datetime) -> None:
    try:
        token.advance(transition, at=at)
    except TransitionRefused:
        token.refresh_from_db()
