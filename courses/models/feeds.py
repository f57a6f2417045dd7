"""The secret addresses at which calendars read the terms of actions."""

from django.db import models

from otec_portal.core.models import Membership
from otec_portal.core.tenancy import Owned, TenantQuerySet


class CalendarFeed(Owned):
    """The address of one profile; of its secret part only the hash is kept.

    It opens what the profile may see, as long as the profile is in force: with the
    profile it goes.
    """

    TENANT_PATH = "membership__training_body"

    membership = models.OneToOneField(
        Membership,
        models.CASCADE,
        related_name="calendar_feed",
        verbose_name="perfil",
    )
    secret_hash = models.CharField("SHA-256 del secreto", max_length=64, unique=True)
    made_at = models.DateTimeField("creada")

    objects = TenantQuerySet["CalendarFeed"].as_manager()

    class Meta:
        verbose_name = "dirección de calendario"
        verbose_name_plural = "direcciones de calendario"

    def __str__(self) -> str:
        return f"calendario de {self.membership}"
