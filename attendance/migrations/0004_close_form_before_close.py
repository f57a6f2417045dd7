from django.db import migrations, models


class Migration(migrations.Migration):
    """Nothing closes without its form; what SQL refuses is told in Spanish."""

    dependencies = [
        ("attendance", "0003_token_use"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="sencesession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["closing", "closed"]), _negated=True),
                    ("close_handed_at__isnull", False),
                    _connector="OR",
                ),
                name="attendance_close_handed_before_closing",
                violation_error_message=(
                    "Ninguna sesión se cierra sin que se entregue el "
                    "formulario de cierre."
                ),
            ),
        ),
        migrations.AlterConstraint(
            model_name="operatoralert",
            name="attendance_one_open_alert_per_cause",
            constraint=models.UniqueConstraint(
                condition=models.Q(("resolved_at", None)),
                fields=("training_body", "cause"),
                name="attendance_one_open_alert_per_cause",
                violation_error_message="Ya hay una alerta abierta por esa causa.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="operatoralert",
            name="attendance_alert_resolved_by_iff_resolved",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("resolved_at", None), ("resolved_by", None)),
                    models.Q(
                        ("resolved_at__isnull", False), ("resolved_by__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="attendance_alert_resolved_by_iff_resolved",
                violation_error_message=(
                    "Una alerta resuelta lleva quién la resolvió y cuándo."
                ),
            ),
        ),
        migrations.AlterConstraint(
            model_name="sencesession",
            name="attendance_opened_at_iff_ever_opened",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("opened_at", None),
                        ("opened_clock", ""),
                        ("state__in", frozenset(["abandoned", "failed", "starting"])),
                    ),
                    models.Q(
                        models.Q(
                            (
                                "state__in",
                                frozenset(["abandoned", "failed", "starting"]),
                            ),
                            _negated=True,
                        ),
                        ("expires_at__isnull", False),
                        ("opened_at__isnull", False),
                        models.Q(("opened_clock", ""), _negated=True),
                        models.Q(("sence_id", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="attendance_opened_at_iff_ever_opened",
                violation_error_message=(
                    "Una sesión que se abrió lleva su inicio, su plazo y el "
                    "identificador de SENCE; una que no se abrió, nada de "
                    "eso."
                ),
            ),
        ),
        migrations.AlterConstraint(
            model_name="sencesession",
            name="attendance_closed_at_iff_closed",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed_at__gte", models.F("opened_at")),
                        ("state", "closed"),
                        models.Q(("closed_clock", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state", "closed"), _negated=True),
                        ("closed_at", None),
                        ("closed_clock", ""),
                    ),
                    _connector="OR",
                ),
                name="attendance_closed_at_iff_closed",
                violation_error_message=(
                    "Solo una sesión cerrada lleva su cierre, que no es "
                    "anterior al inicio."
                ),
            ),
        ),
        migrations.AlterConstraint(
            model_name="sencetoken",
            name="attendance_token_revoked_at_iff_revoked",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("revoked_at__isnull", False), ("state", "revoked")),
                    models.Q(
                        models.Q(("state", "revoked"), _negated=True),
                        ("revoked_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="attendance_token_revoked_at_iff_revoked",
                violation_error_message=(
                    "Solo un token revocado lleva la fecha en que se revocó."
                ),
            ),
        ),
    ]
