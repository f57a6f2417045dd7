"""Training bodies (OTEC) and who acts for them."""

import uuid

from django.db import models

from otec_portal.core.regions import region_field
from otec_portal.core.rut import RutField, rut_constraint


class TrainingBody(models.Model):
    """An OTEC; one installation serves many, and none sees another."""

    rut = RutField("RUT", unique=True)
    name = models.CharField("razón social", max_length=200)
    region = region_field()
    signatory_name = models.CharField("nombre del firmante", max_length=150, blank=True)
    signatory_rut = RutField("RUT del firmante", blank=True)

    class Meta:
        verbose_name = "entidad capacitadora"
        verbose_name_plural = "entidades capacitadoras"
        constraints = [rut_constraint("core_training_body_rut_has_its_form")]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a membership lets a user do (domain.md, "People and institutions")."""

    NATIONAL_ADMIN = "national_admin", "Administrador Nacional"
    REGIONAL_ADMIN = "regional_admin", "Administrador Regional"
    FACILITATOR = "facilitator", "Facilitador"
    REGIONAL_OFFICE = "regional_office", "Dirección Regional SENCE"


class Membership(models.Model):
    """One user in one institution with one role: a "perfil"."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        "core.User", models.CASCADE, related_name="memberships", verbose_name="usuario"
    )
    training_body = models.ForeignKey(
        TrainingBody,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name="entidad capacitadora",
    )
    role = models.CharField("perfil", max_length=20, choices=Role)

    class Meta:
        verbose_name = "perfil"
        verbose_name_plural = "perfiles"
        constraints = [
            models.UniqueConstraint(
                name="core_membership_role_once_per_body",
                fields=["user", "training_body", "role"],
                violation_error_message="El usuario ya tiene este perfil.",
            ),
            models.UniqueConstraint(
                name="core_membership_regional_office_once",
                fields=["user", "role"],
                condition=models.Q(training_body=None),
                violation_error_message="El usuario ya tiene este perfil.",
            ),
            models.CheckConstraint(
                name="core_membership_body_unless_regional_office",
                condition=models.Q(role=Role.REGIONAL_OFFICE, training_body=None)
                | (
                    ~models.Q(role=Role.REGIONAL_OFFICE)
                    & models.Q(training_body__isnull=False)
                ),
                violation_error_message=(
                    "Todo perfil lleva su entidad capacitadora, "
                    "salvo el de la Dirección Regional."
                ),
            ),
        ]

    def __str__(self) -> str:
        institution = self.training_body or "SENCE"
        return f"{self.get_role_display()} · {institution}"

    def region_codes(self) -> frozenset[str]:
        """The regions to which the role is bound; empty for national roles."""
        return frozenset(row.region for row in self.regions.all())


class MembershipRegion(models.Model):
    """A region of a regional admin or of a regional office."""

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="regions")
    region = region_field()

    class Meta:
        verbose_name = "región del perfil"
        verbose_name_plural = "regiones del perfil"
        constraints = [
            models.UniqueConstraint(
                name="core_membership_region_once",
                fields=["membership", "region"],
                violation_error_message="El perfil ya tiene esta región.",
            )
        ]

    def __str__(self) -> str:
        return self.get_region_display()
