"""Participants, and the institutions for which they are trained."""

import uuid
from typing import Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from courses.run_search import NotARun, run_condition
from otec_portal.core.folding import FoldedField, Folding, fold
from otec_portal.core.rut import RutField, display, rut_constraint
from otec_portal.core.tenancy import Owned, TenantQuerySet


def meant_by(typed: str, path: str = "") -> Q:
    """Say whose RUN it is or begins, or in whose name all words stand.

    An accent alone is no word: nobody is meant. `path` leads to the participants from
    the rows that are asked. Raises NotARun.
    """
    fits = run_condition(typed, path)
    if fits is not None:
        return fits
    name, words = f"{path}name_folded__contains", fold(typed).split()
    return Q(*(Q(**{name: word}) for word in words)) if words else Q(pk__in=[])


class ParticipantQuerySet(TenantQuerySet["Participant"]):
    """Participants by what is typed to find them."""

    def found_by(self, typed: str, *, of: int | None = None) -> Self:
        """Return those whose RUN it is or begins, or in whose name all words stand.

        `of` is the key of the training body whose people are meant, without it all.
        """
        mine = self if of is None else self.filter(training_body=of)
        try:
            return mine.filter(meant_by(typed))
        except NotARun:
            return self.none()


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
    listed_folded = FoldedField(
        "apellidos y nombres para ordenar", sources=["last_names", "first_names"]
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
    """The company (empresa) whose people are trained.

    Its contact gets the copy of what is sent on its behalf, and the link to it.
    """

    contact_name = models.CharField("nombre del contacto", max_length=200, blank=True)
    contact_email = models.EmailField("correo del contacto", blank=True)

    objects = TenantQuerySet["Company"].as_manager()

    class Meta(Institution.Meta):
        verbose_name = "empresa"


class Intermediary(Institution):
    """An OTIC: stands between a company and the training body."""

    objects = TenantQuerySet["Intermediary"].as_manager()

    class Meta(Institution.Meta):
        verbose_name = "OTIC"
        verbose_name_plural = "OTIC"
