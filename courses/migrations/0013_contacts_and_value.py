from django.db import migrations, models

import otec_portal.core.pesos


class Migration(migrations.Migration):
    """Who at a company gets its packets; what is at stake in an action."""

    dependencies = [
        ("courses", "0012_longest_session_is_a_day"),
    ]

    operations = [
        migrations.AddField(
            model_name="company",
            name="contact_email",
            field=models.EmailField(
                blank=True, max_length=254, verbose_name="correo del contacto"
            ),
        ),
        migrations.AddField(
            model_name="company",
            name="contact_name",
            field=models.CharField(
                blank=True, max_length=200, verbose_name="nombre del contacto"
            ),
        ),
        migrations.AddField(
            model_name="trainingaction",
            name="value",
            field=otec_portal.core.pesos.PesosField(
                blank=True, null=True, verbose_name="valor de la acción"
            ),
        ),
        migrations.AddConstraint(
            model_name="trainingaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("value", None),
                    ("value__range", (1, 999999999999)),
                    _connector="OR",
                ),
                name="courses_action_value_is_an_amount",
                violation_error_code="value_out_of_range",
                violation_error_message="Escribe un monto entre $1 y $999.999.999.999.",
            ),
        ),
    ]
