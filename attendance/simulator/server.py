"""A small threaded WSGI server, silent, for development and tests alone."""

import contextlib
import socket
import socketserver
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class _Handler(WSGIRequestHandler):
    """A handler that logs nothing and gives up a stalled connection (seconds)."""

    timeout = 30

    def log_message(self, *args: Any, **kwargs: Any) -> None:
        pass


class Server(socketserver.ThreadingMixIn, WSGIServer):
    """Listens on one address; each request has its thread."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, host: str, port: int, app: "WSGIApplication") -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, port), _Handler)
        self.set_app(app)

    def server_bind(self) -> None:
        """Bind without asking the name service who we are."""
        if self.address_family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        socketserver.TCPServer.server_bind(self)
        self.server_name = str(self.server_address[0])
        self.server_port = int(self.server_address[1])
        self.setup_environ()

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that went away is nothing to report."""


def listen(app: "WSGIApplication", bind: str, port: int) -> list[Server]:
    """Return servers bound to `bind`; port 0 takes any that is free.

    `localhost` means 127.0.0.1 and, where there is one, ::1: browsers may try the
    latter first. Raises OSError where the address is taken.
    """
    if bind != "localhost":
        return [Server(bind, port, app)]
    servers = [Server("127.0.0.1", port, app)]
    with contextlib.suppress(OSError):
        servers.append(Server("::1", servers[0].server_port, app))
    return servers


def serve(servers: Sequence[Server], stop: threading.Event) -> None:
    """Serve until `stop` is set, then let go of the addresses."""
    threads = [
        threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
        for server in servers
    ]
    for thread in threads:
        thread.start()
    stop.wait()
    for server, thread in zip(servers, threads, strict=True):
        server.shutdown()
        thread.join()
        server.server_close()
