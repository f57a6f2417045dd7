"""Training bodies (OTEC) and who acts for them."""

import uuid
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from otec_portal.core.email_field import LowerCaseEmailField
from otec_portal.core.regions import region_field
from otec_portal.core.rut import RutField, rut_constraint


class TrainingBody(models.Model):
    """An OTEC; one installation serves many, and none sees another."""

    rut = RutField("RUT", unique=True)
    name = models.CharField("razón social", max_length=200)
    region = region_field()
    signatory_name = models.CharField("nombre del firmante", max_length=150, blank=True)
    signatory_rut = RutField("RUT del firmante", blank=True)
    attendance_threshold = models.PositiveSmallIntegerField(
        "asistencia mínima (%)",
        default=75,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    demands_reconciled = models.BooleanField(
        "exigir marcas conciliadas antes de emitir", default=False
    )

    class Meta:
        verbose_name = "entidad capacitadora"
        verbose_name_plural = "entidades capacitadoras"
        constraints = [
            rut_constraint("core_training_body_rut_has_its_form"),
            models.CheckConstraint(
                name="core_training_body_signatory_is_whole",
                condition=models.Q(signatory_name="", signatory_rut="")
                | ~(models.Q(signatory_name="") | models.Q(signatory_rut="")),
                violation_error_message=(
                    "El firmante lleva nombre y RUT: completa ambos o ninguno."
                ),
            ),
            models.CheckConstraint(
                name="core_training_body_threshold_is_a_percentage",
                condition=models.Q(attendance_threshold__range=(1, 100)),
                violation_error_message="La asistencia mínima va de 1 a 100 %.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a membership lets a user do (domain.md, "People and institutions")."""

    NATIONAL_ADMIN = "national_admin", "Administrador Nacional"
    REGIONAL_ADMIN = "regional_admin", "Administrador Regional"
    FACILITATOR = "facilitator", "Facilitador"
    REGIONAL_OFFICE = "regional_office", "Dirección Regional SENCE"


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships by whether they count."""

    def in_force(self) -> Self:
        """Return those under which their users may act now."""
        return self.filter(offered_at=None, suspended_at=None)

    def offered(self) -> Self:
        """Return those that their users have not accepted yet."""
        return self.exclude(offered_at=None)


class Membership(models.Model):
    """One user in one institution with one role: a "perfil".

    To somebody who already is a user it is only offered: until they accept it, the
    institution sees the name and address that it wrote itself, and nothing of theirs.
    """

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
    offered_at = models.DateTimeField("ofrecido", null=True, blank=True)
    offered_name = models.CharField("nombre escrito", max_length=150, blank=True)
    offered_email = LowerCaseEmailField("correo escrito", blank=True)
    suspended_at = models.DateTimeField("acceso suspendido", null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

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
            models.CheckConstraint(
                name="core_membership_offer_is_whole",
                condition=models.Q(offered_at=None, offered_name="", offered_email="")
                | (models.Q(offered_at__isnull=False) & ~models.Q(offered_name="")),
                violation_error_message=(
                    "Un perfil ofrecido lleva la fecha y el nombre con que se ofreció."
                ),
            ),
        ]

    def __str__(self) -> str:
        institution = self.training_body or "SENCE"
        return f"{self.get_role_display()} · {institution}"

    @property
    def waits(self) -> bool:
        """Whether the person has not come in yet: an offer, or no password so far."""
        return bool(self.offered_at) or not self.user.has_usable_password()

    @property
    def shown_name(self) -> str:
        """The person's name, as far as the institution may know it."""
        return self.offered_name or self.user.full_name

    @property
    def shown_email(self) -> str:
        """The person's address, as far as the institution may know it."""
        return self.offered_email if self.offered_at else self.user.email

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
