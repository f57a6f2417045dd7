"""What a training action may be: the values of its choices."""

from django.db import models


class Line(models.IntegerChoices):
    """The línea de capacitación: which programme pays (protocol.md, "What is sent")."""

    SOCIAL_PROGRAMMES = 1, "Sistema Integrado de Capacitación"
    TAX_FRANCHISE = 3, "Impulsa Personas"
    FPT = 6, "Formación en el Puesto de Trabajo"


class Environment(models.TextChoices):
    """Which of SENCE's two systems records the action."""

    TEST = "test", "Prueba"
    PRODUCTION = "production", "Producción"


class ActivityType(models.TextChoices):
    """How the action lies over the calendar years (domain.md)."""

    TOTAL = "total", "Actividad dentro del año calendario"
    PARTIAL = "partial", "Actividad parcial"
    COMPLEMENTARY = "complementary", "Actividad complementaria"


class AttendancePolicy(models.TextChoices):
    """How a participant's percentage is computed (domain.md, "Attendance")."""

    BY_TIME = "by_time", "Por tiempo conectado"
    BY_CLASS = "by_class", "Por clases"
    SINGLE_SESSION = "single_session", "Una sesión basta"


class ActionState(models.TextChoices):
    """The state of an action: the first three follow from its dates."""

    UPCOMING = "upcoming", "Por iniciar"
    RUNNING = "running", "En ejecución"
    FINISHED = "finished", "Terminada"
    LIQUIDATED = "liquidated", "Liquidada"
    ANNULLED = "annulled", "Anulada"


DECISIONS = (ActionState.LIQUIDATED, ActionState.ANNULLED)
