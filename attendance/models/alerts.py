"""What operators must hear of: once per cause, not once per participant."""

import uuid
from typing import Final, Self

from django.db import models

from otec_portal.core import rut
from otec_portal.core.constraints import choices_constraint
from otec_portal.core.models import Membership, Role
from otec_portal.core.tenancy import Owned, TenantQuerySet

FURTHER_CODES_NAMED: Final = 10
CAUSE_OF_SENCE: Final = "sence:"  # how the causes begin that SENCE's codes are
CAUSE_OF_QUARANTINE: Final = "quarantine:"  # and those of answers in quarantine


class AlertSubject(models.TextChoices):
    """What has to be put right."""

    TOKENS = "tokens", "Los tokens SENCE"
    PORTAL = "portal", "El portal"
    BODY = "body", "Los datos de la OTEC"
    ACTION = "action", "Los datos de la acción"
    PERSON = "person", "Los datos de un participante"
    ANSWER = "answer", "Una respuesta de SENCE"


# no action's own fault
OF_THE_WHOLE_BODY: Final = frozenset(
    {AlertSubject.TOKENS, AlertSubject.PORTAL, AlertSubject.BODY}
)


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

    def of_sence(self) -> Self:
        """Return those whose cause is a code of SENCE's."""
        return self.filter(cause__startswith=CAUSE_OF_SENCE)


class OperatorAlert(Owned):
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
    # of one person's alone; whoever leaves the roster takes no alert along
    enrolment = models.ForeignKey(
        "courses.Enrolment",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="participante",
    )
    subject = models.CharField("de qué trata", max_length=10, choices=AlertSubject)
    cause = models.CharField("causa", max_length=100)
    code = models.CharField("código", max_length=20, blank=True)
    # of a cause that several codes share: those that came after the first
    further_codes = models.JSONField("otros códigos", default=list, blank=True)
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
                violation_error_message="Ya hay una alerta abierta por esa causa.",
            ),
            models.CheckConstraint(
                name="attendance_alert_resolved_by_iff_resolved",
                condition=models.Q(resolved_at=None, resolved_by=None)
                | models.Q(resolved_at__isnull=False, resolved_by__isnull=False),
                violation_error_message=(
                    "Una alerta resuelta lleva quién la resolvió y cuándo."
                ),
            ),
            choices_constraint(
                "attendance_alert_subject_is_known", "subject", AlertSubject
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def person(self) -> str:
        """Whose data it is about: the name and the RUN, masked; "" of all others."""
        if self.enrolment is None:
            return ""
        one = self.enrolment.participant
        return f"{one.full_name} (RUN {rut.masked(one.run)})"

    @property
    def has_more_codes(self) -> bool:
        """Whether more further codes came than are named."""
        return len(self.further_codes) > FURTHER_CODES_NAMED

    @property
    def further(self) -> str:
        """The further codes in words; "" where all came with the same one."""
        named = ", ".join(self.further_codes[:FURTHER_CODES_NAMED])
        return f"{named} y otros" if self.has_more_codes else named

    @property
    def about_answers(self) -> bool:
        """Whether it is put right on the list of the answers to review."""
        return self.cause.startswith(CAUSE_OF_QUARANTINE)

    @property
    def about_tokens(self) -> bool:
        """Whether it is put right on the page of the tokens."""
        return self.subject == AlertSubject.TOKENS
