"""What the catalogue's views share."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from courses.catalogue import beyond_reach
from courses.forms.base import RowForm
from courses.selectors import Shared
from otec_portal.core.errors import DomainError
from otec_portal.core.permissions import Denied, OperatorRequest
from otec_portal.core.versions import ChangedMeanwhile


def kept(
    form: RowForm[Any],
    save: Callable[..., None],
    *,
    request: OperatorRequest,
    at: datetime,
) -> bool:
    """Save what was posted and say so; what is refused stands on the form."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        save(form.instance, by=request.membership, at=at, seen=form.seen)
    except ChangedMeanwhile as changed:
        form.warn(changed)
    except DomainError as refused:
        form.add_error(None, refused.message)
    except ValidationError as wrong:
        form.add_error(None, wrong.messages)
    return not form.errors


def deny_beyond(shared: Shared, request: OperatorRequest) -> None:
    """Answer 403, with the words, where `shared` is not this profile's to change."""
    if why := beyond_reach(shared, by=request.membership):
        raise Denied(why)
