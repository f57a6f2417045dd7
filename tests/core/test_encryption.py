"""Secrets at rest: encrypted, readable after a key changes, never silently lost."""

from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from pytest_django import Settings

from attendance.models import SenceToken
from otec_portal.core.encryption import UnreadableSecret, decrypt, encrypt
from tests.factories import SECRET
from tests.factories.core import UserFactory
from tests.factories.tokens import SenceTokenFactory


def stored(token: SenceToken) -> str:
    """What really stands in the column."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT secret FROM attendance_sencetoken WHERE id = %s", [token.pk]
        )
        (value,) = cursor.fetchone()
    return str(value)


def test_secret_encrypted_twice_differs_and_opens_both_times() -> None:
    first, second = encrypt("señal"), encrypt("señal")
    assert first != second
    assert "señal" not in first
    assert [decrypt(first), decrypt(second)] == ["señal", "señal"]


def test_secret_under_another_key_raises(settings: Settings) -> None:
    """C12: a ciphertext that no key opens is an error, never a value."""
    settings.ENCRYPTION_KEYS = ["old"]
    ciphertext = encrypt("x")
    settings.ENCRYPTION_KEYS = ["another"]
    with pytest.raises(UnreadableSecret):
        decrypt(ciphertext)


@pytest.mark.parametrize("damaged", ["", "gAAAAA", "plain text", "ñ"])
def test_secret_that_is_no_ciphertext_raises(damaged: str) -> None:
    with pytest.raises(UnreadableSecret):
        decrypt(damaged)


@pytest.mark.django_db
def test_token_in_the_database_is_ciphertext() -> None:
    token = SenceTokenFactory()
    assert SECRET not in stored(token)
    assert SenceToken.objects.get(pk=token.pk).secret == SECRET


@pytest.mark.django_db
def test_token_after_key_rotation_is_readable_then_rewrapped(
    settings: Settings,
) -> None:
    """C12: rotate, read with both, rewrap, read with the new key alone."""
    settings.ENCRYPTION_KEYS = ["old"]
    tokens = [SenceTokenFactory(secret=f"{SECRET[:-1]}{n}") for n in range(3)]
    settings.ENCRYPTION_KEYS = ["new", "old"]
    assert [SenceToken.objects.get(pk=one.pk).secret for one in tokens] == [
        one.secret for one in tokens
    ]

    before = [stored(one) for one in tokens]
    told = StringIO()
    call_command("rewrap_secrets", stdout=told)
    assert "attendance.SenceToken: 3 rows" in told.getvalue()
    assert not set(before) & {stored(one) for one in tokens}

    settings.ENCRYPTION_KEYS = ["new"]
    assert [SenceToken.objects.get(pk=one.pk).secret for one in tokens] == [
        one.secret for one in tokens
    ]


@pytest.mark.django_db
def test_token_after_its_key_was_thrown_away_raises(settings: Settings) -> None:
    """C12: reading a row never yields the ciphertext as if it were the token."""
    settings.ENCRYPTION_KEYS = ["old"]
    token = SenceTokenFactory()
    settings.ENCRYPTION_KEYS = ["new"]
    with pytest.raises(UnreadableSecret):
        _ = SenceToken.objects.get(pk=token.pk).secret
    (value,) = SenceToken.objects.values_list("secret", flat=True)
    assert str(value) == "Ciphertext()"


@pytest.mark.django_db
def test_row_with_a_secret_that_nobody_can_read_is_there_all_the_same(
    settings: Settings,
) -> None:
    settings.ENCRYPTION_KEYS = ["old"]
    token = SenceTokenFactory()
    before = stored(token)
    settings.ENCRYPTION_KEYS = ["new"]
    (found,) = SenceToken.objects.all()
    assert (found.last4, found.readable) == (SECRET[-4:], False)
    found.label = "Otro nombre"
    with pytest.raises(UnreadableSecret), transaction.atomic():
        found.save()
    found.save(update_fields=["label"])
    assert stored(token) == before


@pytest.mark.django_db
def test_secret_left_out_of_a_query_is_fetched_and_opened_on_use() -> None:
    SenceTokenFactory()
    (found,) = SenceToken.objects.defer("secret")
    assert "secret" in found.get_deferred_fields()
    assert found.secret == SECRET


@pytest.mark.django_db
def test_rewrap_with_a_key_missing_passes_over_what_it_can_not_read(
    settings: Settings,
) -> None:
    """C12: the lost one is not overwritten, the others are; it ends with a list."""
    written_with = ["old", "lost", "old"]
    tokens, factors = [], []
    for key in written_with:
        settings.ENCRYPTION_KEYS = [key]
        tokens.append(SenceTokenFactory())
        data = {"secret": encrypt("x")}
        factors.append(
            Authenticator.objects.create(user=UserFactory(), type="totp", data=data)
        )
    before = [stored(one) for one in tokens]
    settings.ENCRYPTION_KEYS = ["new", "old"]
    told = StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("rewrap_secrets", stdout=told)
    lost = f"attendance.SenceToken {tokens[1].pk}, mfa.Authenticator {factors[1].pk}"
    assert str(refused.value).endswith(f": {lost}")
    for label in ("attendance.SenceToken", "mfa.Authenticator"):
        assert f"{label}: 2 rows" in told.getvalue()
    kept = [stored(one) == old for one, old in zip(tokens, before, strict=True)]
    assert kept == [False, True, False]
    settings.ENCRYPTION_KEYS = ["new"]
    readable = [SenceToken.objects.get(pk=one.pk).readable for one in tokens]
    assert readable == [True, False, True]
    for factor, key in zip(factors, written_with, strict=True):
        factor.refresh_from_db()
        settings.ENCRYPTION_KEYS = ["lost" if key == "lost" else "new"]
        assert decrypt(factor.data["secret"]) == "x"
