"""Courses as SENCE knows them."""

import uuid
from decimal import Decimal
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models

from courses import codes
from otec_portal.core.folding import FoldedField, Folding
from otec_portal.core.tenancy import Owned, TenantQuerySet

HOURS_ARE_POSITIVE: Final = "Las horas acreditadas son más que cero."


class Modality(models.TextChoices):
    """How a course is taught."""

    E_LEARNING = "e_learning", "E-learning"
    SELF_INSTRUCTION = "self_instruction", "Autoinstrucción"
    CLASSROOM = "classroom", "Presencial"


class Course(Owned, Folding):
    """A course of a training body; each execution of it is a TrainingAction."""

    TENANT_PATH = "training_body"
    REGION_PATH = ""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    training_body = models.ForeignKey(
        "core.TrainingBody", models.PROTECT, verbose_name="entidad capacitadora"
    )
    sence_code = models.CharField(
        "código SENCE",
        max_length=10,
        blank=True,
        help_text="10 caracteres. En blanco para Programas Sociales (línea 1).",
    )
    name = models.CharField("nombre", max_length=200)
    words_folded = FoldedField(
        "nombre y código para buscar", sources=["name", "sence_code"]
    )
    sence_code_folded = FoldedField("código SENCE para buscar", sources=["sence_code"])
    hours = models.DecimalField(
        "horas acreditadas",
        max_digits=6,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.1"), HOURS_ARE_POSITIVE)],
    )
    modality = models.CharField(
        "modalidad", max_length=20, choices=Modality, default=Modality.E_LEARNING
    )

    objects = TenantQuerySet["Course"].as_manager()

    class Meta:
        verbose_name = "curso"
        constraints = [
            models.UniqueConstraint(
                name="courses_sence_code_once_per_body",
                fields=["training_body", "sence_code"],
                condition=~models.Q(sence_code__in=["", codes.UNCHECKED]),
                violation_error_message="Ya hay un curso con este código SENCE.",
                violation_error_code="sence_code_taken",
            ),
            models.CheckConstraint(
                name="courses_hours_are_positive",
                condition=models.Q(hours=None) | models.Q(hours__gt=0),
                violation_error_message=HOURS_ARE_POSITIVE,
                violation_error_code="hours_not_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.sence_code})" if self.sence_code else self.name

    def clean(self) -> None:
        """A SENCE code has its form; blank is allowed: line 1 has none."""
        super().clean()
        if self.sence_code and (problem := codes.sence_code_problem(self.sence_code)):
            wrong = ValidationError(problem, code="sence_code_form")
            raise ValidationError({"sence_code": wrong})
