import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """An alert about one person's data says whose they are."""

    dependencies = [
        ("attendance", "0004_close_form_before_close"),
        ("courses", "0002_roster_imports"),
    ]

    operations = [
        migrations.AddField(
            model_name="operatoralert",
            name="enrolment",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="courses.enrolment",
                verbose_name="participante",
            ),
        ),
    ]
