"""When each part of the portal last did its work."""

from django.db import models

from otec_portal.core.constraints import choices_constraint


class PulseOf(models.TextChoices):
    """A part that shows that it lives by working."""

    WORKER = "worker", "Trabajador"
    SCHEDULER = "scheduler", "Programador"
    STORAGE = "storage", "Almacenamiento"
    MAIL = "mail", "Correo"


class Pulse(models.Model):
    """The last moment at which one part is known to have worked: one row each.

    `first_at` is the first pulse since its last pause: since then it works.
    """

    part = models.CharField("parte", max_length=10, choices=PulseOf, primary_key=True)
    at = models.DateTimeField("cuándo")
    first_at = models.DateTimeField("la primera vez")

    class Meta:
        verbose_name = "latido"
        constraints = [choices_constraint("core_pulse_part_is_known", "part", PulseOf)]

    def __str__(self) -> str:
        return self.get_part_display()
