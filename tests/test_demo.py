"""The fictional training body: the same however often it is loaded."""

import json
import os
import re
import shutil
import socket
import subprocess
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client

from attendance.models import SenceSession, SenceToken, SessionState
from attendance.sence.outgoing import NotSendable
from attendance.services.sessions import start
from attendance.services.tokens import revoke_token
from courses.models import Enrolment, Line, Participant, TrainingAction
from courses.roster import uploads
from courses.roster.read import read_roster
from otec_portal.core import rut
from otec_portal.core.models import Role, User
from otec_portal.demo import cast, second_body
from otec_portal.demo.roster import ACTION_CODE
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def _load() -> str:
    out = StringIO()
    call_command("load_demo", "--json", stdout=out)
    return out.getvalue()


def test_demo_loaded_twice_is_the_same(stopped_clock: object) -> None:
    first = _load()
    count = Enrolment.objects.count()
    assert _load() == first
    assert Enrolment.objects.count() == count


def test_demo_as_json_has_the_shape_that_other_programs_start_from(
    stopped_clock: object,
) -> None:
    loaded = json.loads(_load())
    assert set(loaded) == {"training_body", "actions", "operators"}
    assert set(loaded["training_body"]) == {"rut", "name", "token"}
    assert {action["line"] for action in loaded["actions"]} == {1, 3}
    for action in loaded["actions"]:
        assert set(action) == {
            "action_code",
            "sence_code",
            "line",
            "environment",
            "participants",
        }
        for person in action["participants"]:
            assert set(person) == {"run", "name", "launch_url"}
            assert rut.normalise(person["run"]) == person["run"]
    for operator in loaded["operators"]:
        assert set(operator) == {"rut", "role", "password"}
        user = User.objects.get(rut=operator["rut"])
        assert user.check_password(operator["password"])


def test_demo_participants_can_all_start_unless_exempt(stopped_clock: object) -> None:
    """The demo's own data passes the preflight: nothing in it would SENCE refuse."""
    _load()
    for enrolment in Enrolment.objects.filter(exempt=False).exclude(
        action__environment="production"
    ):
        try:
            start(enrolment, now=NOW)
        except NotSendable as refused:
            pytest.fail(f"{enrolment}: {refused.message}")
    assert not SenceSession.objects.exclude(state=SessionState.STARTING).exists()
    assert SenceSession.objects.filter(
        line=Line.SOCIAL_PROGRAMMES, sence_code=""
    ).exists()


def test_demo_link_opens_the_course(stopped_clock: object) -> None:
    url = json.loads(_load())["actions"][0]["participants"][0]["launch_url"]
    answer = Client().get(url.removeprefix("https://portal.example"), follow=True)
    assert answer.status_code == 200
    assert "Iniciar sesión SENCE" in answer.content.decode()


@pytest.mark.parametrize("operator", cast.OPERATORS, ids=lambda one: one.full_name)
def test_demo_operator_signs_in_with_rut_and_password_alone(
    operator: cast.Operator, stopped_clock: object, settings: object
) -> None:
    """As dev settings have it: the second factor is offered, not asked for."""
    settings.SECOND_FACTOR_REQUIRED = False  # type: ignore[attr-defined]
    _load()
    client = Client()
    client.post("/ingresar/", {"username": operator.rut, "password": cast.PASSWORD})
    page = "/" if operator.role else "/administracion/"
    assert client.get(page).status_code == 200


def test_demo_people_have_numbers_that_nobody_bears() -> None:
    """Natural persons' RUNs are far below 40 million."""
    _load()
    numbers = [
        int(one.split("-")[0])
        for one in Participant.objects.values_list("run", flat=True)
    ]
    assert min(numbers) > 40_000_000


def test_demo_with_production_settings_is_refused(settings: object) -> None:
    settings.DEMO_ALLOWED = False  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match="known passwords"):
        _load()


