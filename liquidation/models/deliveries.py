"""Packets that left: how, to whom, by which link, and what the office answered."""

import uuid
from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from liquidation.models.builds import PacketBuild
from liquidation.models.packets import Packet
from otec_portal.core.append_only import AppendOnlyModel
from otec_portal.core.constraints import choices_constraint
from otec_portal.core.kept_documents import KeptDocument
from otec_portal.core.tenancy import Owned, TenantQuerySet

WORDS: Final = 2000  # characters of a reason, of remarks


class Audience(models.TextChoices):
    """For whom a link is."""

    OFFICE = "office", "Dirección Regional"
    COMPANY = "company", "Empresa"


class PacketLink(Owned):
    """A signed address by which somebody without an account sees one packet."""

    TENANT_PATH = "packet__training_body"
    REGION_PATH = "packet__region"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    packet = models.ForeignKey(
        Packet, models.PROTECT, related_name="links", verbose_name="expediente"
    )
    audience = models.CharField("para", max_length=10, choices=Audience)
    build = models.ForeignKey(
        PacketBuild,
        models.PROTECT,
        null=True,
        related_name="links",
        verbose_name="armado que muestra",
    )
    name = models.CharField("nombre", max_length=200)
    email = models.EmailField("correo")
    expires_at = models.DateTimeField("vence")
    revoked_at = models.DateTimeField("revocado", null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="revocado por",
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="creado por",
    )
    at = models.DateTimeField("creado")

    objects = TenantQuerySet["PacketLink"].as_manager()

    class Meta:
        verbose_name = "enlace a un expediente"
        verbose_name_plural = "enlaces a expedientes"
        constraints = [
            models.CheckConstraint(
                name="liquidation_link_of_the_office_shows_a_build",
                condition=Q(audience=Audience.OFFICE, build__isnull=False)
                | (~Q(audience=Audience.OFFICE) & Q(build=None)),
                violation_error_message="La oficina ve lo que se le envió.",
            ),
            models.CheckConstraint(
                name="liquidation_link_revoked_at_iff_revoked_by",
                condition=Q(revoked_at=None, revoked_by=None)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                violation_error_message="Una revocación lleva quién y cuándo.",
            ),
            models.CheckConstraint(
                name="liquidation_link_expires_after_it_was_made",
                condition=Q(expires_at__gt=F("at")),
                violation_error_message="Un enlace vence después de creado.",
            ),
            choices_constraint(
                "liquidation_link_audience_is_known", "audience", Audience
            ),
        ]

    def __str__(self) -> str:
        return f"enlace de {self.name}"


class Way(models.TextChoices):
    """How a packet went to the office."""

    ATTACHED = "attached", "Adjunto a un correo del portal"
    LINK = "link", "Con un enlace, en un correo del portal"
    BY_COMPANY = "by_company", "Lo envió la empresa desde su correo"


