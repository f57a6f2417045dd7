"""Who sees which rows: what isn't yours does not exist (404)."""

from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import Q

from otec_portal.core.folding import FoldingQuerySet
from otec_portal.core.models import Membership, Role
from otec_portal.core.regions import REGION_CHOICES

Row = TypeVar("Row", bound=models.Model)


def regions_within_reach(membership: Membership) -> list[tuple[str, str]]:
    """Return (code, name) of the regions where `membership` may act, north to south."""
    if membership.role != Role.REGIONAL_ADMIN:
        return REGION_CHOICES
    mine = membership.region_codes()
    return [(code, name) for code, name in REGION_CHOICES if code in mine]


class TenantQuerySet(FoldingQuerySet[Row]):
    """Rows that belong to a training body; its model says by which paths.

    `TENANT_PATH` leads to the training body, `REGION_PATH` to the region that binds
    a regional admin ("" where rows have none).
    """

    def visible_to(self, membership: Membership | None) -> Self:
        """Return the rows that `membership` may know of; without one, none.

        Roles and their reach: domain.md, "People and institutions".
        """
        if membership is None or membership.training_body_id is None:
            return self.none()
        model: Any = self.model
        rows = self.filter(**{model.TENANT_PATH: membership.training_body_id})
        if membership.role == Role.REGIONAL_ADMIN and model.REGION_PATH:
            rows = rows.filter(
                Q(**{f"{model.REGION_PATH}__in": membership.region_codes()})
            )
        return rows
