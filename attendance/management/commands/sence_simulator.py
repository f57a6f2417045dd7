"""Run the simulator of SENCE, wherever production settings are not active."""

import json
import signal
import sqlite3
import threading
from argparse import ArgumentTypeError
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from attendance.simulator.app import Application
from attendance.simulator.desk import (
    CLAVE_SENCE,
    DEMO_CLAVE,
    MODES,
    SIGN_IN_SECONDS,
    Desk,
)
from attendance.simulator.registry import Registry, RegistryFile
from attendance.simulator.server import Server, listen, serve
from attendance.simulator.sessions import Store

DAY_SECONDS = 86_400.0


class Command(BaseCommand):
    help = "Serve a stand-in for sistemas.sence.cl, for development and tests."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--bind", default="127.0.0.1", help="address or localhost")
        parser.add_argument("--port", type=int, default=8001, help="0: any free one")
        parser.add_argument(
            "--registry",
            type=Path,
            help="what `load_demo --json` printed; without it only formats are checked",
        )
        parser.add_argument(
            "--state", type=Path, help="file of its own; without it, memory"
        )
        parser.add_argument("--mode", choices=MODES, default=CLAVE_SENCE)
        parser.add_argument("--clave", default=DEMO_CLAVE, help="valid for everyone")
        parser.add_argument(
            "--sign-in-seconds", type=_positive, default=SIGN_IN_SECONDS
        )

    def handle(
        self,
        *,
        bind: str,
        port: int,
        registry: Path | None,
        state: Path | None,
        mode: str,
        clave: str,
        sign_in_seconds: float,
        **options: object,
    ) -> None:
        refuse_in_production(settings)
        desk = Desk(
            store=open_store(state),
            registry=open_registry(registry),
            now=lambda: datetime.now(UTC),
            mode=mode,
            clave=clave,
            sign_in_seconds=sign_in_seconds,
        )
        servers = self._listen(Application(desk), bind, port)
        host = f"[{bind}]" if ":" in bind else bind
        address = f"http://{host}:{servers[0].server_port}"
        self.stdout.write(
            f"SENCE simulator at {address} · control at {address}/simulador/"
            f" · Clave: {clave}"
        )
        self.stdout.flush()
        serve(servers, _stopped_by_signal())
        desk.store.close()

    def _listen(self, app: Application, bind: str, port: int) -> list[Server]:
        try:
            return listen(app, bind, port)
        except (OSError, OverflowError) as error:
            raise CommandError(f"Can't listen on {bind}:{port}: {error}") from None


def refuse_in_production(settings: Any) -> None:
    """Raise CommandError unless `settings` allow the simulator by name."""
    if getattr(settings, "SENCE_SIMULATOR_ALLOWED", False) is not True:
        raise CommandError(
            "The SENCE simulator does not run with production settings: "
            "SENCE_SIMULATOR_ALLOWED is not True in these."
        )


def open_store(path: Path | None) -> Store:
    """Return the state kept in `path`. Raises CommandError where it is unusable."""
    try:
        return Store(path)
    except (OSError, sqlite3.DatabaseError) as error:
        raise CommandError(f"The state file {path} is unusable: {error}") from None


def open_registry(path: Path | None) -> Callable[[], Registry | None]:
    """Return what SENCE knows, from `path`. Raises CommandError if unreadable."""
    if path is None:
        return lambda: None
    try:
        return RegistryFile(path)
    except (OSError, ValueError, json.JSONDecodeError) as error:
        raise CommandError(f"The registry {path} can't be read: {error}") from None


def _positive(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds <= DAY_SECONDS:
        raise ArgumentTypeError("between 0 and 86400 seconds")
    return seconds


def _stopped_by_signal() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop
