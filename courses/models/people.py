"""Participants, and the institutions for which they are trained."""

import uuid
from typing import Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models

from courses.run_search import NotARun, run_condition
from otec_portal.core.folding import FoldedField, Folding, fold
from otec_portal.core.rut import RutField, display, rut_constraint
from otec_portal.core.tenancy import Owned, TenantQuerySet


class ParticipantQuerySet(TenantQuerySet["Participant"]):
    """Participants by what is typed to find them."""

    def named(self, typed: str) -> Self:
        """Return those in whose name every word stands, in whatever order."""
        found = self
        for word in fold(typed).split():
            found = found.filter(name_folded__contains=word)
        return found

    def found_by(self, typed: str) -> Self:
        """Return those whose RUN it is or begins, or in whose name all words stand."""
        try:
            fits = run_condition(typed)
        except NotARun:
            return self.none()
        return self.named(typed) if fits is None else self.filter(fits)


class Participant(Owned, Folding):
    """A person on a roster of a training body. Has no password: see link_version."""

    TENANT_PATH = "training_body"
    REGION_PATH = ""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    training_body = models.ForeignKey(
        "core.TrainingBody", models.PROTECT, verbose_name="entidad capacitadora"
    )
    run = RutField("RUN")
    first_names = models.CharField("nombres", max_length=100)
    last_names = models.CharField("apellidos", max_length=100)
    name_folded = FoldedField(
        "nombre para buscar", sources=["first_names", "last_names"]
    )
    email = models.EmailField("correo", blank=True)
    link_version = models.PositiveIntegerField(
        "versión del enlace personal",
        default=1,
        editable=False,
        help_text="Al aumentarla dejan de servir los enlaces entregados antes.",
    )

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        verbose_name = "participante"
        constraints = [
            models.UniqueConstraint(
                name="courses_participant_once_per_body",
                fields=["training_body", "run"],
                violation_error_message="Ya hay un participante con este RUN.",
            ),
            rut_constraint("courses_participant_run_has_its_form", "run"),
            models.CheckConstraint(
                name="courses_participant_can_be_found_by_name",
                condition=~models.Q(name_folded=""),
                violation_error_message="Falta el nombre del participante.",
            ),
        ]
        indexes = [
            GinIndex(
                name="courses_participant_name_words",
                fields=["name_folded"],
                opclasses=["gin_trgm_ops"],
            ),
            models.Index(
                name="courses_participant_run_begins",
                fields=["run"],
                opclasses=["varchar_pattern_ops"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.full_name} ({display(self.run)})"

    @property
    def full_name(self) -> str:
        return f"{self.first_names} {self.last_names}"

    @property
    def listed_name(self) -> str:
        """The name as lists have it that are sorted by it: last names first."""
        return ", ".join(filter(None, [self.last_names, self.first_names]))


class Institution(Owned, Folding):
    """What companies and OTICs have in common."""

    TENANT_PATH = "training_body"
    REGION_PATH = ""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    training_body = models.ForeignKey(
        "core.TrainingBody", models.PROTECT, verbose_name="entidad capacitadora"
    )
    rut = RutField("RUT")
    name = models.CharField("razón social", max_length=200)
    words_folded = FoldedField(
        "razón social y RUT para buscar", sources=["name", "rut"]
    )

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                name="%(app_label)s_%(class)s_once_per_body",
                fields=["training_body", "rut"],
                violation_error_message="Ya está registrada con este RUT.",
                violation_error_code="rut_taken",
            ),
            rut_constraint("%(app_label)s_%(class)s_rut_has_its_form"),
        ]

    def __str__(self) -> str:
        return self.name


class Company(Institution):
    """The company (empresa) whose people are trained."""

    objects = TenantQuerySet["Company"].as_manager()

    class Meta(Institution.Meta):
        verbose_name = "empresa"


class Intermediary(Institution):
    """An OTIC: stands between a company and the training body."""

    objects = TenantQuerySet["Intermediary"].as_manager()

    class Meta(Institution.Meta):
        verbose_name = "OTIC"
        verbose_name_plural = "OTIC"
