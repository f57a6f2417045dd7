"""Mail that leaves the portal: one row each, written with the deed it tells of."""

import uuid

from django.db import models
from django.db.models import F, Q

from otec_portal.core.constraints import choices_constraint
from otec_portal.core.regions import region_field
from otec_portal.core.workflow import Stateful


class MailState(models.TextChoices):
    """Where a mail stands."""

    QUEUED = "queued", "En cola"
    SENDING = "sending", "Enviándose"
    RETRYING = "retrying", "Se reintentará"
    SENT = "sent", "Enviado"
    UNCERTAIN = "uncertain", "Dudoso"
    REFUSED = "refused", "Rechazado"
    WITHDRAWN = "withdrawn", "Retirado"


UNSENT = (MailState.QUEUED, MailState.RETRYING, MailState.SENDING)
WAITING = (MailState.QUEUED, MailState.RETRYING)  # no worker has it in hand
FOR_A_PERSON = (MailState.UNCERTAIN, MailState.REFUSED)


class MailFailure(models.TextChoices):
    """What went wrong, as people are told it."""

    UNREACHABLE = "unreachable", "No se pudo conectar con el servidor de correo"
    ACCOUNT = "account", "El servidor de correo no aceptó la cuenta del portal"
    SENDER = "sender", "El servidor de correo no aceptó la dirección del portal"
    DROPPED = "dropped", "La conexión se cortó antes de entregar el correo"
    LATER = "later", "El servidor de correo pidió intentarlo más tarde"
    RECIPIENT = "recipient", "El servidor rechazó la dirección del destinatario"
    MESSAGE = "message", "El servidor rechazó el contenido del correo"
    ADDRESS = "address", "La dirección no es válida"
    SILENCE = (
        "silence",
        "El servidor no respondió después de recibir el correo: pudo haber llegado",
    )
    DIED = (
        "died",
        "El portal se detuvo justo al entregarlo: pudo haber llegado",
    )
    EXPIRED = "expired", "No alcanzó a salir mientras lo que dice era cierto"
    FILE = "file", "No se pudo leer un archivo que va adjunto"
    OTHER = "other", "Falló por una causa que el portal no conoce"


