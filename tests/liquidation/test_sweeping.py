"""Files that no row names are swept away, once nobody can be at them."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from liquidation.services.sweeping import sweep
from liquidation.tasks import sweep_papers
from otec_portal.core import sealed
from otec_portal.core.models import TrainingBody
from tests.liquidation.packing import packet_of
from tests.liquidation.uploading import kept

pytestmark = pytest.mark.django_db


def _age(private: Path, key: str, age: timedelta) -> None:
    then = (timezone.now() - age).timestamp()
    os.utime(private / key, (then, then))


def test_stray_file_older_than_a_day_goes_and_nothing_else(
    our_body: TrainingBody, private: Path
) -> None:
    named = kept(packet_of(our_body).packet).key
    stray, fresh = (kept(packet_of(our_body).packet) for _ in range(2))
    for one in (stray, fresh):
        type(one).objects.filter(pk=one.pk).delete()
    _age(private, named, timedelta(days=30))
    _age(private, stray.key, timedelta(days=1, minutes=1))
    _age(private, fresh.key, timedelta(hours=23))
    assert sweep_papers() == 1
    left = {f"papers/{one.name}" for one in (private / "papers").iterdir()}
    assert left == {named, fresh.key}
    with sealed.opened(named) as file:
        assert file.read().startswith(b"%PDF-")
    assert sweep_papers() == 0


def test_before_anything_was_uploaded_there_is_nothing_to_sweep(private: Path) -> None:
    assert not private.exists()
    assert sweep(now=timezone.now()) == 0
