"""Papers: the files that were uploaded to a packet, and the places they were given."""

import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from liquidation.kinds import OF_A_PERSON, DocumentKind, PaymentProof
from liquidation.models.packets import Packet
from otec_portal.core.constraints import choices_constraint
from otec_portal.core.kept_documents import KINDS, NAME
from otec_portal.core.sealed_key import SealedKeyField
from otec_portal.core.tenancy import Owned, TenantQuerySet
from otec_portal.core.workflow import Stateful


class PaperState(models.TextChoices):
    """What became of a file after it was uploaded."""

    UNPLACED = "unplaced", "Por confirmar"
    PLACED = "placed", "Confirmado"
    REPLACED = "replaced", "Reemplazado"
    DISCARDED = "discarded", "Descartado"


KEPT_OUT = (PaperState.REPLACED, PaperState.DISCARDED)


class Paper(Owned, Stateful):
    """A file uploaded to a packet. Its bytes are at `key`, sealed (core/sealed.py).

    `found` is what its name and text say of where it belongs (matching.py).
    """

    TENANT_PATH = "packet__training_body"
    REGION_PATH = "packet__region"
    TRANSITIONS = {
        "place": ({PaperState.UNPLACED}, PaperState.PLACED),
        "take_out": ({PaperState.PLACED}, PaperState.UNPLACED),
        "replace": ({PaperState.PLACED}, PaperState.REPLACED),
        "discard": ({PaperState.UNPLACED}, PaperState.DISCARDED),
        "bring_back": (set(KEPT_OUT), PaperState.UNPLACED),
    }

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    packet = models.ForeignKey(
        Packet, models.PROTECT, related_name="papers", verbose_name="expediente"
    )
    state = models.CharField(
        "estado", max_length=10, choices=PaperState, default=PaperState.UNPLACED
    )
    name = models.CharField("nombre del archivo", max_length=NAME)
    kind = models.CharField("tipo", max_length=20, choices=KINDS)
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveIntegerField("bytes")
    pages = models.PositiveIntegerField("páginas")
    key = SealedKeyField("dónde se guarda", max_length=200, unique=True)
    found = models.JSONField("lo que dice de sí", default=dict)
    replaced_by = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="replaces",
        verbose_name="reemplazado por",
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="subido por",
    )
    link = models.ForeignKey(
        "liquidation.PacketLink",
        models.PROTECT,
        null=True,
        related_name="papers",
        verbose_name="subido con el enlace",
    )
    at = models.DateTimeField("subido")

    objects = TenantQuerySet["Paper"].as_manager()

    class Meta:
        verbose_name = "archivo de un expediente"
        verbose_name_plural = "archivos de expedientes"
        constraints = [
            models.UniqueConstraint(
                name="liquidation_paper_once_per_packet",
                fields=["packet", "sha256"],
                violation_error_message="Este archivo ya está en el expediente.",
                violation_error_code="known_file",
            ),
            models.CheckConstraint(
                name="liquidation_paper_came_from_one_hand",
                condition=Q(by=None, link__isnull=False)
                | Q(by__isnull=False, link=None),
                violation_error_message="Lo sube una persona o llega por un enlace.",
            ),
            models.CheckConstraint(
                name="liquidation_paper_replaced_by_another_iff_replaced",
                condition=Q(state=PaperState.REPLACED, replaced_by__isnull=False)
                | (~Q(state=PaperState.REPLACED) & Q(replaced_by=None)),
                violation_error_message="Solo lo reemplazado dice por cuál.",
            ),
            choices_constraint("liquidation_paper_state_is_known", "state", PaperState),
        ]

    def __str__(self) -> str:
        return self.name


class Placement(Owned):
    """What a paper is in its packet: one may be several things.

    `until` is set when it was taken out or replaced; what it was stays.
    """

    TENANT_PATH = "paper__packet__training_body"
    REGION_PATH = "paper__packet__region"

    paper = models.ForeignKey(
        Paper, models.PROTECT, related_name="placements", verbose_name="archivo"
    )
    kind = models.CharField("documento", max_length=20, choices=DocumentKind)
    proof = models.CharField(
        "comprobante", max_length=20, choices=PaymentProof, blank=True
    )
    action = models.ForeignKey(
        "courses.TrainingAction",
        models.PROTECT,
        related_name="placements",
        verbose_name="acción",
    )
    enrolment = models.ForeignKey(
        "courses.Enrolment",
        models.PROTECT,
        null=True,
        related_name="placements",
        verbose_name="inscripción",
    )
    both_sides = models.BooleanField("muestra ambos lados", default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="confirmado por",
    )
    at = models.DateTimeField("confirmado")
    until = models.DateTimeField("vigente hasta", null=True)

    objects = TenantQuerySet["Placement"].as_manager()

    class Meta:
        verbose_name = "documento de un expediente"
        verbose_name_plural = "documentos de expedientes"
        constraints = [
            models.UniqueConstraint(
                name="liquidation_place_of_a_person_once_per_paper",
                fields=["paper", "kind", "enrolment"],
                condition=Q(until=None, enrolment__isnull=False),
                violation_error_message="El archivo ya está en ese lugar.",
            ),
            models.UniqueConstraint(
                name="liquidation_place_of_an_action_once_per_paper",
                fields=["paper", "kind", "action"],
                condition=Q(until=None, enrolment=None),
                violation_error_message="El archivo ya está en ese lugar.",
            ),
            models.CheckConstraint(
                name="liquidation_place_names_a_person_iff_of_one",
                condition=Q(kind__in=sorted(OF_A_PERSON), enrolment__isnull=False)
                | (~Q(kind__in=sorted(OF_A_PERSON)) & Q(enrolment=None)),
                violation_error_message="Di de quién es este documento.",
                violation_error_code="whose",
            ),
            models.CheckConstraint(
                name="liquidation_place_says_the_proof_iff_of_payment",
                condition=(Q(kind=DocumentKind.PAYMENT) & ~Q(proof=""))
                | (~Q(kind=DocumentKind.PAYMENT) & Q(proof="")),
                violation_error_message="Di qué comprobante de pago es.",
                violation_error_code="proof",
            ),
            models.CheckConstraint(
                name="liquidation_only_a_card_has_both_sides",
                condition=Q(both_sides=False) | Q(kind=DocumentKind.IDENTITY_CARD),
                violation_error_message="Solo una cédula tiene ambos lados.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · acción {self.action.action_code}"

    def clean(self) -> None:
        """Refuse a person of another action."""
        super().clean()
        if self.enrolment and self.enrolment.action_id != self.action_id:
            wrong = ValidationError("Es de otra acción.", code="other_action")
            raise ValidationError({"enrolment": wrong})
