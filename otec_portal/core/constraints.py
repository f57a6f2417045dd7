"""Constraints that many models have alike."""

from django.db import models
from django.db.models.enums import ChoicesType


def choices_constraint(
    name: str, field: str, choices: ChoicesType
) -> models.CheckConstraint:
    """Return the constraint `name`: SQL takes no other value of `field` either."""
    return models.CheckConstraint(
        name=name,
        condition=models.Q(**{f"{field}__in": choices.values}),
        violation_error_message="Elige uno de los valores posibles.",
    )
