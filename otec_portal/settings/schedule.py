"""What the scheduler lets the worker look for, and how often."""

from typing import Any

from celery.schedules import crontab

from otec_portal.settings.environment import Environment

HOUR = 60 * 60  # seconds


def _every(seconds: int, task: str) -> dict[str, Any]:
    """Poll by `task`. What no worker took in its whole interval is dropped.

    The next one does the same work: after a pause of the workers none lies in heaps.
    """
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}


def schedule(env: Environment) -> dict[str, dict[str, Any]]:
    """Return Celery's schedule; some intervals come from the environment."""
    return {
        "settle SENCE sessions past their limits": _every(
            env.int("SETTLE_EVERY", default=30, least=1),
            "attendance.tasks.settle_overdue_sessions",
        ),
        "go on with emissions that were interrupted": _every(
            60, "certificates.tasks.resume_batches"
        ),
        "print the certificates whose worker died": _every(
            env.int("PRINT_EVERY", default=60, least=1),
            "certificates.tasks.make_missing_documents",
        ),
        "build the packets whose worker died": _every(
            env.int("BUILD_EVERY", default=60, least=1),
            "liquidation.tasks.resume_builds",
        ),
        "decide those that were left undecided for days": {
            "task": "attendance.tasks.decide_receipts_of_any_age",
            "schedule": crontab(hour="4", minute="10"),
            "options": {"expires": 24 * HOUR},
        },
        "forget sign-in attempts that count no more": _every(
            HOUR, "otec_portal.core.tasks.forget_attempts"
        ),
        "forget rosters that were uploaded and not imported": _every(
            HOUR, "courses.tasks.forget_expired_uploads"
        ),
        "forget exports of SENCE's that were uploaded and not accepted": _every(
            HOUR, "attendance.tasks.forget_expired_exports"
        ),
        "sweep away private files that no row names": {
            "task": "liquidation.tasks.sweep_papers",
            "schedule": crontab(hour="3", minute="40"),
            "options": {"expires": 24 * HOUR},
        },
        "show that the scheduler lives": _every(
            env.int("PULSE_EVERY", default=60, least=1),
            "otec_portal.core.tasks.give_pulse",
        ),
        "remind of terms": _every(
            env.int("REMIND_EVERY", default=5 * 60, least=1), "otec_portal.tasks.remind"
        ),
        "send the mail that is due": _every(
            env.int("SEND_MAIL_EVERY", default=20, least=1),
            "otec_portal.core.tasks.send_due_mail",
        ),
    }
