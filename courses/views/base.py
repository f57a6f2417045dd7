"""What the views of courses share, and those of the rooms above."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404

from courses.catalogue import beyond_reach
from courses.forms.base import RowForm
from courses.links import left_behind
from courses.models import Enrolment, TrainingAction
from courses.selectors import Shared
from otec_portal.core.errors import DomainError
from otec_portal.core.permissions import Denied, OperatorRequest
from otec_portal.core.versions import ChangedMeanwhile

NAMED: Final = 5  # people in one message


def action_of(request: OperatorRequest, public_id: uuid.UUID) -> TrainingAction:
    """Return the action, if who asks may know of it. Raises Http404."""
    mine = TrainingAction.objects.visible_to(request.membership)
    return get_object_or_404(
        mine.select_related("course__training_body"), public_id=public_id
    )


def enrolment_of(request: OperatorRequest, public_id: uuid.UUID) -> Enrolment:
    """Return the enrolment, if who asks may know of it. Raises Http404."""
    mine = Enrolment.objects.visible_to(request.membership)
    return get_object_or_404(
        mine.select_related("participant", "action__course__training_body"),
        public_id=public_id,
    )


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
        save(
            form.instance,
            by=request.membership,
            at=at,
            seen=form.seen,
            **form.consents,
        )
    except ChangedMeanwhile as changed:
        form.warn(changed)
    except DomainError as refused:
        form.refuse(refused)
    except ValidationError as wrong:
        form.add_error(None, wrong.messages)
    return not form.errors


def deny_beyond(shared: Shared, request: OperatorRequest) -> None:
    """Answer 403, with the words, where `shared` is not this profile's to change."""
    if why := beyond_reach(shared, by=request.membership):
        raise Denied(why)


def warn_of_old_addresses(request: OperatorRequest, old: dict[int, str]) -> None:
    """Tell of the links that went to an address of before and still work there.

    `old` maps the key of a participant to that address.
    """
    people = left_behind(old)
    told = [f"{one.full_name} ({old[one.pk]})" for one in people[:NAMED]]
    if len(people) > NAMED:
        told.append(f"y {len(people) - NAMED} más")
    if told:
        messages.warning(
            request,
            "El enlace ya se había enviado al correo anterior y ahí sigue sirviendo: "
            f"{', '.join(told)}. Si ese correo no era suyo, cambia el enlace.",
        )
