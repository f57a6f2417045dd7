import uuid
from hashlib import sha256

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

UNSENT = ["queued", "sending"]
NEW = ["retrying", "uncertain", "refused"]


def withdraw(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Keep from leaving what nobody released to SENCE."""
    mails = apps.get_model("core", "OutgoingEmail")._base_manager
    found = mails.filter(state__in=UNSENT, to__iregex=r"[@.]sence\.cl$")
    for pk, text in found.values_list("pk", "text"):
        mails.filter(pk=pk).update(
            state="withdrawn",
            text="",
            text_sha256=sha256(text.encode()).hexdigest(),
        )


def back(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Leave only states that the constraint of before knows, without words."""
    mails = apps.get_model("core", "OutgoingEmail")._base_manager
    mails.filter(state="retrying").update(state="queued")
    mails.filter(state__in=NEW).update(state="withdrawn")
    settled = mails.exclude(state__in=UNSENT).filter(text_sha256="")
    for pk, text in settled.values_list("pk", "text"):
        mails.filter(pk=pk).update(
            text="", html="", text_sha256=sha256(text.encode()).hexdigest()
        )


class Migration(migrations.Migration):
    """SQL holds what a mail may be; none goes to SENCE that nobody released."""

    dependencies = [
        ("core", "0015_mail_knows_its_fate"),
    ]

    operations = [
        migrations.RunPython(withdraw, back),
        migrations.AlterField(
            model_name="outgoingemail",
            name="public_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.AddIndex(
            model_name="outgoingemail",
            index=models.Index(
                fields=["training_body", "-created_at"], name="core_mail_of_body"
            ),
        ),
        migrations.AddIndex(
            model_name="outgoingemail",
            index=models.Index(
                condition=models.Q(
                    ("decided_at", None), ("state__in", ("uncertain", "refused"))
                ),
                fields=["training_body", "created_at"],
                name="core_mail_for_a_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="outgoingemail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("secret", False), ("text_sha256", "")),
                    models.Q(
                        ("secret", True),
                        ("state__in", ("queued", "retrying", "sending")),
                        ("text_sha256", ""),
                    ),
                    models.Q(
                        ("html", ""),
                        ("secret", True),
                        ("text", ""),
                        ("text_sha256__regex", "^[0-9a-f]{64}$"),
                        models.Q(
                            ("state__in", ("queued", "retrying", "sending")),
                            _negated=True,
                        ),
                    ),
                    _connector="OR",
                ),
                name="core_mail_secret_text_is_forgotten_once_settled",
                violation_error_message=(
                    "De un correo con un enlace que deja entrar queda, una vez "
                    "resuelto, solo la huella del texto."
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="outgoingemail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("queued", "retrying")), _negated=True),
                    ("handed_at", None),
                    _connector="OR",
                ),
                name="core_mail_waiting_was_not_handed_over",
                violation_error_message=(
                    "Un correo que espera no se ha empezado a entregar."
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="outgoingemail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "uncertain"), _negated=True),
                    ("handed_at__isnull", False),
                    _connector="OR",
                ),
                name="core_mail_uncertain_was_handed_over",
                violation_error_message=(
                    "Solo es dudoso un correo que se empezó a entregar."
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="outgoingemail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by", None)),
                    models.Q(
                        ("decided_at__isnull", False), ("decided_by__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="core_mail_decided_at_iff_decided_by",
                violation_error_message="Una decisión lleva quién y cuándo.",
            ),
        ),
        migrations.AddConstraint(
            model_name="outgoingemail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state__in", ("queued", "retrying", "sending")), _negated=True
                    ),
                    models.Q(("to__iregex", "[@.]sence\\.cl$"), _negated=True),
                    ("released_by__isnull", False),
                    _connector="OR",
                ),
                name="core_mail_to_sence_is_released_by_a_person",
                violation_error_message=(
                    "A SENCE solo se le escribe cuando una persona lo pide."
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="outgoingemail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "queued",
                            "sending",
                            "retrying",
                            "sent",
                            "uncertain",
                            "refused",
                            "withdrawn",
                        ],
                    )
                ),
                name="core_mail_state_is_known",
                violation_error_message="Elige uno de los valores posibles.",
            ),
        ),
        migrations.AddConstraint(
            model_name="outgoingemail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "failure__in",
                        [
                            "",
                            "unreachable",
                            "account",
                            "sender",
                            "dropped",
                            "later",
                            "recipient",
                            "message",
                            "address",
                            "silence",
                            "died",
                            "other",
                        ],
                    )
                ),
                name="core_mail_failure_is_known",
                violation_error_message="Elige uno de los valores posibles.",
            ),
        ),
    ]
