"""What the audit trail keeps of who came onto a roster or left it (ADR 26).

The same whether it was done by hand, by an import, or by taking an import back.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from courses.models import Enrolment, TrainingAction
from otec_portal.core import audit
from otec_portal.core.models import User


@dataclass(frozen=True, kw_only=True)
class Trace:
    """Writes down what `by` does to the roster of `action` at `at`.

    The enrolments it is given have their participants loaded; however many they are,
    it takes a few statements. Call it inside `roster_deed`.
    """

    action: TrainingAction
    by: User
    at: datetime

    def enrolled(self, made: Iterable[Enrolment]) -> None:
        """They came onto the roster."""
        self._each("courses.participant_enrolled", made, ("of", "run", "exempt"))

    def removed(self, leaving: Iterable[Enrolment]) -> None:
        """They leave it; call it while their rows are there."""
        self._each("courses.participant_removed", leaving, ("of", "run"))

    def exempted(self, turned: Iterable[Enrolment]) -> None:
        """Their exemption was turned to what it is now."""
        self._each("courses.enrolment_changed", turned, ("exempt",))

    def _each(
        self, deed: str, enrolments: Iterable[Enrolment], kept: tuple[str, ...]
    ) -> None:
        audit.record_each(
            deed,
            ((one, self._values(one, kept)) for one in enrolments),
            at=self.at,
            by=self.by,
            training_body=self.action.course.training_body,
        )

    def _values(self, enrolment: Enrolment, kept: tuple[str, ...]) -> dict[str, object]:
        enrolment.action = self.action  # its label names it: no query for each
        values = {
            "of": self.action.action_code,
            "run": enrolment.participant.run,
            "exempt": enrolment.exempt,
        }
        return {name: values[name] for name in kept}
