"""What may go wrong by rule: a stable code for programs, Spanish for people."""


class DomainError(Exception):
    """A rule of the field refused what was asked.

    `code` is stable and asserted by tests; `message` is Spanish, for the screen.
    """

    code = "refused"

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
