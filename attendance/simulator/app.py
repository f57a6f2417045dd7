"""The simulator as a WSGI application: its addresses and the participant's way."""

import logging
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from attendance.simulator import pages
from attendance.simulator.control import PAGE, Control
from attendance.simulator.desk import CLAVE_UNICA, Desk
from attendance.simulator.sessions import CLOSE, START, Attempt
from attendance.simulator.web import (
    RefusalError,
    Request,
    Response,
    as_json,
    read,
    redirect,
)

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Handler = Callable[..., Response]
logger = logging.getLogger(__name__)

ENVIRONMENTS: Final = {"rcetest": "test", "rce": "production"}
KINDS: Final = {"IniciarSesion": START, "CerrarSesion": CLOSE}
ASSETS: Final = {
    "simulator.css": "text/css; charset=utf-8",
    "simulator.js": "text/javascript; charset=utf-8",
}
_WRONG_SENCE: Final = "RUT o Clave SENCE incorrectos."
_WRONG_UNICA: Final = "RUN o Clave Única incorrectos. Puedes intentarlo de nuevo."
_EMPTY: Final = "Escribe tu RUT y tu clave."


class Application:
    """The simulator over WSGI; never answers with a traceback."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.routes = _routes(self, Control(desk))

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one request."""
        try:
            response = self.answer(read(environ))
        except RefusalError as refused:
            response = _refusal(refused, environ.get("PATH_INFO", ""))
        except Exception as error:  # noqa: BLE001  the last line: always a page
            # its text may quote the form, so only its kind is told
            kind = type(error).__name__
            logger.error("The simulator failed: %s", kind)  # noqa: TRY400 - no text
            response = pages.message(
                500, "El simulador falló", "Revisa su consola: esto es un error suyo."
            )
        return response.send(start_response, head=environ["REQUEST_METHOD"] == "HEAD")

    def answer(self, request: Request) -> Response:
        """Find the handler for a request and let it answer."""
        method = "GET" if request.method == "HEAD" else request.method
        for pattern, handlers in self.routes:
            if found := pattern.fullmatch(request.path):
                if method not in handlers:
                    raise _not_allowed(handlers)
                if request.path.startswith(PAGE) and method != "GET":
                    _refuse_from_elsewhere(request)
                return handlers[method](request, **found.groupdict())
        raise RefusalError(404, "Esta dirección no existe en el simulador.")

    def receive(self, request: Request, root: str, kind: str) -> Response:
        """IniciarSesion and CerrarSesion: where the portal's form arrives."""
        form = request.form()
        attempt = self.desk.begin(KINDS[kind], ENVIRONMENTS[root], form)
        if attempt.answer is None and attempt.mode == CLAVE_UNICA:
            return redirect(pages.sign_in_path(attempt), 302)
        return self._show(attempt, run=attempt.run)

    def show(self, request: Request, key: str, **place: str) -> Response:
        """Show an attempt again: its sign-in page, or its answer once there is one."""
        attempt = _found(self.desk.look(key))
        return self._show(attempt, run=attempt.run)

    def sign_in(self, request: Request, key: str, **place: str) -> Response:
        """Take RUT and Clave from the sign-in page."""
        form = request.form()
        run, clave = form.get("run", ""), form.get("clave", "")
        if not run.strip() or not clave:
            return self._show(_found(self.desk.look(key)), run=run, notice=_EMPTY)
        attempt = _found(self.desk.sign_in(key, run, clave))
        notice = _WRONG_UNICA if attempt.mode == CLAVE_UNICA else _WRONG_SENCE
        return self._after_sign_in(attempt, run=run, notice=notice)

    def fail_clave_unica(self, request: Request, key: str) -> Response:
        """The button with which Clave Única breaks down."""
        attempt = _found(self.desk.fail_clave_unica(key))
        return self._after_sign_in(attempt, run=attempt.run, notice="")

    def asset(self, request: Request, name: str) -> Response:
        """Serve the style sheet or the script."""
        if name not in ASSETS:
            raise RefusalError(404, "Esta dirección no existe en el simulador.")
        return Response(
            (pages.HERE / "static" / name).read_bytes(), content_type=ASSETS[name]
        )

    def _after_sign_in(self, attempt: Attempt, *, run: str, notice: str) -> Response:
        if attempt.answer and attempt.mode == CLAVE_UNICA:
            return redirect(pages.answer_path(attempt), 302)
        return self._show(attempt, run=run, notice=notice)

    def _show(self, attempt: Attempt, *, run: str, notice: str = "") -> Response:
        if attempt.answer:
            return pages.answer(attempt, attempt.answer, self.desk.now())
        return pages.sign_in(self.desk, attempt, run=run, notice=notice)


