"""Mail that leaves the portal: one row each, written with the deed it tells of."""

from django.db import models

from otec_portal.core.constraints import choices_constraint
from otec_portal.core.workflow import Stateful


class MailState(models.TextChoices):
    """Where a mail stands."""

    QUEUED = "queued", "En cola"
    SENDING = "sending", "Enviándose"
    SENT = "sent", "Enviado"
    WITHDRAWN = "withdrawn", "Retirado"


class OutgoingEmail(Stateful):
    """A mail; `dedup_key` makes sure that the same one is never queued twice."""

    TRANSITIONS = {
        # from SENDING only when the lease of a worker that died is over
        "claim": ({MailState.QUEUED, MailState.SENDING}, MailState.SENDING),
        "deliver": ({MailState.SENDING}, MailState.SENT),
        "retry": ({MailState.SENDING}, MailState.QUEUED),
        "withdraw": ({MailState.QUEUED}, MailState.WITHDRAWN),
    }

    training_body = models.ForeignKey(
        "core.TrainingBody",
        models.PROTECT,
        null=True,
        verbose_name="entidad capacitadora",
    )
    dedup_key = models.CharField("clave", max_length=400, unique=True)
    to = models.EmailField("para")
    subject = models.CharField("asunto", max_length=200)
    text = models.TextField("texto")
    message_id = models.CharField("Message-ID", max_length=200)
    state = models.CharField(
        "estado", max_length=10, choices=MailState, default=MailState.QUEUED
    )
    attempts = models.PositiveSmallIntegerField("intentos", default=0)
    due_at = models.DateTimeField(
        "próximo intento", help_text="Mientras se envía: hasta cuándo vale la reserva."
    )
    created_at = models.DateTimeField("creado")
    sent_at = models.DateTimeField("enviado", null=True)
    last_error = models.CharField("último error", max_length=300, blank=True)

    class Meta:
        verbose_name = "correo"
        constraints = [
            models.CheckConstraint(
                name="core_mail_sent_at_iff_sent",
                condition=models.Q(state=MailState.SENT, sent_at__isnull=False)
                | (~models.Q(state=MailState.SENT) & models.Q(sent_at__isnull=True)),
                violation_error_message=(
                    "Solo un correo enviado lleva la fecha de su envío."
                ),
            ),
            choices_constraint("core_mail_state_is_known", "state", MailState),
        ]
        indexes = [models.Index(name="core_mail_due", fields=["state", "due_at"])]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"
