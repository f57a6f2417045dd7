"""The only way a state moves: a table of transitions and one conditional UPDATE."""

from collections.abc import Mapping, Set
from datetime import datetime
from typing import ClassVar

from django.db import models, transaction

from otec_portal.core.append_only import AppendOnlyModel
from otec_portal.core.errors import DomainError


class TransitionRefused(DomainError):
    """The row is not in a state from which this transition starts, or not any more."""

    code = "transition_refused"


class TransitionLog(AppendOnlyModel):
    """One transition that one row made."""

    target_type = models.CharField("tipo", max_length=60)
    target_id = models.BigIntegerField("id")
    transition = models.CharField("transición", max_length=40)
    state = models.CharField("estado al que pasó", max_length=30)
    by = models.CharField("por", max_length=150, blank=True)
    at = models.DateTimeField("cuándo")

    class Meta:
        verbose_name = "cambio de estado"
        verbose_name_plural = "cambios de estado"
        indexes = [
            models.Index(
                name="core_transition_target", fields=["target_type", "target_id"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.target_type} {self.target_id}: {self.transition}"


class Stateful(models.Model):
    """A row with a `state` that moves by TRANSITIONS alone.

    TRANSITIONS maps a name to (states it may start from, state it leads to).
    """

    TRANSITIONS: ClassVar[Mapping[str, tuple[Set[str], str]]] = {}
    state = models.CharField("estado", max_length=20)

    class Meta:
        abstract = True

    def advance(
        self,
        transition: str,
        *,
        at: datetime,
        by: str = "",
        only_if: models.Q | None = None,
        **changes: object,
    ) -> None:
        """Make `transition` at most once, with `changes`, and log it at `at`.

        One conditional UPDATE decides the race: of two workers, one gets the row.
        `only_if` narrows the rows further. Raises TransitionRefused where the row
        is elsewhere; nothing is written then.
        """
        sources, target = self.TRANSITIONS[transition]
        row = type(self)._base_manager.filter(
            only_if or models.Q(), pk=self.pk, state__in=sources
        )
        with transaction.atomic(savepoint=False):
            moved = row.update(state=target, **changes)
            if moved:
                TransitionLog.objects.create(
                    target_type=self._meta.label,
                    target_id=self.pk,
                    transition=transition,
                    state=target,
                    by=by,
                    at=at,
                )
        if not moved:
            raise TransitionRefused(f"{transition}: {self._meta.label} {self.pk}")
        self.state = target
        for name, value in changes.items():
            setattr(self, name, value)
