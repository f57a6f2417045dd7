"""Packets: what asks a regional office to liquidate actions of one company.

Source: seed 000; domain.md, "Liquidation".
"""

import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from otec_portal.core.constraints import choices_constraint
from otec_portal.core.regions import region_field
from otec_portal.core.tenancy import Owned, TenantQuerySet
from otec_portal.core.workflow import Stateful


class PacketState(models.TextChoices):
    """The states of a packet."""

    DRAFT = "draft", "Borrador"
    READY = "ready", "Completo"
    SENT = "sent", "Enviado"
    OBSERVED = "observed", "Observado"
    LIQUIDATED = "liquidated", "Liquidado"


OPEN = frozenset({PacketState.DRAFT, PacketState.READY, PacketState.OBSERVED})


class Packet(Owned, Stateful):
    """Actions of one company, for the office of one region, with their documents."""

    TENANT_PATH = "training_body"
    REGION_PATH = "region"
    SUBMITTED = True
    SUBMITTED_WITH = "builds__dispatches"
    TRANSITIONS = {
        "complete": ({PacketState.DRAFT}, PacketState.READY),
        "reopen": ({PacketState.READY}, PacketState.DRAFT),
        "send": ({PacketState.READY}, PacketState.SENT),
        "observe": ({PacketState.SENT}, PacketState.OBSERVED),
        "correct": ({PacketState.OBSERVED}, PacketState.DRAFT),
        "liquidate": ({PacketState.SENT}, PacketState.LIQUIDATED),
    }

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    training_body = models.ForeignKey(
        "core.TrainingBody", models.PROTECT, verbose_name="entidad capacitadora"
    )
    company = models.ForeignKey(
        "courses.Company",
        models.PROTECT,
        related_name="packets",
        verbose_name="empresa",
    )
    region = region_field()
    actions: "models.ManyToManyField[models.Model, models.Model]" = (
        models.ManyToManyField(
            "courses.TrainingAction",
            through="PacketAction",
            related_name="packets",
            verbose_name="acciones",
        )
    )
    state = models.CharField(
        "estado", max_length=10, choices=PacketState, default=PacketState.DRAFT
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name="creado por",
    )
    at = models.DateTimeField("creado")

    objects = TenantQuerySet["Packet"].as_manager()

    class Meta:
        verbose_name = "expediente de liquidación"
        verbose_name_plural = "expedientes de liquidación"
        constraints = [
            choices_constraint(
                "liquidation_packet_state_is_known", "state", PacketState
            )
        ]

    def __str__(self) -> str:
        return f"expediente de {self.company}"

    @property
    def is_open(self) -> bool:
        """Whether its actions and documents may still change."""
        return self.state in OPEN


class PacketAction(Owned):
    """An action in the packet that asks for its liquidation: in one alone."""

    TENANT_PATH = "packet__training_body"
    REGION_PATH = "packet__region"

    packet = models.ForeignKey(
        Packet,
        models.CASCADE,
        related_name="packet_actions",
        verbose_name="expediente",
    )
    action = models.OneToOneField(
        "courses.TrainingAction",
        models.PROTECT,
        related_name="packet_action",
        verbose_name="acción",
    )

    objects = TenantQuerySet["PacketAction"].as_manager()

    class Meta:
        verbose_name = "acción de un expediente"
        verbose_name_plural = "acciones de expedientes"

    def __str__(self) -> str:
        return f"acción {self.action.action_code}"

    def clean(self) -> None:
        """Refuse an action of another company or region."""
        super().clean()
        if self.action.company_id != self.packet.company_id:
            raise ValidationError(
                {"action": ValidationError("Es de otra empresa.", code="other_company")}
            )
        if self.action.region != self.packet.region:
            raise ValidationError(
                {"action": ValidationError("Es de otra región.", code="other_region")}
            )
