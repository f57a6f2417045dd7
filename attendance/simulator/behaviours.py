"""What the simulator has been told to do, and for whom.

A behaviour is matched by nonce (IdSesionAlumno), by RUN, to the next session (once;
several such queue up) or to all. Where several match, the closer one wins: nonce,
then next, RUN and all.
"""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Self

from attendance.simulator import rut

MATCHES: Final = ("all", "run", "next", "nonce")  # later ones win
OCCASIONS: Final = ("start", "close", "both")
MAX_DELAY_SECONDS: Final = 3_600.0
MAX_TIMES: Final = 5
_MAX_TEXT: Final = 149
_MAX_CODES: Final = 20


@dataclass(frozen=True)
class Instruction:
    """How to answer. The defaults say nothing: SENCE as the manual has it.

    `codes`: the errors to answer whatever the person types; one that is empty makes
    an empty GlosaError. `delay_seconds`: how long after the decision the browser
    posts. `times`: how often it posts the same answer. `silent`: never.
    `sence_id_in_error`: the error of a start carries an IdSesionSence.
    """

    codes: tuple[str, ...] | None = None
    separator: str = ";"
    delay_seconds: float = 0
    times: int = 1
    silent: bool = False
    stray_spaces: bool = False
    without_time_zone: bool = False
    other_run: str = ""
    skip_sign_in: bool = False
    sence_id_in_error: bool = False

    def over(self, other: "Instruction") -> "Instruction":
        """Return both together; where both say something, this one holds."""
        said = {
            name: value
            for name, value in vars(self).items()
            if value != getattr(NOTHING, name)
        }
        if self.codes is not None:
            said["separator"] = self.separator
        return replace(other, **said)


NOTHING: Final = Instruction()
_KEYS: Final = frozenset({"match", "on", *vars(NOTHING)})
EXAMPLE: Final = '{"match": {"next": true}, "on": "start", "codes": ["208"]}'
_EXAMPLE: Final = f"Por ejemplo: {EXAMPLE}"
KEY_MEANINGS: Final = {
    "codes": "Lista de códigos de error; sin ella el intento resulta bien.",
    "separator": "Lo que separa los códigos en GlosaError.",
    "delay_seconds": "Segundos hasta que responde.",
    "times": f"Cuántas veces responde lo mismo: hasta {MAX_TIMES}.",
    "silent": "true: no responde nunca.",
    "stray_spaces": "true: nombres de campos con espacios de más.",
    "without_time_zone": "true: sin ZonaHoraria.",
    "other_run": "Responde con este otro RUN.",
    "skip_sign_in": "true: responde sin pedir la clave.",
    "sence_id_in_error": "true: IdSesionSence también en el error del inicio.",
}


@dataclass(frozen=True)
class Behaviour:
    """One instruction and whom it is for."""

    id: str
    match: str
    value: str
    on: str
    instruction: Instruction

    def concerns(self, *, kind: str, nonce: str, run: str) -> bool:
        """Say whether it is for this start or close; `next` always could be."""
        if self.on not in {kind, "both"}:
            return False
        if self.match == "nonce":
            return self.value == nonce
        if self.match == "run":
            return rut.simplify(self.value) == rut.simplify(run)
        return True

    def as_data(self) -> dict[str, Any]:
        """Return it as it goes over HTTP: only what it says."""
        said = {
            name: value
            for name, value in asdict(self.instruction).items()
            if value != getattr(NOTHING, name)
        }
        by_flag = self.match in {"next", "all"}
        match = {self.match: True if by_flag else self.value}
        return {"id": self.id, "match": match, "on": self.on, **said}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read back what `as_data` returned."""
        rest = {key: value for key, value in data.items() if key != "id"}
        match, value = _match(rest.get("match"))
        return cls(data["id"], match, value, rest["on"], _instruction(rest))


def parse(data: Any, *, key: str) -> Behaviour:
    """Read a behaviour as told over HTTP.

    Raises ValueError, in Spanish for the page, where it can't be understood.
    """
    if not isinstance(data, dict):
        raise ValueError("Se espera un objeto JSON.")  # noqa: TRY004  one kind for all
    unknown = sorted(str(key)[:40] for key in data.keys() - _KEYS)
    if unknown:
        raise ValueError(f"No conozco: {', '.join(unknown)}.")
    match, value = _match(data.get("match"))
    on = data.get("on", "both")
    if on not in OCCASIONS:
        raise ValueError("«on» es start, close o both.")
    return Behaviour(key, match, value, on, _instruction(data))


def combine(behaviours: Iterable[Behaviour]) -> Instruction:
    """Return what all these behaviours say together, the closest match winning."""
    told = NOTHING
    for behaviour in sorted(behaviours, key=lambda b: MATCHES.index(b.match)):
        told = behaviour.instruction.over(told)
    return told


def _match(data: Any) -> tuple[str, str]:
    """Read whom it is for; a bare "next" or "all" says as much as {"next": true}."""
    if data in ("next", "all"):
        return data, ""
    if not isinstance(data, dict) or len(data) != 1:
        raise ValueError(f"«match» dice uno solo de: nonce, run, next, all. {_EXAMPLE}")
    ((match, value),) = data.items()
    if match in {"next", "all"} and value is True:
        return match, ""
    if match in {"nonce", "run"} and isinstance(value, str) and value.strip():
        return match, _text(value.strip(), match)
    raise ValueError(
        '«match» es {"nonce": "…"}, {"run": "…"}, {"next": true} o {"all": true}. '
        f"{_EXAMPLE}"
    )


def _instruction(data: Mapping[str, Any]) -> Instruction:
    return Instruction(
        codes=_codes(data.get("codes")),
        separator=_separator(data.get("separator", ";")),
        delay_seconds=_number(data.get("delay_seconds", 0), 0, MAX_DELAY_SECONDS),
        times=int(_number(data.get("times", 1), 1, MAX_TIMES)),
        silent=_flag(data, "silent"),
        stray_spaces=_flag(data, "stray_spaces"),
        without_time_zone=_flag(data, "without_time_zone"),
        other_run=_text(data.get("other_run", ""), "other_run"),
        skip_sign_in=_flag(data, "skip_sign_in"),
        sence_id_in_error=_flag(data, "sence_id_in_error"),
    )


def _codes(value: Any) -> tuple[str, ...] | None:
    if value in (None, [], ()):
        return None
    if not isinstance(value, list | tuple) or len(value) > _MAX_CODES:
        raise ValueError(f"«codes» es una lista de hasta {_MAX_CODES} códigos.")
    if any(isinstance(code, bool) or not isinstance(code, str | int) for code in value):
        raise ValueError("Cada código es un texto o un entero.")
    return tuple(_text(str(code), "codes") for code in value)


def _separator(value: Any) -> str:
    if isinstance(value, str) and re.fullmatch(r"[ ;,|/]{1,3}", value):
        return value
    raise ValueError("«separator» es de 1 a 3 de los caracteres ; , | / y espacio.")


def _number(value: Any, least: float, most: float) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and math.isfinite(value) and least <= value <= most:
        return float(value)
    raise ValueError(f"Se espera un número entre {least:g} y {most:g}.")


def _flag(data: Mapping[str, Any], key: str) -> bool:
    value = data.get(key, False)
    if isinstance(value, bool):
        return value
    raise ValueError(f"«{key}» es true o false.")


def _text(value: Any, key: str) -> str:
    if isinstance(value, str) and len(value) <= _MAX_TEXT:
        return value
    raise ValueError(f"«{key}» es un texto de hasta {_MAX_TEXT} caracteres.")
