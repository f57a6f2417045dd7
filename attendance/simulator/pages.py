"""What people see, from the simulator's own templates (Spanish of Chile)."""

import math
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.template import Context, Engine

from attendance.sence.wire import Field
from attendance.simulator import codes
from attendance.simulator.answers import SANTIAGO
from attendance.simulator.behaviours import (
    EXAMPLE,
    KEY_MEANINGS,
    NOTHING,
    OCCASIONS,
    Behaviour,
)
from attendance.simulator.desk import CLAVE_UNICA, MODES, TRIES, Desk
from attendance.simulator.sessions import START, Answer, Attempt
from attendance.simulator.web import Response

HERE: Final = Path(__file__).parent
ENGINE: Final = Engine(dirs=[str(HERE / "templates")], autoescape=True)
SHOWN: Final = 50
ROOTS: Final = {"test": "rcetest", "production": "rce"}
MODE_NAMES: Final = dict(zip(MODES, ("Clave SENCE", "Clave Única"), strict=True))
KIND_NAMES: Final = {"start": "Inicio", "close": "Cierre", "both": "Inicio y cierre"}
MATCH_NAMES: Final = {
    "next": "La próxima sesión",
    "all": "Todas",
    "nonce": "La sesión con este IdSesionAlumno",
    "run": "El participante con este RUN",
}
_TOLD: Final = ("match", "value", "on", *vars(NOTHING))
ENVIRONMENT_NAMES: Final = {"test": "prueba", "production": "producción"}


def render(template: str, status: int = 200, **context: Any) -> Response:
    """Render one of the simulator's templates."""
    page = ENGINE.get_template(template)
    text = page.render(Context(context, use_l10n=False, use_tz=False))
    return Response(text, status)


def message(status: int, title: str, text: str, **more: Any) -> Response:
    """Render a page that says one thing."""
    details = {"codes": [], **more}
    return render("message.html", status, title=title, text=text, **details)


def sign_in_path(attempt: Attempt) -> str:
    """Return where the person signs in for this attempt."""
    if attempt.mode == CLAVE_UNICA:
        return f"/claveunica/{attempt.id}"
    return f"/{ROOTS[attempt.environment]}/Registro/Clave/{attempt.id}"


def answer_path(attempt: Attempt) -> str:
    """Return where the browser gets the answer to this attempt."""
    return f"/{ROOTS[attempt.environment]}/Registro/Respuesta/{attempt.id}"


def sign_in(desk: Desk, attempt: Attempt, *, run: str, notice: str) -> Response:
    """Render the Clave SENCE or the Clave Única page."""
    context: dict[str, Any] = {
        "action": sign_in_path(attempt),
        "what": "inicio" if attempt.kind == START else "cierre",
        "run": run,
        "notice": notice,
        "clave": desk.clave,
        "action_code": attempt.form.get(Field.ACTION_CODE, ""),
        "environment": ENVIRONMENT_NAMES[attempt.environment],
    }
    if attempt.mode == CLAVE_UNICA:
        return render("clave_unica.html", **context)
    left = max(0.0, desk.seconds_left(attempt))
    return render(
        "sign_in.html",
        **context,
        tries_left=TRIES - attempt.tries,
        seconds_left=math.floor(left),
        reload_after=math.floor(left) + 1,
        time_left=_duration(left),
    )


def answer(attempt: Attempt, given: Answer, now: datetime) -> Response:
    """Render what hands the answer over: a form, a wait, or nothing at all."""
    if given.silent:
        return message(
            200,
            "Aquí no pasa nada más",
            "Al simulador se le pidió no responder: la plataforma del OTEC no"
            " recibirá ningún mensaje por este intento.",
        )
    if not given.url:
        return message(
            400,
            "SENCE no puede responder",
            "El mensaje no trae una dirección a la que se pueda volver.",
            codes=_described(given),
        )
    wait = (datetime.fromisoformat(given.due_at) - now).total_seconds()
    if wait > 0:
        return render(
            "waiting.html",
            seconds=max(1, math.ceil(wait)),
            time_left=_duration(wait),
            path=answer_path(attempt),
        )
    return render(
        "answer.html",
        url=given.url,
        fields=given.fields,
        copies=[str(number) for number in range(1, given.times)],
        codes=_described(given),
        what="inicio" if attempt.kind == START else "cierre",
    )


def control(desk: Desk, *, told: Mapping[str, str], notice: str) -> Response:
    """Render the control page; `told` fills the form for a new behaviour."""
    return render(
        "control.html",
        200 if not notice else 400,
        notice=notice,
        told=dict.fromkeys(_TOLD, "") | dict(told),
        mode=desk.mode,
        mode_name=MODE_NAMES[desk.mode],
        modes=MODE_NAMES.items(),
        clave=desk.clave,
        matches=MATCH_NAMES.items(),
        occasions=[(key, KIND_NAMES[key]) for key in reversed(OCCASIONS)],
        behaviours=[_behaviour_row(b) for b in desk.store.behaviours()],
        attempts=[_attempt_row(desk, a) for a in desk.store.attempts(SHOWN)],
        sessions=desk.store.sessions(SHOWN),
        meanings=codes.MEANINGS.items(),
        example=EXAMPLE,
        keys=KEY_MEANINGS.items(),
    )


def outcome(desk: Desk, attempt: Attempt) -> str:
    """Return in a few words how an attempt stands."""
    if attempt.answer is None and desk.is_late(attempt):
        return "se acabó el tiempo: nadie volvió a la página de la Clave"
    if attempt.answer is None:
        return "esperando la Clave"
    if attempt.answer.silent:
        return "sin respuesta"
    if attempt.answer.codes is None:
        return "registrado"
    return "error " + ", ".join(attempt.answer.codes)


def _described(given: Answer) -> list[tuple[str, str]]:
    return [(code, codes.describe(code)) for code in given.codes or ()]


def _duration(seconds: float) -> str:
    minutes, rest = divmod(math.ceil(seconds), 60)
    return f"{minutes} min {rest:02} s"


def _local(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone(SANTIAGO).strftime("%H:%M:%S")


def _behaviour_row(behaviour: Behaviour) -> dict[str, Any]:
    said = behaviour.as_data()
    return {
        "id": behaviour.id,
        "match": MATCH_NAMES[behaviour.match],
        "value": behaviour.value,
        "on": KIND_NAMES[behaviour.on],
        "said": [
            (key, ", ".join(value) if isinstance(value, tuple) else str(value))
            for key, value in said.items()
            if key not in {"id", "match", "on"}
        ],
    }


def _attempt_row(desk: Desk, attempt: Attempt) -> dict[str, Any]:
    return {
        "began": _local(attempt.began_at),
        "kind": KIND_NAMES[attempt.kind],
        "environment": ENVIRONMENT_NAMES[attempt.environment],
        "nonce": attempt.nonce,
        "run": attempt.run,
        "outcome": outcome(desk, attempt),
        "received": attempt.form.items(),
        "unknown": attempt.unknown_fields,
        "sent": attempt.answer.fields if attempt.answer else [],
        "sent_to": attempt.answer.url if attempt.answer else "",
    }
