"""Training actions ("acciones"): courses as they are executed."""

import uuid
from datetime import date, timedelta

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from courses import codes
from courses.models.choices import (
    DECISIONS,
    ActionState,
    ActivityType,
    AttendancePolicy,
    Environment,
    Line,
)
from courses.models.courses import Course
from courses.models.people import Company, Intermediary
from courses.pairs import mismatches
from courses.sql import day_zero_of_row
from courses.terms import Terms, day_zero
from otec_portal.core.folding import FoldedField, Folding
from otec_portal.core.pesos import MOST, OUT_OF_RANGE, PesosField
from otec_portal.core.regions import region_field
from otec_portal.core.tenancy import Owned, TenantQuerySet

FIRST_DATE, LAST_DATE = date(2000, 1, 1), date(2100, 12, 31)  # that an action has
# a technical bound, no rule of SENCE's: the usual three hours are the default of the
# setting SENCE_SESSION_MAX alone (docs/adr/0032) [choice]
LONGEST_SESSION_MINUTES = 24 * 60
TOO_SHORT = "Escribe 1 minuto o más."
TOO_LONG = (
    f"El portal admite hasta {LONGEST_SESSION_MINUTES} minutos (24 horas) por sesión."
)


def code_with(typed: str, path: str = "") -> Q:
    """Say in which action's code `typed` stands; an accent alone stands in none."""
    folded = codes.sought(typed)
    return Q(**{f"{path}code_folded__contains": folded}) if folded else Q(pk__in=[])


def _in_our_time(which: str, field: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"courses_action_{which}_in_our_time",
        condition=models.Q(**{f"{field}__range": (FIRST_DATE, LAST_DATE)}),
        violation_error_message=(
            f"Revisa el año: va de {FIRST_DATE.year} a {LAST_DATE.year}."
        ),
        violation_error_code=f"{which}_out_of_our_time",
    )


