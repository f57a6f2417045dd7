"""Files are taken apart by another process, with bounds on its memory and time.

The library that reads them reserves room for every cell between the first and the last,
and where there is none it takes the process down with it (docs/adr/0013).
"""

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from otec_portal.core.tabular.containers import SAVE_AS, Unreadable
from otec_portal.core.tabular.tables import USUAL, Limits, Table

_CHILD: Final = Path(__file__).with_name("child.py")
_PATIENCE: Final = 20  # seconds, by the clock on the wall
_BOUNDS: Final = {
    "memory": 768 * 1024 * 1024,
    "seconds": 10,  # of work
    "sheets": 20,
}
_WORDS: Final = {
    "encrypted": (
        "La planilla está protegida con contraseña. Quítale la contraseña y súbela "
        "otra vez."
    ),
    "too_much": (
        "La planilla tiene datos en demasiadas filas o columnas. Copia solo la tabla "
        "en un libro nuevo y sube ese."
    ),
    "broken": f"La planilla está dañada o no es la que dice ser. {SAVE_AS}",
}


def unpack(data: bytes, limits: Limits = USUAL) -> list[Table]:
    """Return the sheets of a spreadsheet. Raises Unreadable."""
    return _tables(data, limits, kind="spreadsheet")


def tables_of_page(text: str, limits: Limits = USUAL) -> list[Table]:
    """Return the tables of a web page, without names. Raises Unreadable."""
    return _tables(text.encode(), limits, kind="web_page")


def _tables(data: bytes, limits: Limits, *, kind: str) -> list[Table]:
    answer = _ask(data, {**_BOUNDS, **asdict(limits), "kind": kind})
    if (error := answer.get("error")) is not None:
        raise Unreadable(_WORDS[error], code=error)
    return [Table(one["name"], one["rows"]) for one in answer["sheets"]]


def _ask(data: bytes, limits: dict[str, Any]) -> dict[str, Any]:
    command = [sys.executable, "-I", "-B", str(_CHILD), json.dumps(limits)]
    try:
        done = subprocess.run(  # noqa: S603 - our own file, nothing of the upload
            command,
            input=data,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
            env={},
        )
    except subprocess.TimeoutExpired:
        return {"error": "too_much"}
    if done.returncode != 0:  # ended by the kernel, or for want of memory
        return {"error": "too_much"}
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
