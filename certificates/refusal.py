"""What the services of certificates refuse, in the words of the rules."""

from certificates.rules import Notice
from otec_portal.core.errors import DomainError


class Refusal(DomainError):
    """Why not: `notices` say so of the whole, `fields` beside which of the fields."""

    def __init__(
        self, notices: list[Notice], *, fields: dict[str, Notice] | None = None
    ) -> None:
        self.notices = notices
        self.fields = fields or {}
        super().__init__(
            " ".join(one.message for one in self.everything),
            code=self.everything[0].code,
        )

    @property
    def everything(self) -> list[Notice]:
        """Both, in that order."""
        return [*self.notices, *self.fields.values()]
