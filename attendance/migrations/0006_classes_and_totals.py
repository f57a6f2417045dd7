import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from otec_portal.core.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [
        ("attendance", "0005_alert_of_one_person"),
        ("courses", "0002_roster_imports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AttendanceTotal",
            fields=[
                (
                    "enrolment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="attendance_total",
                        serialize=False,
                        to="courses.enrolment",
                        verbose_name="inscripción",
                    ),
                ),
                (
                    "class_seconds",
                    models.PositiveIntegerField(
                        default=0, verbose_name="segundos en clases"
                    ),
                ),
                (
                    "outside_seconds",
                    models.PositiveIntegerField(
                        default=0, verbose_name="segundos fuera de clases"
                    ),
                ),
                (
                    "adjusted_seconds",
                    models.IntegerField(default=0, verbose_name="segundos ajustados"),
                ),
                (
                    "sessions",
                    models.PositiveIntegerField(
                        default=0, verbose_name="sesiones confirmadas"
                    ),
                ),
            ],
            options={
                "verbose_name": "asistencia acumulada",
                "verbose_name_plural": "asistencias acumuladas",
            },
        ),
        migrations.CreateModel(
            name="ClassTime",
            fields=[
                (
                    "action",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="class_time",
                        serialize=False,
                        to="courses.trainingaction",
                        verbose_name="acción",
                    ),
                ),
                (
                    "held_seconds",
                    models.PositiveIntegerField(
                        default=0, verbose_name="segundos de clases"
                    ),
                ),
            ],
            options={
                "verbose_name": "tiempo de clases",
                "verbose_name_plural": "tiempos de clases",
            },
        ),
        migrations.CreateModel(
            name="Adjustment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("seconds", models.IntegerField(verbose_name="segundos")),
                ("reason", models.CharField(max_length=500, verbose_name="motivo")),
                ("at", models.DateTimeField(verbose_name="cuándo")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="por",
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="adjustments",
                        to="courses.enrolment",
                        verbose_name="inscripción",
                    ),
                ),
            ],
            options={
                "verbose_name": "ajuste",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("seconds", 0), _negated=True),
                        name="attendance_adjustment_changes_something",
                        violation_error_message="Un ajuste agrega o quita tiempo.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="attendance_adjustment_has_a_reason",
                        violation_error_message="Falta el motivo del ajuste.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TrainingClass",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "public_id",
                    models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "En curso"),
                            ("ended", "Terminada"),
                            ("annulled", "Anulada"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="estado",
                    ),
                ),
                ("started_at", models.DateTimeField(verbose_name="inicio")),
                (
                    "ended_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="término"),
                ),
                (
                    "entered_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="ingresada después"
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True, max_length=500, verbose_name="motivo del ingreso"
                    ),
                ),
                (
                    "annulled_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="anulada"),
                ),
                (
                    "annulment_reason",
                    models.CharField(
                        blank=True,
                        max_length=500,
                        verbose_name="motivo de la anulación",
                    ),
                ),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="classes",
                        to="courses.trainingaction",
                        verbose_name="acción",
                    ),
                ),
                (
                    "annulled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="anulada por",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="ingresada por",
                    ),
                ),
                (
                    "facilitator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="classes",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="facilitador",
                    ),
                ),
            ],
            options={
                "verbose_name": "clase",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("action", "facilitator"),
                        name="attendance_one_open_class_per_facilitator_and_action",
                        violation_error_code="class_is_open",
                        violation_error_message=(
                            "Ya tienes una clase en curso en esta acción."
                        ),
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at", None),
                            ("ended_at__gt", models.F("started_at")),
                            _connector="OR",
                        ),
                        name="attendance_class_ends_after_it_starts",
                        violation_error_code="ends_before_it_starts",
                        violation_error_message=(
                            "La clase termina después de su inicio."
                        ),
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("state", "open")),
                            models.Q(("ended_at__isnull", False), ("state", "ended")),
                            ("state", "annulled"),
                            _connector="OR",
                        ),
                        name="attendance_class_ended_at_unless_open",
                        violation_error_message=(
                            "Solo una clase en curso no tiene término."
                        ),
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("entered_at", None),
                                ("entered_by", None),
                                ("reason", ""),
                            ),
                            models.Q(
                                ("entered_at__isnull", False),
                                ("entered_by__isnull", False),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="attendance_class_entered_with_a_reason",
                        violation_error_message="Falta el motivo del ingreso.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(("state", "annulled"), _negated=True),
                                ("annulled_at", None),
                                ("annulled_by", None),
                                ("annulment_reason", ""),
                            ),
                            models.Q(
                                ("annulled_at__isnull", False),
                                ("annulled_by__isnull", False),
                                ("state", "annulled"),
                                models.Q(("annulment_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="attendance_class_annulled_with_a_reason",
                        violation_error_message="Falta el motivo de la anulación.",
                    ),
                ],
            },
        ),
        AppendOnly("Adjustment"),
    ]
