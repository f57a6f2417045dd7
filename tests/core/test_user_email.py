"""An address belongs to one user, however its letters are written."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection

from otec_portal.core.models import User
from tests.factories.core import UserFactory

pytestmark = pytest.mark.django_db
TAKEN = "ana@otec.example"


def test_address_of_another_in_capitals_is_refused_in_spanish() -> None:
    UserFactory(email=TAKEN)
    other = User(rut="12345678-5", full_name="Ana", email=TAKEN.upper())
    other.clean_fields(exclude={"password"})
    with pytest.raises(ValidationError) as refused:
        other.validate_constraints()
    assert "Ya hay un usuario con este correo." in refused.value.messages


def test_address_of_another_in_capitals_is_refused_by_the_database() -> None:
    UserFactory(email=TAKEN)
    with pytest.raises(IntegrityError):
        UserFactory(email=TAKEN.upper())


def test_capitals_written_past_the_portal_are_refused_by_the_database() -> None:
    """So that the unique address can't be gone round in SQL either."""
    user = UserFactory(email=TAKEN)
    table = User._meta.db_table
    with (
        pytest.raises(IntegrityError),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            f"UPDATE {table} SET email = %s WHERE id = %s",
            [TAKEN.upper(), user.pk],
        )
