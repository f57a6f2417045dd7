"""Very many rows at once: as many as were asked for, and such as the portal makes."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F

from attendance.models import Decision, SenceSession
from courses.models import Enrolment, Participant, TrainingAction
from otec_portal.core import rut
from otec_portal.core.folding import fold
from otec_portal.core.models import TrainingBody, User
from otec_portal.demo import cast
from otec_portal.demo.mass import ADMIN_RUT, BIG_BODY_RUT, Size
from tests.conftest import browser_of

pytestmark = pytest.mark.django_db(transaction=True)


def make(**numbers: int) -> str:
    out = StringIO()
    call_command("make_load", stdout=out, **numbers)
    return out.getvalue()


@pytest.mark.postgresql
@pytest.mark.usefixtures("postgresql")
class TestLoad:
    def test_load_has_as_many_rows_as_were_asked_for(self) -> None:
        said = make(actions=400, bodies=5)
        assert TrainingBody.objects.count() == 5
        assert TrainingAction.objects.count() == 400
        assert Enrolment.objects.count() == 4000
        assert SenceSession.objects.count() == pytest.approx(12_000, rel=0.1)
        assert "4000 enrolments" in said
        assert ADMIN_RUT in said

    def test_load_has_one_big_training_body_and_small_ones(self) -> None:
        make(actions=400, bodies=5)
        of_each = [
            TrainingAction.objects.filter(course__training_body=body).count()
            for body in TrainingBody.objects.order_by("pk")
        ]
        assert TrainingBody.objects.earliest("pk").rut == BIG_BODY_RUT
        assert of_each[0] == 400 * 0.4
        assert of_each == sorted(of_each, reverse=True)

    def test_rows_of_the_load_are_such_as_the_portal_makes(self) -> None:
        make(actions=100, bodies=3)
        for person in Participant.objects.all():
            assert rut.normalise(person.run) == person.run
            assert person.name_folded == fold(person.full_name)
        assert not Enrolment.objects.exclude(
            participant__training_body=F("action__course__training_body")
        ).exists()
        assert Decision.objects.count() <= SenceSession.objects.count()
        used = TrainingAction.objects.exclude(production_used_at=None)
        there = SenceSession.objects.filter(environment="production")
        assert set(used) == set(
            TrainingAction.objects.filter(enrolments__sence_sessions__in=there)
        )

    def test_admin_of_the_load_signs_in_and_sees_home_and_search(self) -> None:
        make(actions=100, bodies=2)
        admin = User.objects.get(rut=ADMIN_RUT)
        assert admin.check_password(cast.PASSWORD)
        client = browser_of(admin)
        assert client.get("/").status_code == 200
        found = client.get("/cursos/?programa=3").context["list"]
        assert found.page.paginator.count > 0

    def test_load_made_twice_is_refused(self) -> None:
        make(actions=10, bodies=2)
        with pytest.raises(CommandError, match="already"):
            make(actions=10, bodies=2)

    @pytest.mark.parametrize("name", Size.__dataclass_fields__)
    def test_load_of_nothing_is_refused(self, name: str) -> None:
        with pytest.raises(CommandError, match="1 or more"):
            make(**{name: 0})


def test_load_with_production_settings_is_refused(settings: Any) -> None:
    settings.DEMO_ALLOWED = False
    with pytest.raises(CommandError, match="known passwords"):
        make()


def test_load_on_another_database_is_refused(monkeypatch: Any) -> None:
    monkeypatch.setattr(connection, "vendor", "sqlite")
    with pytest.raises(CommandError, match="PostgreSQL"):
        make()
