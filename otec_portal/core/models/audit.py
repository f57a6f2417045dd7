"""Who did what: append-only."""

from django.db import models
from django.utils import timezone

from otec_portal.core.append_only import AppendOnlyModel


class AuditEntry(AppendOnlyModel):
    """One deed of a person, or of the portal on its own (then `user` is null)."""

    at = models.DateTimeField("cuándo")
    user = models.ForeignKey(
        "core.User", models.PROTECT, null=True, verbose_name="usuario"
    )
    training_body = models.ForeignKey(
        "core.TrainingBody",
        models.PROTECT,
        null=True,
        verbose_name="entidad capacitadora",
    )
    action = models.CharField("acción", max_length=60)
    target_type = models.CharField("tipo", max_length=60, blank=True)
    target_id = models.CharField("id", max_length=60, blank=True)
    target_label = models.CharField("sobre", max_length=200, blank=True)
    data = models.JSONField("datos", default=dict)

    class Meta:
        verbose_name = "registro de auditoría"
        verbose_name_plural = "registros de auditoría"
        indexes = [
            models.Index(name="core_audit_body_at", fields=["training_body", "-at"]),
            models.Index(
                name="core_audit_target", fields=["target_type", "target_id", "-at"]
            ),
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.at):%d-%m-%Y %H:%M} {self.action}"