def _routes(
    app: Application, control: Control
) -> list[tuple[re.Pattern[str], dict[str, Handler]]]:
    root, key = r"/(?P<root>rce|rcetest)/Registro", r"(?P<key>[\w-]+)"
    table: list[tuple[str, dict[str, Handler]]] = [
        (rf"{root}/(?P<kind>IniciarSesion|CerrarSesion)", {"POST": app.receive}),
        (rf"{root}/Clave/{key}", {"GET": app.show, "POST": app.sign_in}),
        (rf"{root}/Respuesta/{key}", {"GET": app.show}),
        (rf"/claveunica/{key}", {"GET": app.show, "POST": app.sign_in}),
        (rf"/claveunica/{key}/falla", {"POST": app.fail_clave_unica}),
        (r"/", {"GET": _to_control}),
        (r"/favicon\.ico", {"GET": _no_icon}),
        (r"/simulador", {"GET": _to_control}),
        (r"/simulador/", {"GET": control.show}),
        (r"/simulador/comportamientos", {"POST": control.add}),
        (r"/simulador/comportamientos/quitar", {"POST": control.remove}),
        (r"/simulador/modo", {"POST": control.switch_mode}),
        (r"/simulador/reiniciar", {"POST": control.reset}),
        (r"/simulador/estatico/(?P<name>[\w.]+)", {"GET": app.asset}),
        (r"/simulador/api/state", {"GET": control.api_state}),
        (
            r"/simulador/api/behaviours",
            {
                "GET": control.api_list,
                "POST": control.api_add,
                "DELETE": control.api_clear,
            },
        ),
        (r"/simulador/api/behaviours/clear", {"POST": control.api_clear}),
        (rf"/simulador/api/behaviours/{key}", {"DELETE": control.api_remove}),
        (r"/simulador/api/mode", {"POST": control.api_mode}),
        (r"/simulador/api/reset", {"POST": control.api_reset}),
    ]
    return [(re.compile(pattern), handlers) for pattern, handlers in table]


def _to_control(request: Request) -> Response:
    return redirect(PAGE)


def _no_icon(request: Request) -> Response:
    return Response(status=204)


def _found(attempt: Attempt | None) -> Attempt:
    if attempt is None:
        raise RefusalError(
            404, "Este intento no existe, o el simulador fue reiniciado."
        )
    return attempt


def _not_allowed(handlers: dict[str, Any]) -> RefusalError:
    allow = ", ".join(sorted(handlers))
    return RefusalError(405, f"Aquí solo se llega con {allow}.", allow=allow)


def _refuse_from_elsewhere(request: Request) -> None:
    if request.from_elsewhere:
        raise RefusalError(403, "El simulador solo recibe órdenes de su propia página.")


def _refusal(refused: RefusalError, path: str) -> Response:
    titles = {
        404: "No encontramos esta página",
        405: "A esta página no se entra así",
        413: "El mensaje es demasiado grande",
    }
    title = titles.get(refused.status, "No se pudo atender")
    if path.startswith(f"{PAGE}api/"):
        response = as_json({"error": refused.message}, refused.status)
    else:
        response = pages.message(refused.status, title, refused.message)
    if refused.allow:
        response.headers.append(("Allow", refused.allow))
    return response