class OutgoingEmail(Stateful):
    """A mail; `dedup_key` makes sure that the same one is never queued twice.

    `handed_at` is written just before the server gets the content: of a worker that
    dies earlier the mail did not leave, of one that dies later nobody knows.
    """

    TRANSITIONS = {
        # from SENDING only when the lease of a worker that died is over
        "claim": (set(UNSENT), MailState.SENDING),
        # from UNCERTAIN when its worker was only slow, or a person says so
        "deliver": ({MailState.SENDING, MailState.UNCERTAIN}, MailState.SENT),
        "retry": ({MailState.SENDING}, MailState.RETRYING),
        "refuse": ({MailState.SENDING}, MailState.REFUSED),
        # a person says that it did not arrive
        "miss": ({MailState.UNCERTAIN}, MailState.REFUSED),
        "doubt": ({MailState.SENDING}, MailState.UNCERTAIN),
        # from SENDING only when the lease of a worker that died is over
        "withdraw": (set(UNSENT), MailState.WITHDRAWN),
    }

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    training_body = models.ForeignKey(
        "core.TrainingBody",
        models.PROTECT,
        null=True,
        verbose_name="entidad capacitadora",
    )
    region = region_field(blank=True)
    dedup_key = models.CharField("clave", max_length=400, unique=True)
    to = models.EmailField("para")
    shown_to = models.EmailField(
        "para, en el encabezado", blank=True, help_text="Vacío: el mismo que lo recibe."
    )
    shown_cc = models.EmailField("copia, en el encabezado", blank=True)
    reply_to = models.EmailField("a quién se responde", blank=True)
    subject = models.CharField("asunto", max_length=200)
    text = models.TextField("texto", blank=True)
    html = models.TextField("texto en HTML", blank=True)
    text_sha256 = models.CharField("huella del texto", max_length=64, blank=True)
    secret = models.BooleanField(
        "lleva un enlace que deja entrar",
        help_text="Entonces su texto se borra al salir o al quedar sin salir.",
    )
    page = models.CharField(
        "dónde se hace de nuevo", max_length=200, blank=True, help_text="En el portal."
    )
    released_by = models.ForeignKey(
        "core.User",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="quien lo dirigió a SENCE",
    )
    action = models.UUIDField(
        "acción por la que se dirigió a SENCE",
        null=True,
        help_text="Su identificador público, que ve otra vez quien lo reenvía.",
    )
    resend_of = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        related_name="resent_as",
        verbose_name="reenvío de",
    )
    message_id = models.CharField("Message-ID", max_length=200)
    state = models.CharField(
        "estado", max_length=10, choices=MailState, default=MailState.QUEUED
    )
    attempts = models.PositiveSmallIntegerField("intentos", default=0)
    due_at = models.DateTimeField(
        "próximo intento", help_text="Mientras se envía: hasta cuándo vale la reserva."
    )
    created_at = models.DateTimeField("creado")
    expires_at = models.DateTimeField(
        "vale hasta", null=True, help_text="Después no sale: se retira."
    )
    slot = models.CharField(
        "lugar",
        max_length=100,
        blank=True,
        help_text="De un mismo lugar sale un solo correo; los demás se retiran.",
    )
    handed_at = models.DateTimeField("se empezó a entregar", null=True)
    sent_at = models.DateTimeField("enviado", null=True)
    unwanted_since = models.DateTimeField(
        "se quiso retirar",
        null=True,
        help_text="No vuelve a salir; lo que un servidor ya tomó puede llegar igual.",
    )
    failure = models.CharField(
        "qué falló", max_length=11, choices=MailFailure, blank=True
    )
    last_error = models.CharField("último error", max_length=300, blank=True)
    decided_at = models.DateTimeField("decidido", null=True)
    decided_by = models.ForeignKey(
        "core.User",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="quien decidió",
    )

    class Meta:
        verbose_name = "correo"
        constraints = [
            models.CheckConstraint(
                name="core_mail_secret_text_is_forgotten_once_settled",
                condition=Q(secret=False, text_sha256="")
                | Q(secret=True, state__in=UNSENT, text_sha256="")
                | (
                    Q(secret=True, text="", html="")
                    & Q(text_sha256__regex=r"^[0-9a-f]{64}$")
                    & ~Q(state__in=UNSENT)
                ),
                violation_error_message=(
                    "De un correo con un enlace que deja entrar queda, una vez "
                    "resuelto, solo la huella del texto."
                ),
            ),
            models.CheckConstraint(
                name="core_mail_sent_at_iff_sent",
                condition=Q(state=MailState.SENT, sent_at__isnull=False)
                | (~Q(state=MailState.SENT) & Q(sent_at__isnull=True)),
                violation_error_message=(
                    "Solo un correo enviado lleva la fecha de su envío."
                ),
            ),
            models.CheckConstraint(
                name="core_mail_waiting_was_not_handed_over",
                condition=~Q(state__in=WAITING) | Q(handed_at=None),
                violation_error_message=(
                    "Un correo que espera no se ha empezado a entregar."
                ),
            ),
            models.CheckConstraint(
                name="core_mail_uncertain_was_handed_over",
                condition=~Q(state=MailState.UNCERTAIN) | Q(handed_at__isnull=False),
                violation_error_message=(
                    "Solo es dudoso un correo que se empezó a entregar."
                ),
            ),
            models.CheckConstraint(
                name="core_mail_decided_at_iff_decided_by",
                condition=Q(decided_at=None, decided_by=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                violation_error_message="Una decisión lleva quién y cuándo.",
            ),
            models.CheckConstraint(
                name="core_mail_to_sence_is_released_by_a_person",
                condition=~Q(state__in=UNSENT)
                | ~Q(to__iregex=r"[@.]sence\.cl$")
                | Q(released_by__isnull=False),
                violation_error_message=(
                    "A SENCE solo se le escribe cuando una persona lo pide."
                ),
            ),
            models.CheckConstraint(
                name="core_mail_expires_after_it_was_queued",
                condition=Q(expires_at=None) | Q(expires_at__gte=F("created_at")),
                violation_error_message="Un correo vale desde que se crea.",
            ),
            models.UniqueConstraint(
                name="core_mail_one_of_a_slot",
                fields=["slot"],
                condition=~Q(slot="") & ~Q(state=MailState.WITHDRAWN),
                violation_error_message="De ese lugar ya hay un correo.",
            ),
            choices_constraint("core_mail_state_is_known", "state", MailState),
            models.CheckConstraint(
                name="core_mail_failure_is_known",
                condition=Q(failure__in=["", *MailFailure.values]),
                violation_error_message="Elige uno de los valores posibles.",
            ),
        ]
        indexes = [
            models.Index(name="core_mail_due", fields=["state", "due_at"]),
            models.Index(
                name="core_mail_of_body", fields=["training_body", "-created_at"]
            ),
            models.Index(
                name="core_mail_for_a_person",
                fields=["training_body", "created_at"],
                condition=Q(state__in=FOR_A_PERSON, decided_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"

    @property
    def did_not_arrive(self) -> bool:
        """Whether it was uncertain, until a person said that it did not arrive."""
        doubts = (MailFailure.SILENCE, MailFailure.DIED)
        return self.state == MailState.REFUSED and self.failure in doubts

    @property
    def needs_a_person(self) -> bool:
        """Whether it waits for somebody to decide what becomes of it."""
        return self.state in FOR_A_PERSON and self.decided_at is None