class TrainingAction(Owned, Folding):
    """One execution of a course, for one company, between two dates."""

    TENANT_PATH = "course__training_body"
    REGION_PATH = "region"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey(Course, models.PROTECT, verbose_name="curso")
    action_code = models.CharField(
        "código de la acción",
        max_length=50,
        help_text="ID de acción, folio SENCE o Registro Único.",
    )
    code_folded = FoldedField("código para buscar", sources=["action_code"])
    line = models.PositiveSmallIntegerField("línea de capacitación", choices=Line)
    environment = models.CharField(
        "ambiente", max_length=10, choices=Environment, default=Environment.TEST
    )
    production_used_at = models.DateTimeField(
        "con registros en producción desde", null=True, editable=False
    )
    starts_on = models.DateField("fecha de inicio")
    ends_on = models.DateField("fecha de término")
    region = region_field()
    supervising_entity = models.CharField(
        "entidad supervisora", max_length=200, blank=True
    )
    supervising_entity_folded = FoldedField(
        "entidad supervisora para buscar", sources=["supervising_entity"]
    )
    company = models.ForeignKey(
        Company, models.PROTECT, null=True, blank=True, verbose_name="empresa"
    )
    intermediary = models.ForeignKey(
        Intermediary, models.PROTECT, null=True, blank=True, verbose_name="OTIC"
    )
    activity_type = models.CharField(
        "tipo de actividad",
        max_length=15,
        choices=ActivityType,
        default=ActivityType.TOTAL,
    )
    related_action = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="complementary_action",
        verbose_name="acción relacionada",
    )
    places = models.PositiveIntegerField("cupos", null=True, blank=True)
    billing_reference = models.CharField(
        "N° de factura u orden de compra", max_length=40, blank=True
    )
    value = PesosField("valor de la acción", null=True, blank=True)
    course_url = models.URLField("dirección del curso en el LMS", blank=True)
    session_max_minutes = models.PositiveIntegerField(
        "duración máxima de una sesión (minutos)",
        null=True,
        blank=True,
        validators=[
            MinValueValidator(1, TOO_SHORT),
            MaxValueValidator(LONGEST_SESSION_MINUTES, TOO_LONG),
        ],
        help_text="En blanco: la del portal (SENCE_SESSION_MAX).",
    )
    attendance_policy = models.CharField(
        "política de asistencia",
        max_length=15,
        choices=AttendancePolicy,
        default=AttendancePolicy.BY_TIME,
    )
    decision = models.CharField(
        "decisión",
        max_length=10,
        blank=True,
        choices=[(state.value, state.label) for state in DECISIONS],
    )
    real_starts_on = models.DateField("inicio real", null=True, editable=False)
    real_ends_on = models.DateField("término real", null=True, editable=False)
    frozen_at = models.DateTimeField("cerrada desde", null=True, editable=False)
    day_zero = models.GeneratedField(
        verbose_name="día 0 de sus plazos",
        expression=day_zero_of_row(ActivityType.PARTIAL.value),
        output_field=models.DateField(),
        db_persist=True,
    )

    objects = TenantQuerySet["TrainingAction"].as_manager()

    class Meta:
        verbose_name = "acción"
        verbose_name_plural = "acciones"
        constraints = [
            models.UniqueConstraint(
                name="courses_action_code_once_per_course",
                fields=["course", "action_code"],
                condition=~models.Q(action_code=codes.UNCHECKED),
                violation_error_message="El curso ya tiene una acción con este código.",
                violation_error_code="action_code_taken",
            ),
            _in_our_time("starts", "starts_on"),
            _in_our_time("ends", "ends_on"),
            models.CheckConstraint(
                name="courses_action_ends_after_it_starts",
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                violation_error_message=(
                    "La fecha de término no puede ser anterior a la de inicio."
                ),
                violation_error_code="ends_before_it_starts",
            ),
            models.CheckConstraint(
                name="courses_action_unchecked_code_only_in_test",
                condition=~models.Q(action_code=codes.UNCHECKED)
                | models.Q(environment=Environment.TEST),
                violation_error_message="El código -1 es solo para ambiente de prueba.",
                violation_error_code="unchecked_in_production",
            ),
            models.CheckConstraint(
                name="courses_action_stays_in_production",
                condition=models.Q(production_used_at=None)
                | models.Q(environment=Environment.PRODUCTION),
                violation_error_message=(
                    "La acción ya tiene registros en producción: "
                    "no puede volver al ambiente de prueba."
                ),
            ),
            models.CheckConstraint(
                name="courses_action_session_within_a_day",
                condition=models.Q(session_max_minutes=None)
                | models.Q(session_max_minutes__range=(1, LONGEST_SESSION_MINUTES)),
                violation_error_message=TOO_LONG,
                violation_error_code="session_too_long",
            ),
            models.CheckConstraint(
                name="courses_action_only_complementary_names_its_partial",
                condition=models.Q(related_action=None)
                | models.Q(activity_type=ActivityType.COMPLEMENTARY),
                violation_error_message=(
                    "Solo una actividad complementaria indica su acción relacionada."
                ),
                violation_error_code="names_a_related_action",
            ),
            models.CheckConstraint(
                name="courses_action_is_related_to_another",
                condition=~models.Q(related_action=models.F("id")),
                violation_error_message=(
                    "Una acción no puede ser su propia acción relacionada."
                ),
                violation_error_code="related_to_itself",
            ),
            models.CheckConstraint(
                name="courses_action_real_start_only_of_complementary",
                condition=models.Q(real_starts_on=None)
                | models.Q(activity_type=ActivityType.COMPLEMENTARY),
                violation_error_message=(
                    "Solo una actividad complementaria lleva fecha de inicio real."
                ),
            ),
            models.CheckConstraint(
                name="courses_action_real_end_only_of_partial",
                condition=models.Q(real_ends_on=None)
                | models.Q(activity_type=ActivityType.PARTIAL),
                violation_error_message=(
                    "Solo una actividad parcial lleva fecha de término real."
                ),
            ),
            models.CheckConstraint(
                name="courses_action_value_is_an_amount",
                condition=models.Q(value=None) | models.Q(value__range=(1, MOST)),
                violation_error_message=OUT_OF_RANGE,
                violation_error_code="value_out_of_range",
            ),
            models.CheckConstraint(
                name="courses_action_can_be_found",
                condition=~models.Q(code_folded=""),
                violation_error_message="Falta el código de la acción.",
            ),
        ]
        indexes = [
            models.Index(name="courses_action_dates", fields=["ends_on"]),
            models.Index(name="courses_action_starts", fields=["starts_on"]),
            models.Index(name="courses_action_day_zero", fields=["day_zero"]),
            models.Index(
                name="courses_action_code_begins",
                fields=["code_folded"],
                opclasses=["text_pattern_ops"],
            ),
            GinIndex(
                name="courses_action_entity_words",
                fields=["supervising_entity_folded"],
                opclasses=["gin_trgm_ops"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action_code} · {self.course.name}"

    def clean(self) -> None:
        """What one row can't say of itself: its code's form, whom it names."""
        code, line = self.action_code, self.line or 0
        if code and (problem := codes.action_code_problem(code, line=line)):
            wrong = ValidationError(problem, code="action_code_form")
            raise ValidationError({"action_code": wrong})
        super().clean()
        if self.course_id and self.starts_on:
            self._refuse_mismatches()

    def _refuse_mismatches(self) -> None:
        """A partial action and its complementary fit, from whichever side."""
        if self.related_action and self.activity_type == ActivityType.COMPLEMENTARY:
            found = mismatches(partial=self.related_action, complementary=self)
            field = "related_action"
        elif other := self.its_complementary():
            found = mismatches(partial=self, complementary=other)
            field = "activity_type"
        else:
            return
        if wrong := [ValidationError(one.message, code=one.code) for one in found]:
            raise ValidationError({field: wrong})

    @property
    def is_partial(self) -> bool:
        """Whether it is this year's part of a course that goes on in the next."""
        return self.activity_type == ActivityType.PARTIAL

    def its_complementary(self) -> "TrainingAction | None":
        """Return the complementary action that names this one, or None."""
        if self.pk is None:
            return None
        return type(self)._base_manager.filter(related_action=self.pk).first()

    def state_on(self, today: date) -> ActionState:
        """Return the state on `today`, a date in America/Santiago."""
        if self.decision:
            return ActionState(self.decision)
        if today < self.starts_on:
            return ActionState.UPCOMING
        return ActionState.RUNNING if today <= self.ends_on else ActionState.FINISHED

    def terms(self, *, real_ends_on: date | None = None) -> Terms:
        """Return its terms for certificate and liquidation.

        With `real_ends_on` as they would be, were that the real end of this partial.
        """
        return Terms(
            day_zero(
                partial=self.activity_type == ActivityType.PARTIAL,
                starts_on=self.starts_on,
                ends_on=self.ends_on,
                real_ends_on=real_ends_on or self.real_ends_on,
            )
        )

    def session_limit(self) -> timedelta:
        """Return how long one SENCE session of this action may last."""
        if self.session_max_minutes:
            return timedelta(minutes=self.session_max_minutes)
        return timedelta(seconds=settings.SENCE_SESSION_MAX)

    def lacks_places_for(self, people: int) -> bool:
        """Say whether `people` on its roster, the exempt too [choice], are too many."""
        return self.places is not None and people > self.places

    @property
    def is_frozen(self) -> bool:
        """Whether nothing of it may change any more, because it is certified.

        No clock is asked: a deed that took its time, then waited for the row behind
        an emission, is earlier than it by its clock and later by the lock. What comes
        late from SENCE is no change of the action: it is judged by its own time and
        finds no session that it could move (attendance.services.decisions).
        """
        return self.frozen_at is not None

    @property
    def closed_because(self) -> str:
        """Why nothing of it may change, in Spanish, or "". No clock (see is_frozen)."""
        if self.decision:
            state = self.get_decision_display().lower()
            return f"La acción está {state} y ya no se puede modificar."
        if self.is_frozen:
            return (
                "La acción está cerrada porque su certificado ya se emitió: "
                "no se puede modificar."
            )
        return ""
