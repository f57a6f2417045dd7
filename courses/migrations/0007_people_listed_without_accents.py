from typing import Any, Final

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from otec_portal.core.folding import FoldedField, fold

BATCH: Final = 1000


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    people = apps.get_model("courses", "Participant")._base_manager
    filled: list[Any] = []
    for person in people.iterator(chunk_size=BATCH):
        person.listed_folded = fold(f"{person.last_names} {person.first_names}")
        filled.append(person)
        if len(filled) == BATCH:
            people.bulk_update(filled, ["listed_folded"])
            filled.clear()
    people.bulk_update(filled, ["listed_folded"])


class Migration(migrations.Migration):
    """People stand in lists by their last names; Ñ and accents are no letters apart."""

    dependencies = [("courses", "0005_calendar_addresses")]

    operations = [
        migrations.AddField(
            model_name="participant",
            name="listed_folded",
            field=FoldedField(
                sources=("last_names", "first_names"),
                verbose_name="apellidos y nombres para ordenar",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
