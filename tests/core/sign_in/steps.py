"""Steps of signing in that several tests take."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from otec_portal.core.encryption import encrypt
from otec_portal.core.models import Role, User
from otec_portal.core.sign_in.second_factor import TOTP
from tests.authenticator import PERIOD, code_of
from tests.factories import NOW, PASSWORD, TOTP_SECRET
from tests.factories.core import MembershipFactory

LOGIN = "/ingresar/"
ENROL = "/mi-cuenta/segundo-factor/activar/"
OnCommit = Callable[..., AbstractContextManager[list[object]]]
STEP = timedelta(seconds=PERIOD)


def user_as(role: Role, **more: object) -> User:
    body = {"training_body": None} if role == Role.REGIONAL_OFFICE else {}
    made: User = MembershipFactory(role=role, **body, **more).user
    return made


def sign_in(user: User, client: Client | None = None) -> Client:
    client = client or Client()
    client.post(LOGIN, {"username": user.rut, "password": PASSWORD})
    return client


def enrolled(user: User) -> Authenticator:
    return Authenticator.objects.create(
        user=user, type=TOTP, data={"secret": encrypt(TOTP_SECRET)}
    )


def enrol(client: Client, *, at: datetime = NOW) -> str:
    """Scan the QR and type the first code; return the secret."""
    page = client.get(ENROL)
    secret: str = page.context["form"].secret
    answer = client.post(ENROL, {"code": code_of(secret, at=at)})
    assert answer.status_code == 302, answer.context["form"].errors
    return secret


def answer_code(client: Client, code: str) -> int:
    return client.post(reverse("mfa_authenticate"), {"code": code}).status_code


def is_in(client: Client) -> bool:
    return client.get(reverse("account")).status_code == 200
