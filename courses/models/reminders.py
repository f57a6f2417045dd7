"""Reminders of terms: who wants which, what was reminded, and in which mail.

What was reminded is kept by the person and not by their profile: who is taken off a
training body and comes back is reminded of nothing twice.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from courses.models.actions import TrainingAction
from courses.notices import KINDS, NOTICES
from otec_portal.core.append_only import AppendOnlyModel
from otec_portal.core.models import Membership
from otec_portal.core.tenancy import Owned, TenantQuerySet


class ReminderSettings(Owned):
    """What a training body chose; without a row courses.notices.DEFAULT holds."""

    TENANT_PATH = "training_body"

    training_body = models.OneToOneField(
        "core.TrainingBody",
        models.PROTECT,
        related_name="reminder_settings",
        verbose_name="entidad capacitadora",
    )
    notices = models.JSONField("cuándo", blank=True)
    kinds = models.JSONField("de qué plazos", blank=True)
    roles = models.JSONField("a quién", blank=True)
    quiet = models.BooleanField(
        "sin correos en días no hábiles",
        default=False,
        help_text="Lo que vence un sábado, un domingo o un feriado va en el correo del "
        "último día hábil anterior.",
    )

    objects = TenantQuerySet["ReminderSettings"].as_manager()

    class Meta:
        verbose_name = "recordatorios de la entidad"
        verbose_name_plural = "recordatorios de las entidades"

    def __str__(self) -> str:
        return f"recordatorios de {self.training_body}"


class ReminderSilence(Owned):
    """A person does not want the reminders of one profile; with it this goes."""

    TENANT_PATH = "membership__training_body"

    membership = models.OneToOneField(
        Membership,
        models.CASCADE,
        related_name="reminder_silence",
        verbose_name="perfil",
    )
    since = models.DateTimeField("desde")

    objects = TenantQuerySet["ReminderSilence"].as_manager()

    class Meta:
        verbose_name = "perfil sin recordatorios"
        verbose_name_plural = "perfiles sin recordatorios"

    def __str__(self) -> str:
        return f"sin recordatorios: {self.membership}"


class Reminder(Owned, AppendOnlyModel):
    """One notice to one person of one step of an action, as its date was then.

    The unique key is what makes each come exactly once, however often and by how many
    workers it is looked for.
    """

    TENANT_PATH = "action__course__training_body"
    REGION_PATH = "action__region"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        db_index=False,  # the unique key begins with it
        verbose_name="persona",
    )
    action = models.ForeignKey(
        TrainingAction,
        models.PROTECT,
        related_name="reminders",
        verbose_name="acción",
    )
    kind = models.CharField("paso", max_length=15)
    step_on = models.DateField("fecha del paso")
    notice = models.SmallIntegerField("días antes")
    noted_on = models.DateField("desde", db_index=True)

    objects = TenantQuerySet["Reminder"].as_manager()

    class Meta:
        verbose_name = "recordatorio"
        constraints = [
            models.UniqueConstraint(
                name="courses_reminder_of_a_notice_once",
                fields=["user", "action", "kind", "step_on", "notice"],
                violation_error_message="Ya se le recordó.",
            ),
            models.CheckConstraint(
                name="courses_reminder_kind_is_known",
                condition=Q(kind__in=[one.value for one in KINDS]),
                violation_error_message="Elige uno de los valores posibles.",
            ),
            models.CheckConstraint(
                name="courses_reminder_notice_is_known",
                condition=Q(notice__in=NOTICES),
                violation_error_message="Elige uno de los avisos posibles.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} del {self.step_on:%d-%m-%Y}, aviso {self.notice}"


class ReminderDigest(Owned, AppendOnlyModel):
    """The mail that tells a person what is to be reminded in a training body that day.

    A day has a second edition only where the first was withdrawn before it left.
    """

    TENANT_PATH = "training_body"

    training_body = models.ForeignKey(
        "core.TrainingBody", models.PROTECT, verbose_name="entidad capacitadora"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="persona"
    )
    on = models.DateField("día")
    edition = models.PositiveSmallIntegerField("edición")
    mail = models.OneToOneField(
        "core.OutgoingEmail",
        models.PROTECT,
        related_name="reminder_digest",
        verbose_name="correo",
    )

    objects = TenantQuerySet["ReminderDigest"].as_manager()

    class Meta:
        verbose_name = "resumen de plazos"
        verbose_name_plural = "resúmenes de plazos"
        constraints = [
            models.UniqueConstraint(
                name="courses_digest_once_per_person_and_day",
                fields=["training_body", "user", "on", "edition"],
                violation_error_message="La persona ya tiene su resumen de ese día.",
            )
        ]

    def __str__(self) -> str:
        return f"resumen del {self.on:%d-%m-%Y}"


class ReminderLine(Owned, AppendOnlyModel):
    """A digest tells a reminder; one that was withdrawn told nothing."""

    TENANT_PATH = "digest__training_body"

    digest = models.ForeignKey(
        ReminderDigest,
        models.PROTECT,
        related_name="lines",
        db_index=False,  # the unique key begins with it
        verbose_name="resumen",
    )
    reminder = models.ForeignKey(
        Reminder, models.PROTECT, related_name="lines", verbose_name="recordatorio"
    )

    objects = TenantQuerySet["ReminderLine"].as_manager()

    class Meta:
        verbose_name = "línea de un resumen"
        verbose_name_plural = "líneas de resúmenes"
        constraints = [
            models.UniqueConstraint(
                name="courses_reminder_once_per_digest",
                fields=["digest", "reminder"],
                violation_error_message="El resumen ya lo dice.",
            )
        ]

    def __str__(self) -> str:
        return f"línea del resumen {self.digest_id}"
