"""Snapshots as they were kept once, of which tests make paper."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from certificates.snapshot import Certified, Named, Snapshot
from otec_portal.core.rut import with_check_digit


def snapshot(people: int = 2, **changes: Any) -> Snapshot:
    """A certificate of `people`, whose numbers are all fixed."""
    given: dict[str, Any] = {
        "number": "12-2026",
        "code": "ABCDEFGHJKLM",
        "address": "https://portal.example/v/ABCDEFGHJKLM/",
        "replaces": "",
        "issued_on": date(2026, 6, 15),
        "issued_at": datetime(2026, 6, 15, 15, 0, tzinfo=UTC),
        "programme": "Franquicia Tributaria",
        "activity": "Actividad dentro del año calendario",
        "training_body": Named("Capacitaciones Ñuble Ltda.", "76543210-3"),
        "company": Named("Aserradero Los Robles S.A.", "44000000-2"),
        "intermediary": Named("OTIC del Maule", "43000000-4"),
        "course": "Operación de grúa horquilla",
        "sence_code": "1238000001",
        "action_code": "6000001",
        "hours": "7.5",
        "starts_on": date(2026, 6, 1),
        "ends_on": date(2026, 6, 10),
        "real_starts_on": None,
        "real_ends_on": None,
        "billing_reference": "F-1234",
        "justification": "",
        "signatory": Named("Rosa Firmante Autorizada", "12345678-5"),
        "emitter": Named("Emilia Emisora Pérez", "47000000-7"),
        "participants": [person(number) for number in range(people)],
    }
    return Snapshot(**{**given, **changes})


def person(number: int) -> Certified:
    """The participant that stands at `number`, from 0."""
    return Certified(
        run=with_check_digit(45_000_000 + number),
        name=f"Belén Quilodrán Ñancupil {number}",
        per_cent=number * 7 % 101,
    )


BARE = snapshot(1, company=None, intermediary=None, sence_code="", hours="8")
FULL = snapshot(
    3,
    replaces="3-2026",
    activity="Actividad Parcial",
    real_starts_on=date(2026, 6, 2),
    real_ends_on=date(2026, 6, 9),
    justification="La empresa entregó su orden de compra el día 45.",
)
ADJUSTED = snapshot(2, participants=[person(2), replace(person(6), adjusted=True)])
