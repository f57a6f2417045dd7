from typing import Any

from django.db import migrations, models
from django.db.models import Q

# the causes as they were written until now, in the order in which they are told apart
TOKENS = Q(cause__contains=":token") | Q(cause__endswith="no_token")
PORTAL = Q(cause__endswith=":portal") | Q(
    cause__in=["preflight:return_address:body", "preflight:another_sence:body"]
)
ANSWER = Q(cause__startswith="quarantine:") | Q(cause__startswith="undecided:")


def fill(apps: Any, schema_editor: Any) -> None:
    alerts = apps.get_model("attendance", "OperatorAlert").objects
    alerts.filter(cause__contains=":action").update(subject="action")
    alerts.filter(cause__contains=":enrolment").update(subject="person")
    for subject, told in (("tokens", TOKENS), ("portal", PORTAL), ("answer", ANSWER)):
        alerts.filter(told).update(subject=subject)


class Migration(migrations.Migration):
    """What an alert is about stands in a column, and is not read out of its cause."""

    dependencies = [("attendance", "0014_room_for_any_boundary")]

    operations = [
        migrations.AddField(
            model_name="operatoralert",
            name="subject",
            field=models.CharField(
                choices=[
                    ("tokens", "Los tokens SENCE"),
                    ("portal", "El portal"),
                    ("body", "Los datos de la OTEC"),
                    ("action", "Los datos de la acción"),
                    ("person", "Los datos de un participante"),
                    ("answer", "Una respuesta de SENCE"),
                ],
                default="body",
                max_length=10,
                verbose_name="de qué trata",
            ),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
