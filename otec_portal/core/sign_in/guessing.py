"""Slowing down who guesses passwords or codes, without locking the owner out.

Strangers to an account share one limit for it, and one for their address. A browser
that has signed in to it before counts by itself (devices.py): while strangers have
used theirs up, the owner still gets in (OWASP, "Slow down online guessing attacks
with device cookies"). The counters are rows: they hold in every process.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.utils.crypto import salted_hmac

from otec_portal.core.client_address import network_of
from otec_portal.core.errors import DomainError
from otec_portal.core.models import SignInAttempt

WINDOW = timedelta(minutes=15)
PER_ACCOUNT = 10  # failures in WINDOW, of all strangers together
PER_DEVICE = 10
PER_ADDRESS = 50  # an office behind one address has many accounts


class TooManyAttempts(DomainError):
    """This many failures are enough for now. `wait` tells how long now lasts."""

    code = "too_many_attempts"

    def __init__(self, wait: timedelta) -> None:
        minutes = max(ceil(wait.total_seconds() / 60), 1)
        unit = "minuto" if minutes == 1 else "minutos"
        super().__init__(
            f"Demasiados intentos fallidos. Espera {minutes} {unit} e inténtalo otra "
            "vez, o recupera tu contraseña por correo."
        )
        self.wait = wait


@dataclass(frozen=True)
class Attempt:
    """A try that counts as failed until it is forgiven."""

    rows: tuple[SignInAttempt, ...]

    def forgive(self) -> None:
        """It was right: it leaves no trace, and what failed before stays counted."""
        SignInAttempt.objects.filter(pk__in=[row.pk for row in self.rows]).delete()


def limits(*, account: str, device: str, address: str) -> Mapping[str, int]:
    """Return what one try counts against: names of counters with their limits.

    `device` is "" for a browser that never signed in to `account`.
    """
    if device:
        return {f"device:{account}:{device}": PER_DEVICE}
    return {
        f"account:{account}": PER_ACCOUNT,
        f"address:{network_of(address)}": PER_ADDRESS,
    }


def begin(counters: Mapping[str, int], *, at: datetime) -> Attempt:
    """Count a try before its outcome is known. Raises TooManyAttempts.

    Each is counted before it looks at the others: of tries at the same moment no more
    slip through than of those one by one, though some may be refused that needn't. A
    refused one leaves nothing behind: waiting always helps.
    """
    attempt = Attempt(
        tuple(
            SignInAttempt.objects.create(key=_digest(name), at=at) for name in counters
        )
    )
    waits = [
        _wait(row, limit=limit)
        for row, limit in zip(attempt.rows, counters.values(), strict=True)
    ]
    if longest := max(waits):
        attempt.forgive()
        raise TooManyAttempts(longest)
    return attempt


def forget(*, before: datetime) -> int:
    """Delete what was counted before that moment; return how much."""
    deleted, _ = SignInAttempt.objects.filter(at__lt=before).delete()
    return deleted


def _wait(row: SignInAttempt, *, limit: int) -> timedelta:
    """Return how long until a try like `row` is within `limit`; zero where it is."""
    others = SignInAttempt.objects.filter(key=row.key, at__gt=row.at - WINDOW)
    newest_first = others.exclude(pk=row.pk).order_by("-at", "-pk")
    moments = list(newest_first.values_list("at", flat=True)[:limit])
    return moments[-1] + WINDOW - row.at if len(moments) == limit else timedelta()


def _digest(name: str) -> str:
    return salted_hmac("core.sign_in.guessing", name, algorithm="sha256").hexdigest()
