from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from otec_portal.core.folding import FoldedField, fold


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    courses = apps.get_model("courses", "Course")._base_manager
    for course in courses.exclude(sence_code="").iterator(chunk_size=1000):
        folded = fold(course.sence_code)
        courses.filter(pk=course.pk).update(sence_code_folded=folded)


class Migration(migrations.Migration):
    """A SENCE code is found in capitals or not."""

    dependencies = [
        ("courses", "0003_real_dates"),
    ]

    operations = [
        migrations.AddField(
            model_name="course",
            name="sence_code_folded",
            field=FoldedField(
                sources=("sence_code",), verbose_name="código SENCE para buscar"
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
