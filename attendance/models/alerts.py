"""What operators must hear of: once per cause, not once per participant."""

import uuid
from typing import Self

from django.db import models

from otec_portal.core.models import Membership, Role
from otec_portal.core.tenancy import TenantQuerySet


class OperatorAlertQuerySet(TenantQuerySet["OperatorAlert"]):
    """Alerts by whom they concern."""

    def visible_to(self, membership: Membership | None) -> Self:
        """As everywhere; a regional admin also sees those that bind no action."""
        rows = super().visible_to(membership)
        if membership is not None and membership.role == Role.REGIONAL_ADMIN:
            rows = rows.filter(
                models.Q(action=None)
                | models.Q(action__region__in=membership.region_codes())
            )
        return rows

    def open(self) -> Self:
        """Return those that nobody has resolved."""
        return self.filter(resolved_at=None)


class OperatorAlert(models.Model):
    """A cause that someone has to put right, with how often it struck."""

    TENANT_PATH = "training_body"
    REGION_PATH = ""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    training_body = models.ForeignKey(
        "core.TrainingBody", models.PROTECT, verbose_name="entidad capacitadora"
    )
    action = models.ForeignKey(
        "courses.TrainingAction", models.PROTECT, null=True, verbose_name="acción"
    )
    cause = models.CharField("causa", max_length=100)
    code = models.CharField("código", max_length=20, blank=True)
    title = models.CharField("qué pasó", max_length=300)
    next_step = models.CharField("qué hacer", max_length=500)
    first_at = models.DateTimeField("primera vez")
    last_at = models.DateTimeField("última vez")
    times = models.PositiveIntegerField("veces", default=1)
    resolved_at = models.DateTimeField("resuelta", null=True, blank=True)
    resolved_by = models.ForeignKey(
        "core.User", models.PROTECT, null=True, blank=True, verbose_name="resuelta por"
    )

    objects = OperatorAlertQuerySet.as_manager()

    class Meta:
        verbose_name = "alerta"
        constraints = [
            models.UniqueConstraint(
                name="attendance_one_open_alert_per_cause",
                fields=["training_body", "cause"],
                condition=models.Q(resolved_at=None),
            ),
            models.CheckConstraint(
                name="attendance_alert_resolved_by_iff_resolved",
                condition=models.Q(resolved_at=None, resolved_by=None)
                | models.Q(resolved_at__isnull=False, resolved_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def about_tokens(self) -> bool:
        """Whether it is put right on the page of the tokens."""
        return ":token" in self.cause or self.cause.endswith("no_token")
