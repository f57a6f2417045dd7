"""Files that go with a mail: not in its row, but where private files lie."""

from django.db import models

from otec_portal.core.models.mail import OutgoingEmail
from otec_portal.core.sealed_key import SealedKeyField


class MailAttachment(models.Model):
    """A file that goes with a mail; its bytes are at `key`, sealed (core/sealed.py)."""

    mail = models.ForeignKey(
        OutgoingEmail,
        models.PROTECT,
        related_name="attachments",
        verbose_name="correo",
    )
    name = models.CharField("nombre del archivo", max_length=200)
    content_type = models.CharField("tipo", max_length=100)
    key = SealedKeyField("dónde se guarda", max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveBigIntegerField("bytes")

    class Meta:
        verbose_name = "adjunto de un correo"
        verbose_name_plural = "adjuntos de correos"
        constraints = [
            models.UniqueConstraint(
                name="core_attachment_name_once_per_mail",
                fields=["mail", "name"],
                violation_error_message="El correo ya lleva un archivo de ese nombre.",
            )
        ]

    def __str__(self) -> str:
        return self.name
