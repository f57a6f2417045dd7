"""A mail server that keeps what each mailbox received, and fails as it is told to."""

import asyncio
import socket
from collections import defaultdict
from email import message_from_bytes
from types import TracebackType
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

HOLD, DROP = "hold", "drop"


class Mailboxes:
    """`script` says what a step does instead of going well: {step: answer}.

    Steps are MAIL, RCPT, DATA (its content is not kept) and TAKEN (it is kept, then…).
    An answer of SMTP's is given; HOLD waits for `release`, DROP hangs up. With `only`
    the script is for that recipient alone. `reached` are the steps that were played.
    """

    def __init__(self) -> None:
        self.received: dict[str, list[str]] = defaultdict(list)  # Message-IDs
        self.script: dict[str, str] = {}
        self.only = ""
        self.reached: list[str] = []
        self._held: list[asyncio.Event] = []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    def __enter__(self) -> "Mailboxes":
        self._controller.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()
        self._controller.stop()

    def begin(self) -> None:
        """Forget all, and let all go well."""
        self.release()
        self.received.clear()
        self.reached.clear()

    def release(self) -> None:
        """Let all go well from now on, and go on with what is held."""
        self.script, self.only = {}, ""
        for event in self._held:
            self._controller.loop.call_soon_threadsafe(event.set)
        self._held.clear()

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        envelope.mail_from = address
        return await self._play("MAIL", "", server) or "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        if answer := await self._play("RCPT", address, server):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        (address,) = envelope.rcpt_tos
        if answer := await self._play("DATA", address, server):
            return answer
        content: Any = envelope.content
        self.received[address].append(message_from_bytes(content)["Message-ID"])
        return await self._play("TAKEN", address, server) or "250 OK"

    async def _play(self, step: str, address: str, server: SMTP) -> str:
        """Do what the script says of `step`; return its answer, "" for the usual."""
        answer = self.script.get(step, "")
        if not answer or (self.only and self.only != address):
            return ""
        self.reached.append(step)
        if answer == HOLD:
            event = asyncio.Event()
            self._held.append(event)
            await event.wait()
            return ""
        if answer == DROP:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
            return "421 dropped"
        return answer
