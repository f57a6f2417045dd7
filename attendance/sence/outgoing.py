"""What leaves for SENCE: every field checked before the browser goes (protocol.md).

Source of the rules: seeds/003, sections 3.2 and 3.3; line 6: manual v1.1.6.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from attendance.sence.addresses import ReturnAddresses
from attendance.sence.wire import MAX_LENGTHS, PRODUCTION, TOKEN_MIN_LENGTH, Field, Line
from courses import codes
from otec_portal.core import rut
from otec_portal.core.errors import DomainError

_PRINTABLE = re.compile(r"[!-~]+")
_GUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


@dataclass(frozen=True)
class Problem:
    """One thing that SENCE would refuse: a stable code, and Spanish for operators."""

    code: str
    message: str


class NotSendable(DomainError):
    """The form would be refused; it stays here, with the reasons."""

    code = "not_sendable"

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(" ".join(problem.message for problem in problems))
        self.problems = problems


@dataclass(frozen=True)
class Outgoing:
    """The values of a form for SENCE. `sence_id` is "" at the start.

    `https_only` demands https of the return addresses.
    """

    environment: str
    otec_rut: str
    token: str = field(repr=False)
    sence_code: str
    action_code: str
    line: int
    run: str
    nonce: str
    returns: ReturnAddresses
    sence_id: str = ""
    closing: bool = False
    https_only: bool = False

    def fields(self) -> dict[str, str]:
        """Return the form's fields under their official names, in SENCE's order.

        Raises NotSendable with every Problem found.
        """
        found = problems(self)
        if found:
            raise NotSendable(found)
        values = {
            Field.OTEC_RUT: self.otec_rut,
            Field.TOKEN: self.token,
            Field.SENCE_CODE: self.sence_code,
            Field.ACTION_CODE: self.action_code,
            Field.LINE: str(self.line),
            Field.RUN: self.run,
            Field.NONCE: self.nonce,
        }
        if self.closing:
            values[Field.SENCE_ID] = self.sence_id
        values[Field.SUCCESS_URL] = self.returns.success
        values[Field.ERROR_URL] = self.returns.error
        return {str(name): value for name, value in values.items()}


def sence_code_to_send(course_code: str, line: int) -> str:
    """Return CodSence for a course: line 1 sends it empty (seeds/003, Anexo 5)."""
    return "" if line == Line.SOCIAL_PROGRAMMES else course_code


def without_token(fields: dict[str, str]) -> dict[str, str]:
    """Return a form's fields as they may be kept and shown."""
    return {name: value for name, value in fields.items() if name != Field.TOKEN}


def problems(form: Outgoing) -> list[Problem]:
    """Return all that SENCE would refuse in `form`, in the order of its fields."""
    return [problem for rule in _RULES for problem in rule(form)]


def _ruts(form: Outgoing) -> Iterator[Problem]:
    if not _is_plain_rut(form.otec_rut):
        yield Problem("otec_rut", "El RUT de la OTEC no es válido.")
    if not _is_plain_rut(form.run):
        yield Problem("run", "El RUN del participante no es válido.")


def _is_plain_rut(text: str) -> bool:
    return re.fullmatch(rut.PATTERN, text.lower()) is not None and rut.is_valid(text)


def _token(form: Outgoing) -> Iterator[Problem]:
    if problem := token_problem(form.token):
        yield problem


def token_problem(token: str) -> Problem | None:
    """Return why SENCE would refuse a token of this form, or None."""
    if _fits(token, Field.TOKEN) and len(token) >= TOKEN_MIN_LENGTH:
        return None
    return Problem(
        "token",
        f"El token tiene que ser un texto de {TOKEN_MIN_LENGTH} a "
        f"{MAX_LENGTHS[Field.TOKEN]} caracteres, sin espacios.",
    )


def same_token(one: str, other: str) -> bool:
    """Say whether two texts are one token: a GUID is the same in either case."""
    if is_usual_token(one) and is_usual_token(other):
        return one.lower() == other.lower()
    return one == other


def is_usual_token(token: str) -> bool:
    """Say whether it looks as SENCE's tokens do; the manual's own example does not."""
    return _GUID.fullmatch(token) is not None


def _sence_code(form: Outgoing) -> Iterator[Problem]:
    code = form.sence_code
    if form.line == Line.SOCIAL_PROGRAMMES:
        if code:
            yield Problem("sence_code", "En la línea 1 el código SENCE va en blanco.")
    elif code == codes.UNCHECKED:
        if form.environment == PRODUCTION:
            yield Problem(
                "sence_code", "El código SENCE -1 solo sirve en el ambiente de prueba."
            )
    elif problem := codes.sence_code_problem(code):
        yield Problem("sence_code", problem)


def _action_code(form: Outgoing) -> Iterator[Problem]:
    code = form.action_code
    if code == codes.UNCHECKED:
        if form.environment == PRODUCTION:
            yield Problem(
                "action_code",
                "El código de acción -1 solo sirve en el ambiente de prueba.",
            )
    elif problem := codes.action_code_problem(code, line=form.line):
        yield Problem("action_code", problem)


def _line(form: Outgoing) -> Iterator[Problem]:
    if form.line not in set(Line):
        yield Problem("line", "La línea de capacitación tiene que ser 1, 3 o 6.")


def _identifiers(form: Outgoing) -> Iterator[Problem]:
    if not _fits(form.nonce, Field.NONCE):
        yield Problem("nonce", "El identificador de la sesión no sirve.")
    if form.closing and not (0 < len(form.sence_id) <= MAX_LENGTHS[Field.SENCE_ID]):
        yield Problem("sence_id", "Falta el identificador que SENCE dio al inicio.")


def _returns(form: Outgoing) -> Iterator[Problem]:
    schemes = {"https"} if form.https_only else {"http", "https"}
    for url in (form.returns.success, form.returns.error):
        parts = urlsplit(url)
        if parts.scheme not in schemes or not parts.netloc:
            yield Problem(
                "return_address",
                "La dirección pública del portal tiene que empezar con https://.",
            )
        elif not _fits(url, Field.SUCCESS_URL):
            yield Problem(
                "return_address",
                "La dirección pública del portal es muy larga para SENCE.",
            )


def _fits(text: str, name: Field) -> bool:
    return len(text) <= MAX_LENGTHS[name] and _PRINTABLE.fullmatch(text) is not None


_RULES: tuple[Callable[[Outgoing], Iterator[Problem]], ...] = (
    _ruts,
    _token,
    _sence_code,
    _action_code,
    _line,
    _identifiers,
    _returns,
)
