"""Chile's 16 regions with SENCE's mailboxes (regions.toml; seeds/000)."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from django.db import models

_ROWS = tomllib.loads(
    (Path(__file__).parent / "regions.toml").read_text(encoding="utf-8")
)


@dataclass(frozen=True)
class RegionInfo:
    """A region: its ISO 3166-2:CL code, name and SENCE's two mailboxes."""

    code: str
    name: str
    mailbox: str
    rectification: str


REGIONS = {code: RegionInfo(code=code, **row) for code, row in _ROWS.items()}
REGION_CHOICES = [(region.code, region.name) for region in REGIONS.values()]


def region_field(*, blank: bool = False) -> "models.CharField[str, str]":
    """A column that holds a region's code; with `blank` it may hold none."""
    return models.CharField("región", max_length=2, choices=REGION_CHOICES, blank=blank)
