"""SENCE and Clave Única on hosts of their own, where a test needs more than one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from attendance.simulator.app import Application

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


@dataclass
class Hosts:
    """The stand-in, redirecting between two hosts as the real chain does.

    It listens under every name of this machine and redirects within one of them;
    with `sence` and `clave_unica` given, the two origins, each step goes to its own.
    """

    application: Application
    sence: str = ""
    clave_unica: str = ""

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start_response(
                status,
                [
                    (name, self._absolute(value) if name == "Location" else value)
                    for name, value in headers
                ],
                *more,
            )

        return self.application(environ, start)

    def _absolute(self, path: str) -> str:
        return (
            f"{self.clave_unica if path.startswith('/claveunica/') else self.sence}"
            f"{path}"
        )
