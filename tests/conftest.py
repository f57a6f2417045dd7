"""What all tests share: the fixed cast, a stopped clock, SQLite that can be emptied."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from subprocess import DEVNULL

import pytest
import redis
import time_machine
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core.cache import cache
from django.core.management.color import Style
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations
from django.test import Client
from redis.backoff import ConstantBackoff
from redis.retry import Retry

from courses.access import personal_link
from courses.models import Enrolment
from otec_portal.core.append_only import AppendOnlyModel, triggers_sql
from otec_portal.core.encryption import encrypt
from otec_portal.core.models import Membership, Role, TrainingBody, User
from otec_portal.core.sign_in.middleware import first_in_a_while
from otec_portal.core.sign_in.second_factor import SESSION_KEY, TOTP
from tests.factories import NOW, TOTP_SECRET
from tests.factories.core import MembershipFactory, TrainingBodyFactory, UserFactory
from tests.factories.courses import EnrolmentFactory

pytest_plugins = ["tests.require_all"]


def _append_only_tables() -> list[str]:
    return [
        model._meta.db_table
        for model in apps.get_models()
        if issubclass(model, AppendOnlyModel)
    ]


@pytest.fixture(scope="session", autouse=True)
def _evidence_can_be_emptied() -> Iterator[None]:
    """Between tests tables are emptied, which evidence refuses: lift it meanwhile.

    SQLite does it by DELETE, PostgreSQL by TRUNCATE; each within one transaction.
    """
    patch = pytest.MonkeyPatch()
    operations = type(connection.ops)
    original = operations.sql_flush

    def sql_flush(
        self: BaseDatabaseOperations, style: Style, tables: list[str], **options: bool
    ) -> list[str]:
        lifts = [_lift(table) for table in _append_only_tables()]
        make, drop = ("\n".join(part) for part in zip(*lifts, strict=True))
        return [
            *self.prepare_sql_script(drop),
            *original(self, style, tables, **options),
            *self.prepare_sql_script(make),
        ]

    patch.setattr(operations, "sql_flush", sql_flush)
    yield
    patch.undo()


def _lift(table: str) -> tuple[str, str]:
    """Return the SQL that sets up again, and the SQL that lifts, what refuses it."""
    if connection.vendor == "sqlite":
        return triggers_sql("sqlite", table)
    change = f"ALTER TABLE {table} {{}} TRIGGER {table}_append_only_truncate;"
    return change.format("ENABLE"), change.format("DISABLE")


@pytest.fixture(autouse=True)
def _counters_start_at_zero() -> None:
    cache.clear()


@pytest.fixture
def stopped_clock() -> Iterator[time_machine.Traveller]:
    """The whole process stands at NOW; `move_to` moves it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def our_body(db: None) -> TrainingBody:
    return TrainingBodyFactory(name="OTEC Nuestra")


@pytest.fixture
def rival_body(db: None) -> TrainingBody:
    """Must never see anything of ours."""
    return TrainingBodyFactory(name="OTEC Rival")


@dataclass(frozen=True)
class SignedIn:
    """A browser with somebody signed in."""

    client: Client
    membership: Membership


def sign_in(body: TrainingBody | None, role: Role, *regions: str) -> SignedIn:
    """Return a browser in which a new user acts for `body` as `role`."""
    membership = MembershipFactory(training_body=body, role=role)
    for region in regions:
        membership.regions.create(region=region)
    return SignedIn(browser_of(membership.user), membership)


def browser_of(user: User) -> Client:
    """Return a browser in which `user` has signed in, with a second factor."""
    second_factor, _ = Authenticator.objects.get_or_create(
        user=user, type=TOTP, defaults={"data": {"secret": encrypt(TOTP_SECRET)}}
    )
    client = Client()
    client.force_login(user)
    session = client.session
    session[SESSION_KEY] = second_factor.pk
    session.save()
    first_in_a_while(session)
    return client


@pytest.fixture
def admin(our_body: TrainingBody) -> SignedIn:
    return sign_in(our_body, Role.NATIONAL_ADMIN)


@pytest.fixture
def staff(db: None) -> Client:
    """A browser with somebody of the installation's own signed in."""
    return browser_of(UserFactory(is_staff=True, is_superuser=True))


@pytest.fixture
def regional_admin(our_body: TrainingBody) -> SignedIn:
    """Of the Maule (ML), where the factories put actions."""
    return sign_in(our_body, Role.REGIONAL_ADMIN, "ML")


@pytest.fixture
def facilitator(our_body: TrainingBody) -> SignedIn:
    return sign_in(our_body, Role.FACILITATOR)


@pytest.fixture
def rival(rival_body: TrainingBody) -> SignedIn:
    return sign_in(rival_body, Role.NATIONAL_ADMIN)


@pytest.fixture
def enrolment(our_body: TrainingBody) -> Enrolment:
    """A participant of a running action of our training body."""
    enrolled: Enrolment = EnrolmentFactory(action__course__training_body=our_body)
    return enrolled


def enter(client: Client, enrolment: Enrolment) -> Client:
    """Open the personal link of `enrolment` in `client`."""
    path = personal_link(enrolment).split("/", 3)[3]
    answer = client.get(f"/{path}")
    assert answer.status_code == 302
    return client


@pytest.fixture
def participant_client(enrolment: Enrolment, stopped_clock: object) -> Client:
    """The phone of the participant of `enrolment`, come in by the personal link."""
    return enter(Client(), enrolment)


@pytest.fixture
def postgresql() -> None:
    """For tests that prove something of PostgreSQL itself."""
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: set DATABASE_URL")


@pytest.fixture(scope="session")
def own_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Redis server of our own: nobody else's keys are touched.

    Only where its program isn't installed it is the one that REDIS_URL names.
    """
    program = shutil.which("redis-server")
    if program is None:
        if not (given := os.environ.get("REDIS_URL")):
            pytest.skip("needs Redis: install redis-server")
        yield given
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("redis")
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    with subprocess.Popen([*command, "--dir", str(folder)], stdout=DEVNULL) as server:
        url = f"redis://127.0.0.1:{port}/0"
        with redis.from_url(url, retry=Retry(ConstantBackoff(0.1), 50)) as client:
            client.ping()
        yield url
        server.terminate()
