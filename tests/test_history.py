"""What was done, in words, for administrators."""

import re
from pathlib import Path
from types import ModuleType

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from otec_portal.core import audit
from otec_portal.core.models import TrainingBody, User
from otec_portal.history import ROOMS as HISTORIES
from otec_portal.history import VALUES, WORDS, in_words
from tests.conftest import SignedIn
from tests.factories import NOW
from tests.factories.core import UserFactory

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[1]
ROOMS = ("otec_portal", "courses", "attendance", "certificates", "liquidation")


def deed(
    body: TrainingBody | None, action: str, by: User | None, **data: object
) -> str:
    entry = audit.record(
        action, at=NOW, by=by, training_body=body, target=UserFactory(), **data
    )
    return in_words(entry)


def test_every_deed_that_is_recorded_has_its_words() -> None:
    """A new `audit.record` needs a line in WORDS."""
    named = re.compile(
        r"\"((?:core|courses|attendance|certificates|liquidation)\.[a-z_]+)\""
    )
    recorded = {
        name
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if "migrations" not in path.parts and "record(" in path.read_text()
        for name in re.findall(
            rf"record\(\s*(?:request, )?{named.pattern}", path.read_text()
        )
    }
    own = {f"core.{name}" for name in _deeds_of_people()}
    assert recorded
    assert recorded | own <= set(WORDS)


@pytest.mark.parametrize("room", HISTORIES, ids=lambda room: room.__name__)
def test_words_of_a_deed_stand_in_its_own_room(room: ModuleType) -> None:
    own = room.__name__.rpartition(".")[0].rpartition(".")[2]
    assert room.WORDS
    assert {name.split(".")[0] for name in room.WORDS} == {own}


def test_values_of_two_rooms_are_never_called_by_the_same_name() -> None:
    assert len(VALUES) == sum(len(room.VALUES) for room in HISTORIES)


def _deeds_of_people() -> set[str]:
    services = ROOT / "otec_portal/core/services"
    text = "".join((services / f"{one}.py").read_text() for one in ("people", "offers"))
    deeds = set(re.findall(r"\brecord\(\"([a-z_]+)\"", text))
    assert {"user_invited", "offer_accepted"} <= deeds
    return deeds


@pytest.mark.parametrize(
    ("action", "data", "words"),
    [
        (
            "core.user_invited",
            {"name": "Ana Soto", "role": "facilitator"},
            "Invitó a Ana Soto como Facilitador",
        ),
        (
            "core.regions_set",
            {"name": "Ana", "regions": ["ML", "BI"]},
            "Cambió las regiones de Ana: Maule, Biobío",
        ),
        (
            "courses.environment_switched",
            {"to": "production"},
            "Pasó la acción al ambiente de producción",
        ),
        ("attendance.token_added", {}, "Agregó un token SENCE"),
        ("core.user_invited", {}, "Invitó a — como —"),
        ("core.not_known_yet", {}, "core.not_known_yet"),
        (
            "core.access_suspended",
            {"name": "{name} %s"},
            "Suspendió el acceso de {name} %s",
        ),
    ],
)
def test_deed_is_told_in_words(
    action: str, data: dict[str, object], words: str, our_body: TrainingBody
) -> None:
    assert deed(our_body, action, None, **data) == words


def test_history_is_ours_alone_newest_first_in_constant_queries(
    admin: SignedIn, our_body: TrainingBody, rival_body: TrainingBody
) -> None:
    """C1."""

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            admin.client.get(reverse("history"))
        return len(queries)

    deed(our_body, "core.renamed", admin.membership.user)
    few = count()
    for _ in range(5):
        deed(our_body, "core.renamed", UserFactory())
    deed(rival_body, "attendance.token_added", UserFactory(full_name="Rival Ajena"))
    deed(None, "core.password_set", UserFactory(full_name="De Nadie"))
    assert count() == few
    page = admin.client.get(reverse("history"))
    assert len(page.context["deeds"]) == 6
    assert "Rival Ajena" not in page.content.decode()
    assert "De Nadie" not in page.content.decode()


def test_history_without_deeds_says_what_will_be_there(admin: SignedIn) -> None:
    assert (
        "Todavía no hay nada" in admin.client.get(reverse("history")).content.decode()
    )


def test_deed_of_the_portal_itself_is_told_as_such(
    admin: SignedIn, our_body: TrainingBody
) -> None:
    deed(our_body, "attendance.token_added", None)
    assert "El portal" in admin.client.get(reverse("history")).content.decode()