def test_demo_roster_shows_every_difference(
    tmp_path: Path, stopped_clock: object
) -> None:
    path = tmp_path / "nomina.csv"
    call_command("load_demo", "--roster", str(path), stdout=StringIO())
    action = TrainingAction.objects.get(action_code=ACTION_CODE)
    upload = uploads.keep(
        action,
        roster=read_roster(path.read_bytes()),
        filename=path.name,
        by=User.objects.get(rut=cast.OPERATORS[0].rut),
        at=NOW,
    )
    plan = uploads.plan_of(upload)
    assert plan.counts == {"new": 2, "changed": 1, "equal": 2, "wrong": 1}
    assert len(plan.gone) == 2


def test_demo_administrator_of_the_second_body_chooses_where_to_act(
    stopped_clock: object,
) -> None:
    _load()
    admin = User.objects.get(rut=second_body.ADMIN.rut)
    assert admin.check_password(cast.PASSWORD)
    assert set(admin.memberships.values_list("training_body__name", "role")) == {
        (second_body.BODY[1], Role.NATIONAL_ADMIN),
        (cast.BODY_NAME, Role.FACILITATOR),
    }


def test_demo_script_names_the_second_administrator() -> None:
    script = (settings.ROOT_DIR / "bin/demo").read_text()
    assert f"RUT {second_body.ADMIN.rut} " in script


def test_demo_takes_no_setting_from_the_shell_but_its_own_three() -> None:
    """Whatever the README lists is unset, or set by the demo itself."""
    script = (settings.ROOT_DIR / "bin/demo").read_text()
    readme = (settings.ROOT_DIR / "README.md").read_text()
    listed = set(re.findall(r"^\| `([A-Z_]+)` \|", readme, re.MULTILINE))
    unset = re.search(r"^unset ((?:.*\\\n)*.*)$", script, re.MULTILINE)
    assert unset
    gone = set(unset.group(1).replace("\\", " ").split())
    own = {"DATA_DIR", "PORTAL_BASE_URL", "SENCE_BASE_URL"}
    assert gone | own == listed
    assert all(f"export {name}=" in script for name in own)


def demo_script(folder: Path, **environment: str) -> str:
    """Run bin/demo up to the point where it begins to install; return what it says."""
    (folder / "bin").mkdir()
    shutil.copy(settings.ROOT_DIR / "bin/demo", folder / "bin")
    (folder / "bin/lib.sh").write_text(
        "ensure_python() { :; }\nPDF_PACKAGES=()\n"
        "ensure_system() { echo would install; exit; }\n"
    )
    done = subprocess.run(
        [folder / "bin/demo"],
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "choose another: SENCE_PORT=… ./bin/demo"),
        ({"SENCE_BASE_URL": "http://localhost:9000"}, "would install"),
    ],
)
def test_demo_claims_the_simulators_port_only_where_it_starts_one(
    tmp_path: Path, environment: dict[str, str], expected: str
) -> None:
    with socket.socket() as taken, socket.socket() as free:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        free.bind(("127.0.0.1", 0))
        ports = {
            "SENCE_PORT": str(taken.getsockname()[1]),
            "PORT": str(free.getsockname()[1]),
        }
        free.close()
        said = demo_script(tmp_path, **ports, **environment)
    assert expected in said


def test_demo_whose_token_was_revoked_adds_it_again(stopped_clock: object) -> None:
    """What it prints, and what the simulator knows, is a token that is in use."""
    printed = json.loads(_load())["training_body"]["token"]
    token = SenceToken.objects.get(training_body__rut=cast.BODY_RUT)
    revoke_token(token, by=User.objects.get(rut=cast.OPERATORS[0].rut), at=NOW)
    assert json.loads(_load())["training_body"]["token"] == printed
    usable = SenceToken.objects.filter(training_body__rut=cast.BODY_RUT).usable()
    assert [one.secret for one in usable] == [printed]
    _load()
    assert usable.count() == 1
