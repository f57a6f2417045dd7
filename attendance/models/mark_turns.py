"""When SENCE's whole lists ceased to show a mark, and when it was there again."""

from django.db import models

from attendance.models.reconciliation import SenceMark
from otec_portal.core.append_only import AppendOnlyModel
from otec_portal.core.tenancy import Owned, TenantQuerySet


class MarkTurn(Owned, AppendOnlyModel):
    """A whole list no longer had a mark (`gone`), or an export had it again.

    Written when a file is taken in, for what it turned; the last one of a mark holds.
    Without any, SENCE still shows the mark as far as anybody knows.
    """

    TENANT_PATH = "mark__action__course__training_body"
    REGION_PATH = "mark__action__region"

    mark = models.ForeignKey(
        SenceMark, models.PROTECT, related_name="turns", verbose_name="marca de SENCE"
    )
    gone = models.BooleanField("ya no está")
    at = models.DateTimeField("cuándo")

    objects = TenantQuerySet["MarkTurn"].as_manager()

    class Meta:
        verbose_name = "cambio de una marca de SENCE"
        verbose_name_plural = "cambios de marcas de SENCE"

    def __str__(self) -> str:
        return f"marca {self.mark_id} {'ya no está' if self.gone else 'está otra vez'}"
