from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

from otec_portal.core.folding import FoldedField


class Migration(migrations.Migration):
    """Expand: words without accents and case, beside the words themselves."""

    dependencies = [("core", "0002_append_only"), ("courses", "0001_initial")]

    operations = [
        TrigramExtension(),
        migrations.AddField(
            "participant",
            "name_folded",
            FoldedField("nombre para buscar", sources=["first_names", "last_names"]),
        ),
        migrations.AddField(
            "trainingaction",
            "code_folded",
            FoldedField("código para buscar", sources=["action_code"]),
        ),
        migrations.AddField(
            "trainingaction",
            "supervising_entity_folded",
            FoldedField(
                "entidad supervisora para buscar", sources=["supervising_entity"]
            ),
        ),
    ]
