from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Max, Min, OuterRef, Subquery

AT_ONCE = 20_000  # sessions in a transaction of their own: nobody waits long


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Copy the training body of each session's enrolment onto the session."""
    sessions = apps.get_model("attendance", "SenceSession")._base_manager
    enrolments = apps.get_model("courses", "Enrolment")._base_manager
    body = enrolments.filter(pk=OuterRef("enrolment_id")).values(
        "action__course__training_body"
    )
    unfilled = sessions.filter(training_body=None)
    bounds = unfilled.aggregate(first=Min("pk"), last=Max("pk"))
    if bounds["first"] is None:
        return
    for first in range(bounds["first"], bounds["last"] + 1, AT_ONCE):
        some = unfilled.filter(pk__gte=first, pk__lt=first + AT_ONCE)
        some.update(training_body=Subquery(body[:1]))


class Migration(migrations.Migration):
    """Fill: can be begun again where it was interrupted."""

    atomic = False
    dependencies = [
        ("attendance", "0011_sessions_carry_their_body"),
        ("courses", "0002_roster_imports"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
