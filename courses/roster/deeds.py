"""What every change of a roster goes through: one at a time, none once closed."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from courses.models import TrainingAction
from courses.services import hold_people, refuse_change
from otec_portal.core.errors import DomainError


class RosterRefused(DomainError):
    """The roster can't change in this way now."""

    code = "roster_refused"


@contextmanager
def roster_deed(action: TrainingAction) -> Iterator[TrainingAction]:
    """Open the transaction of one change of the roster of `action`; give the action.

    Changes of all rosters of its training body come one after the other. Raises
    ActionClosed; RosterRefused where the database itself objects.
    """
    try:
        with transaction.atomic():
            hold_people(action.course.training_body_id)
            current = (
                TrainingAction.objects.select_for_update(of=("self",), no_key=True)
                .select_related("course__training_body")
                .get(pk=action.pk)
            )
            refuse_change(current)
            yield current
    except ProtectedError as protected:
        raise RosterRefused(_held(protected), code="held") from None
    except IntegrityError:
        raise RosterRefused(
            "Alguien cambió la nómina en este mismo momento. Inténtalo otra vez.",
            code="moved",
        ) from None


def _held(protected: ProtectedError) -> str:
    kinds = {str(row._meta.verbose_name_plural) for row in protected.protected_objects}
    return words_for_held(", ".join(sorted(kinds)))


def words_for_held(what: str) -> str:
    """Return why somebody stays on the roster, in Spanish."""
    return f"No se puede quitar de la nómina a quien ya tiene {what}."
