"""A mail server for tests, on a real socket."""

import socketserver
from typing import Any


class _Conversation(socketserver.StreamRequestHandler):
    """As much SMTP as one mail needs; a recipient called `refused…` is refused."""

    server: "MailServer"

    def handle(self) -> None:
        self._say("220 ready")
        while line := self.rfile.readline().decode().strip():
            word = line.split(maxsplit=1)[0].upper()
            if word == "DATA":
                self._take()
            elif word == "QUIT":
                self._say("221 bye")
                return
            elif "<refused" in line:
                self._say("550 5.1.1 no such mailbox")
            else:
                self._say("250 ok")

    def _take(self) -> None:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line)
        self.server.taken.append(b"".join(lines).decode())
        self._say("250 taken")

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class MailServer(socketserver.ThreadingTCPServer):
    """Listens on a free port; `taken` are the messages it accepted."""

    daemon_threads = True

    def __init__(self, *_: Any) -> None:
        self.taken: list[str] = []
        super().__init__(("127.0.0.1", 0), _Conversation)
