"""What an answer to a session may carry back and nobody may read (B5, C4)."""

import logging
from collections.abc import Callable

from attendance.models import SenceSession, SenceToken
from otec_portal.core.encryption import UnreadableSecret

logger = logging.getLogger(__name__)


def secrets_of(
    session: SenceSession, *, only: Callable[[SenceToken], bool] | None = None
) -> list[str]:
    """Return the texts of the tokens that left in `session`, "" of an unreadable one.

    Of those alone for which `only` is true; the others are not even deciphered.
    """
    tokens = [session.token]
    if getattr(session, "other_token_left", True):  # told by `find_session`
        left = SenceToken.objects.filter(handover__session=session)
        tokens += left.exclude(pk=session.token_id).distinct()
    return [_secret_of(one) for one in tokens if only is None or only(one)]


def _secret_of(token: SenceToken) -> str:
    """The token's text, "" where it can't be read any more."""
    try:
        return token.secret
    except UnreadableSecret:
        logger.exception("a token can't be read: evidence is kept all the same")
        return ""
