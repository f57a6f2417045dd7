from django.db import migrations, models
from django.db.migrations.operations.base import Operation
from django.db.models import F, Q

from otec_portal.core.append_only import AppendOnlyAgain

EVIDENCE = ["Decision", "Handover", "Receipt", "Review"]
SESSION_STATES = [
    *("starting", "open", "closing", "closed"),
    *("failed", "abandoned", "expired"),
]
OUTCOMES = [
    *("applied", "repeated", "quarantined"),
    *("late", "out_of_order", "copied"),
]
KINDS = ["start_confirmed", "start_failed", "close_confirmed", "close_failed"]
SUBJECTS = ["tokens", "portal", "body", "action", "person", "answer"]


def check(model: str, name: str, condition: Q, told: str) -> Operation:
    return migrations.AddConstraint(
        model_name=model,
        constraint=models.CheckConstraint(
            condition=condition, name=name, violation_error_message=told
        ),
    )


def known(model: str, name: str, field: str, values: list[str | int]) -> Operation:
    told = "Elige uno de los valores posibles."
    return check(model, name, Q(**{f"{field}__in": values}), told)


class Migration(migrations.Migration):
    """SQL takes no value that the code doesn't know, nor a session in the wrong order.

    SQLite makes each of these tables anew: evidence gets its triggers back.
    """

    dependencies = [
        ("attendance", "0015_alerts_say_what_they_are_about"),
    ]

    operations = [
        *(AppendOnlyAgain(model) for model in EVIDENCE),
        known("decision", "attendance_decision_outcome_is_known", "outcome", OUTCOMES),
        known(
            "handover", "attendance_handover_step_is_known", "step", ["start", "close"]
        ),
        known(
            "operatoralert", "attendance_alert_subject_is_known", "subject", SUBJECTS
        ),
        known("receipt", "attendance_receipt_kind_is_known", "kind", KINDS),
        known(
            "review",
            "attendance_review_verdict_is_known",
            "verdict",
            ["accepted", "dismissed"],
        ),
        check(
            "sencesession",
            "attendance_session_starts_before_its_limit",
            Q(start_by__gte=F("started_at")),
            "El plazo para iniciar no es anterior a la solicitud.",
        ),
        check(
            "sencesession",
            "attendance_session_opens_before_it_expires",
            Q(expires_at=None) | Q(expires_at__gt=F("opened_at")),
            "Una sesión vence después de su inicio.",
        ),
        check(
            "sencesession",
            "attendance_session_closes_within_its_limit",
            Q(closed_at=None) | Q(closed_at__lte=F("expires_at")),
            "Ninguna sesión cierra después de que vence.",
        ),
        known(
            "sencesession", "attendance_session_state_is_known", "state", SESSION_STATES
        ),
        known(
            "sencesession",
            "attendance_session_environment_is_known",
            "environment",
            ["test", "production"],
        ),
        known("sencesession", "attendance_session_line_is_known", "line", [1, 3, 6]),
        known(
            "sencetoken",
            "attendance_token_state_is_known",
            "state",
            ["in_force", "suspect", "revoked"],
        ),
        *(AppendOnlyAgain(model) for model in EVIDENCE),
    ]
