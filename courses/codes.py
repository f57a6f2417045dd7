"""The form of the two codes by which SENCE knows a course and an action.

Pure. Source: seeds/003, sections 3.2 and 3.3; line 6: manual v1.1.6. That a code has
its form does not mean that SENCE knows it.
"""

import re
from typing import Final

from otec_portal.core.folding import fold

UNCHECKED: Final = "-1"  # SENCE checks nothing then; in the test environment only
SENCE_CODE_LENGTH: Final = 10
ACTION_CODE_MIN_LENGTH: Final = 7
ACTION_CODE_MAX_LENGTH: Final = 50
LINE_WITHOUT_MINIMUM: Final = 6
_PRINTABLE: Final = re.compile(r"[!-~]+")


def sence_code_problem(code: str) -> str:
    """Return what is wrong with the code of a course, in Spanish, or ""."""
    if code == UNCHECKED or (len(code) == SENCE_CODE_LENGTH and _is_printable(code)):
        return ""
    return _strange_in(code, what="El código SENCE") or (
        f"El código SENCE tiene que tener {SENCE_CODE_LENGTH} caracteres."
    )


def action_code_problem(code: str, *, line: int) -> str:
    """Return what is wrong with the code of an action of `line`, in Spanish, or "".

    >>> action_code_problem("670010", line=6)
    ''
    """
    shortest = 1 if line == LINE_WITHOUT_MINIMUM else ACTION_CODE_MIN_LENGTH
    fits = shortest <= len(code) <= ACTION_CODE_MAX_LENGTH and _is_printable(code)
    if code == UNCHECKED or fits:
        return ""
    return _strange_in(code, what="El código de la acción") or (
        f"El código de la acción tiene que tener entre {shortest} y "
        f"{ACTION_CODE_MAX_LENGTH} caracteres, sin espacios."
    )


def sought(typed: str) -> str:
    """Return what was typed of a code as codes are kept to be found.

    >>> sought(" RLAB-26 0071")
    'rlab-260071'
    """
    return "".join(fold(typed).split())


def _strange_in(code: str, *, what: str) -> str:
    """Say which character of `code` has no place in one, "" where all have."""
    strange = next((one for one in code if not _is_printable(one)), "")
    if not strange:
        return ""
    shown = f"«{strange}»" if strange.isprintable() else "signos que no se ven"
    shown = "espacios" if strange.isspace() else shown
    return f"{what} no puede llevar {shown}: solo letras sin tilde, números y signos."


def _is_printable(code: str) -> bool:
    return _PRINTABLE.fullmatch(code) is not None
