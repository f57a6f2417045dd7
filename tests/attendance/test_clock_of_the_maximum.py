"""Closes that were cut before the maximum had a name of its own."""

from importlib import import_module

import pytest
from django.apps import apps
from django.conf import settings

from attendance.models import Clock
from tests.factories import NOW, SESSION_MAX, TICK
from tests.factories.attendance import SenceSessionFactory

pytestmark = pytest.mark.django_db
FOLDER = settings.ROOT_DIR / "attendance/migrations"


def test_closes_that_were_cut_are_renamed_and_back() -> None:
    [file] = FOLDER.glob("*_clock_of_the_maximum.py")
    migration = import_module(f"attendance.migrations.{file.stem}")
    limit = NOW + SESSION_MAX
    closes = {
        (limit, Clock.PORTAL): Clock.MAXIMUM,
        (limit - TICK, Clock.PORTAL): Clock.PORTAL,
        (limit, Clock.SENCE): Clock.SENCE,
    }
    kept = {
        key: SenceSessionFactory(
            closed=True, expires_at=limit, closed_at=key[0], closed_clock=key[1]
        )
        for key in closes
    }

    def clocks() -> list[str]:
        for session in kept.values():
            session.refresh_from_db()
        return [session.closed_clock for session in kept.values()]

    migration.name_the_maximum(apps, None)
    assert clocks() == list(closes.values())
    migration.name_the_portal(apps, None)
    assert clocks() == [clock for _, clock in closes]
