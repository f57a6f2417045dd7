"""Sworn statements ("declaraciones juradas", DJ): the OTEC's and each participant's.

SENCE's system (GCA) issues them; the portal tracks them and never produces one
(domain.md, "Sworn statements").
"""

from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from otec_portal.core.tenancy import Owned, TenantQuerySet
from otec_portal.core.workflow import Stateful


class DeclarationState(models.TextChoices):
    """The six states, as SENCE's system names them."""

    PENDING = "pending", "Pendiente de emitir"
    ISSUED = "issued", "Emitida"
    IN_VALIDATION = "in_validation", "Pendiente de validación"
    REISSUE_APPROVED = "reissue_approved", "Aprobada para su re-emisión"
    REJECTED = "rejected", "Rechazada"
    ANNULLED = "annulled", "Anulada"


# an annulled one must be issued again: the course's communication changed origin
TO_ISSUE: Final = (
    DeclarationState.PENDING,
    DeclarationState.REISSUE_APPROVED,
    DeclarationState.ANNULLED,
)
_ONCE_ISSUED = frozenset(DeclarationState) - {DeclarationState.PENDING}
NUMBER: Final = r"^[1-9][0-9]{0,9}-20[0-9]{2}$"


class Source(models.TextChoices):
    """Where a state was learned."""

    BY_HAND = "by_hand", "A mano"
    PDF = "pdf", "PDF de la declaración"
    GCA_LIST = "gca_list", "Lista de GCA"


class Declaration(Owned, Stateful):
    """A sworn statement of an action: the OTEC's where it names no enrolment.

    One that nothing was learned of has no row: it is pending.
    """

    TENANT_PATH = "action__course__training_body"
    REGION_PATH = "action__region"
    TRANSITIONS = {
        "issue": ({DeclarationState.PENDING}, DeclarationState.ISSUED),
        "ask_annulment": ({DeclarationState.ISSUED}, DeclarationState.IN_VALIDATION),
        "approve_reissue": (
            {DeclarationState.IN_VALIDATION},
            DeclarationState.REISSUE_APPROVED,
        ),
        "reject_reissue": ({DeclarationState.IN_VALIDATION}, DeclarationState.REJECTED),
        "reissue": (
            {DeclarationState.REISSUE_APPROVED, DeclarationState.ANNULLED},
            DeclarationState.ISSUED,
        ),
        "annul": (
            _ONCE_ISSUED - {DeclarationState.ANNULLED},
            DeclarationState.ANNULLED,
        ),
        # what was recorded here by mistake; SENCE knows no such move
        "take_back": (_ONCE_ISSUED, DeclarationState.PENDING),
    }

    action = models.ForeignKey(
        "courses.TrainingAction",
        models.PROTECT,
        related_name="declarations",
        verbose_name="acción",
    )
    enrolment = models.OneToOneField(
        "courses.Enrolment",
        models.PROTECT,
        null=True,
        related_name="declaration",
        verbose_name="inscripción",
    )
    state = models.CharField(
        "estado",
        max_length=20,
        choices=DeclarationState,
        default=DeclarationState.PENDING,
    )
    number = models.CharField(
        "número", max_length=15, blank=True, help_text="Folio y año: 12345-2026."
    )
    source = models.CharField("origen", max_length=10, choices=Source)
    recorded_at = models.DateTimeField("registrada")

    objects = TenantQuerySet["Declaration"].as_manager()

    class Meta:
        verbose_name = "declaración jurada"
        verbose_name_plural = "declaraciones juradas"
        constraints = [
            models.UniqueConstraint(
                name="liquidation_one_declaration_of_the_otec_per_action",
                fields=["action"],
                condition=Q(enrolment=None),
                violation_error_message="La acción ya tiene la declaración de la OTEC.",
            ),
            models.UniqueConstraint(
                name="liquidation_declaration_number_once_per_action",
                fields=["action", "number"],
                condition=~Q(number=""),
                violation_error_message=(
                    "Ese número ya está en otra declaración de esta acción."
                ),
                violation_error_code="number_taken",
            ),
            models.CheckConstraint(
                name="liquidation_declaration_number_is_folio_and_year",
                condition=Q(number="") | Q(number__regex=NUMBER),
                violation_error_message="El número es folio y año: 12345-2026.",
            ),
            models.CheckConstraint(
                name="liquidation_pending_declaration_has_no_number",
                condition=~Q(state=DeclarationState.PENDING) | Q(number=""),
                violation_error_message="Una declaración pendiente no tiene número.",
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save it; a new one of another action's enrolment raises ValidationError."""
        if self._state.adding:
            self._refuse_stranger()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        self._refuse_stranger()

    def _refuse_stranger(self) -> None:
        """In PostgreSQL a key of both columns says the same (0003)."""
        if self.enrolment and self.enrolment.action_id != self.action_id:
            wrong = ValidationError("Es de otra acción.", code="other_action")
            raise ValidationError({"enrolment": wrong})

    def __str__(self) -> str:
        whose = self.enrolment.participant if self.enrolment else "la OTEC"
        return f"declaración jurada de {whose}, acción {self.action.action_code}"
