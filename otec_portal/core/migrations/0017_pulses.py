from django.db import migrations, models


class Migration(migrations.Migration):
    """Each part of the portal leaves a mark when it works."""

    dependencies = [
        ("core", "0016_mail_holds"),
    ]

    operations = [
        migrations.CreateModel(
            name="Pulse",
            fields=[
                (
                    "part",
                    models.CharField(
                        choices=[
                            ("worker", "Trabajador"),
                            ("scheduler", "Programador"),
                            ("storage", "Almacenamiento"),
                            ("mail", "Correo"),
                        ],
                        max_length=10,
                        primary_key=True,
                        serialize=False,
                        verbose_name="parte",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="cuándo")),
            ],
            options={
                "verbose_name": "latido",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("part__in", ["worker", "scheduler", "storage", "mail"])
                        ),
                        name="core_pulse_part_is_known",
                        violation_error_message="Elige uno de los valores posibles.",
                    )
                ],
            },
        ),
    ]
