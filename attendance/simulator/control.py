"""Telling the simulator what to do: from a page, and over HTTP as JSON."""

import re
from dataclasses import asdict
from typing import Any, Final

from attendance.simulator import pages
from attendance.simulator.desk import Desk
from attendance.simulator.sessions import Attempt
from attendance.simulator.web import RefusalError, Request, Response, as_json, redirect

PAGE: Final = "/simulador/"
_FLAGS: Final = (
    "silent",
    "stray_spaces",
    "without_time_zone",
    "skip_sign_in",
    "sence_id_in_error",
)
_FRESH: Final = {"match": "next", "on": "both", "times": "1", "delay_seconds": "0"}
_STATE_ROWS: Final = 200
_ASKED: Final = {
    "nonce": "Escribe el IdSesionAlumno de la sesión.",
    "run": "Escribe el RUN del participante.",
}


class Control:
    """The control page and its HTTP interface, over one desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def show(self, request: Request) -> Response:
        """Show the page; `?nonce=` fills in whom a new behaviour is for."""
        told = {**_FRESH, "separator": ";"}
        if nonce := request.query.get("nonce", ""):
            told |= {"match": "nonce", "value": nonce}
        return pages.control(self.desk, told=told, notice="")

    def add(self, request: Request) -> Response:
        """Take a behaviour from the page's form."""
        form = request.form()
        try:
            self.desk.tell(_from_form(form))
        except ValueError as error:
            return pages.control(self.desk, told=form, notice=str(error))
        return redirect(PAGE)

    def remove(self, request: Request) -> Response:
        """Drop the behaviour with the posted `id`, or all where none is posted."""
        if key := request.form().get("id", ""):
            self.desk.store.forget_behaviour(key)
        else:
            self.desk.store.forget_behaviours()
        return redirect(PAGE)

    def switch_mode(self, request: Request) -> Response:
        """Switch between Clave SENCE and Clave Única from the page."""
        try:
            self.desk.switch_mode(request.form().get("mode", ""))
        except ValueError as error:
            raise RefusalError(400, str(error)) from None
        return redirect(PAGE)

    def reset(self, request: Request) -> Response:
        """Forget everything, from the page."""
        self.desk.reset()
        return redirect(PAGE)

    def api_state(self, request: Request) -> Response:
        """Return mode, behaviours, and the latest attempts and sessions."""
        store = self.desk.store
        return as_json(
            {
                "mode": self.desk.mode,
                "sign_in_seconds": self.desk.sign_in_seconds,
                "behaviours": [b.as_data() for b in store.behaviours()],
                "attempts": [self._attempt(a) for a in store.attempts(_STATE_ROWS)],
                "sessions": [asdict(s) for s in store.sessions(_STATE_ROWS)],
            }
        )

    def api_add(self, request: Request) -> Response:
        """Take a behaviour; 201 with its id, or 400 with what is wrong."""
        try:
            return as_json(self.desk.tell(request.json()).as_data(), 201)
        except ValueError as error:
            return as_json({"error": str(error)}, 400)

    def api_list(self, request: Request) -> Response:
        """Return every behaviour told."""
        return as_json([b.as_data() for b in self.desk.store.behaviours()])

    def api_clear(self, request: Request) -> Response:
        """Drop all behaviours."""
        self.desk.store.forget_behaviours()
        return as_json([])

    def api_remove(self, request: Request, key: str) -> Response:
        """Drop one behaviour; 404 where there is none with this id."""
        if self.desk.store.forget_behaviour(key):
            return as_json({})
        return as_json({"error": "No existe."}, 404)

    def api_mode(self, request: Request) -> Response:
        """Switch the mode: `{"mode": "clave-unica"}`."""
        data = request.json()
        try:
            self.desk.switch_mode(data.get("mode") if isinstance(data, dict) else "")
        except ValueError as error:
            return as_json({"error": str(error)}, 400)
        return as_json({"mode": self.desk.mode})

    def api_reset(self, request: Request) -> Response:
        """Forget attempts, sessions and behaviours; back to the mode of the start."""
        self.desk.reset()
        return as_json({"mode": self.desk.mode})

    def _attempt(self, attempt: Attempt) -> dict[str, Any]:
        data = asdict(attempt)
        if attempt.answer:
            data["answer"]["fields"] = dict(attempt.answer.fields)
        return data | {"outcome": pages.outcome(self.desk, attempt)}


def _from_form(form: dict[str, str]) -> dict[str, Any]:
    match = form.get("match", "")
    value: object = True if match in {"next", "all"} else form.get("value", "")
    codes = re.split(r"[;,\s]+", form.get("codes", "").strip())
    data: dict[str, Any] = {
        "match": {match: value},
        "on": form.get("on", ""),
        "codes": [code for code in codes if code],
        "separator": form.get("separator", ";"),
        "delay_seconds": _number(form.get("delay_seconds", "0")),
        "times": _number(form.get("times", "1")),
        "other_run": form.get("other_run", "").strip(),
    }
    if match in _ASKED and not form.get("value", "").strip():
        raise ValueError(_ASKED[match])
    return data | {flag: flag in form for flag in _FLAGS}


def _number(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise ValueError(f"No es un número: {text[:20]}") from None
