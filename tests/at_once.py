"""Several deeds at the same moment, each with a connection of its own (PostgreSQL)."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import TypeVar

from django.db import connection

Result = TypeVar("Result")


def at_once(*deeds: Callable[[], Result]) -> list[Result]:
    """Do all `deeds` at the same moment; none may fail. Results in their order."""
    ready = Barrier(len(deeds), timeout=30)
    results: dict[int, Result] = {}
    faults: list[BaseException] = []

    def run(number: int, deed: Callable[[], Result]) -> None:
        try:
            connection.ensure_connection()
            ready.wait()
            results[number] = deed()
        except BaseException as fault:  # noqa: BLE001 - told by the test itself
            faults.append(fault)
        finally:
            connection.close()

    threads = [Thread(target=run, args=one) for one in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not faults, faults
    return [results[number] for number in range(len(deeds))]
