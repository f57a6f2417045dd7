from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from otec_portal.core.folding import folded_fields

BATCH = 2000


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Fold what is there already, a batch at a time."""
    for name in ("Participant", "TrainingAction"):
        model = apps.get_model("courses", name)
        columns = folded_fields(model)
        wanted = {source for column in columns for source in column.sources}
        batch = []
        for row in model.objects.only(*wanted).iterator(chunk_size=BATCH):
            for column in columns:
                column.pre_save(row, add=False)
            batch.append(row)
            if len(batch) == BATCH:
                _write(model, batch, columns)
        _write(model, batch, columns)


def _write(model, batch, columns) -> None:
    model.objects.bulk_update(batch, [column.name for column in columns])
    batch.clear()


class Migration(migrations.Migration):
    """Fill: fold the names, codes and entities that came before."""

    dependencies = [("courses", "0010_search_columns")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