class Dispatch(Owned, AppendOnlyModel):
    """One time that a packet was sent: which bytes, to whom, by whom."""

    TENANT_PATH = "build__packet__training_body"
    REGION_PATH = "build__packet__region"
    SUBMITTED = True

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    build = models.ForeignKey(
        PacketBuild, models.PROTECT, related_name="dispatches", verbose_name="armado"
    )
    way = models.CharField("cómo", max_length=10, choices=Way)
    to = models.EmailField("para")
    copy_to = models.EmailField("copia a", blank=True)
    mail = models.OneToOneField(
        "core.OutgoingEmail",
        models.PROTECT,
        null=True,
        related_name="dispatch",
        verbose_name="correo",
    )
    copy = models.OneToOneField(
        "core.OutgoingEmail",
        models.PROTECT,
        null=True,
        related_name="dispatch_as_copy",
        verbose_name="copia",
    )
    office_link = models.OneToOneField(
        PacketLink,
        models.PROTECT,
        null=True,
        related_name="dispatch",
        verbose_name="enlace que llevó",
    )
    late_reason = models.CharField(
        "por qué fuera de plazo", max_length=WORDS, blank=True
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="enviado por",
    )
    company_link = models.ForeignKey(
        PacketLink,
        models.PROTECT,
        null=True,
        related_name="sent_with",
        verbose_name="enviado con el enlace",
    )
    at = models.DateTimeField("enviado")

    objects = TenantQuerySet["Dispatch"].as_manager()

    class Meta:
        verbose_name = "envío de un expediente"
        verbose_name_plural = "envíos de expedientes"
        constraints = [
            models.CheckConstraint(
                name="liquidation_dispatch_has_a_mail_iff_the_portal_sent_it",
                condition=Q(way=Way.BY_COMPANY, mail=None, copy=None)
                | (~Q(way=Way.BY_COMPANY) & Q(mail__isnull=False)),
                violation_error_message="Lo que envía el portal sale en un correo.",
            ),
            models.CheckConstraint(
                name="liquidation_dispatch_has_a_link_iff_by_link",
                condition=Q(way=Way.LINK, office_link__isnull=False)
                | (~Q(way=Way.LINK) & Q(office_link=None)),
                violation_error_message="Solo un envío con enlace lleva uno.",
            ),
            models.CheckConstraint(
                name="liquidation_dispatch_has_one_hand",
                condition=Q(by=None, company_link__isnull=False)
                | Q(by__isnull=False, company_link=None),
                violation_error_message="Lo envía una persona o la empresa.",
            ),
            choices_constraint("liquidation_dispatch_way_is_known", "way", Way),
        ]

    def __str__(self) -> str:
        return f"envío del {self.build.packet}"


class PacketAnswer(Owned, AppendOnlyModel):
    """What the office answered to one dispatch: the first answer is the last."""

    TENANT_PATH = "dispatch__build__packet__training_body"
    REGION_PATH = "dispatch__build__packet__region"

    dispatch = models.OneToOneField(
        Dispatch, models.PROTECT, related_name="answer", verbose_name="envío"
    )
    liquidated = models.BooleanField("liquidado")
    remarks = models.CharField("observaciones", max_length=WORDS, blank=True)
    answered_on = models.DateField("fecha de la respuesta")
    recorded = models.BooleanField("registrada por la OTEC")
    who = models.CharField("quién respondió", max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="por",
    )
    link = models.ForeignKey(
        PacketLink,
        models.PROTECT,
        null=True,
        related_name="answers",
        verbose_name="con el enlace",
    )
    at = models.DateTimeField("cuándo")

    objects = TenantQuerySet["PacketAnswer"].as_manager()

    class Meta:
        verbose_name = "respuesta a un expediente"
        verbose_name_plural = "respuestas a expedientes"
        constraints = [
            models.CheckConstraint(
                name="liquidation_observed_gives_remarks",
                condition=Q(liquidated=True) | ~Q(remarks=""),
                violation_error_message="Escribe las observaciones.",
            ),
            models.CheckConstraint(
                name="liquidation_answer_has_one_hand",
                condition=Q(by=None, link__isnull=False, recorded=False)
                | Q(by__isnull=False, link=None),
                violation_error_message="La da una cuenta o llega por un enlace.",
            ),
        ]

    def __str__(self) -> str:
        return "liquidado" if self.liquidated else "observado"


class AnswerEvidence(KeptDocument, Owned, AppendOnlyModel):
    """The office's answer on paper, where the training body recorded it."""

    TENANT_PATH = "answer__dispatch__build__packet__training_body"
    REGION_PATH = "answer__dispatch__build__packet__region"

    answer = models.OneToOneField(
        PacketAnswer, models.PROTECT, related_name="evidence", verbose_name="respuesta"
    )

    objects = TenantQuerySet["AnswerEvidence"].as_manager()

    class Meta:
        verbose_name = "respaldo de una respuesta a un expediente"
        verbose_name_plural = "respaldos de respuestas a expedientes"

    def __str__(self) -> str:
        return f"respaldo de la respuesta {self.answer_id}"
