"""The fictional training body: the same however often it is loaded."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from attendance.models import SenceSession, SenceToken, SessionState
from attendance.percentages import with_per_cent
from attendance.reconciliation.read import read_export
from attendance.sence.outgoing import NotSendable
from attendance.services import reconciliation
from attendance.services.sessions import start
from attendance.services.tokens import revoke_token
from courses.models import (
    Course,
    Enrolment,
    Environment,
    Line,
    Participant,
    TrainingAction,
)
from courses.roster import uploads
from courses.roster.read import read_roster
from courses.services import EnvironmentIsFinal, switch_environment
from liquidation.gca_list import as_text, read
from liquidation.models import Packet, Paper
from liquidation.plan import Outcome, make_plan
from liquidation.services.packets import missing_in
from otec_portal.core import rut, sealed
from otec_portal.core.audit import record
from otec_portal.core.models import Membership, Role, TrainingBody, User
from otec_portal.core.uploads import accept
from otec_portal.demo import cast, packets, second_body, sence_files
from otec_portal.demo.attendance import BY_THEMSELVES, WITH_CLASSES
from otec_portal.demo.load import load
from otec_portal.demo.paper import page_of
from otec_portal.demo.roster import ACTION_CODE
from tests.factories import NOW

pytestmark = pytest.mark.django_db


ROOT = Path(__file__).parents[1]


def _load() -> str:
    out = StringIO()
    call_command("load_demo", "--json", stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_action_that_was_certified_keeps_its_dates() -> None:
    """Its certificate says them; the others move with the days."""
    call_command("load_demo")
    first, second = TrainingAction.objects.order_by("pk")[:2]
    old = first.starts_on - timedelta(days=300)
    closed = TrainingAction.objects.filter(pk=first.pk)
    closed.update(starts_on=old, frozen_at=timezone.now())
    TrainingAction.objects.filter(pk=second.pk).update(starts_on=old)
    call_command("load_demo")
    assert closed.get().starts_on == old
    assert TrainingAction.objects.get(pk=second.pk).starts_on != old


def test_mail_of_the_demo_is_kept_whole_where_it_says(tmp_path: Path) -> None:
    """Logs mask the links that mail is about: it must not go there."""
    link = "http://127.0.0.1:8000/clave/nueva/1-abc/"
    send = (
        "import django; django.setup()\n"
        "from django.core.mail import send_mail\n"
        f"send_mail('Invitación', '{link}', None, ['ana@otec.example'])"
    )
    given = {name: value for name, value in os.environ.items() if name != "EMAIL_URL"}
    subprocess.run(
        [sys.executable, "-c", send],
        cwd=ROOT,
        env=given
        | {
            "DJANGO_SETTINGS_MODULE": "otec_portal.settings.dev",
            "DATA_DIR": str(tmp_path),
        },
        check=True,
    )
    (kept,) = (tmp_path / "mail").iterdir()
    assert link in kept.read_text(encoding="utf-8")
    for text in ("bin/demo", "README.md"):
        assert "var/mail" in (ROOT / text).read_text(encoding="utf-8")


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
    tried = SenceSession.objects.exclude(environment=Environment.PRODUCTION)
    assert not tried.exclude(state=SessionState.STARTING).exists()
    assert SenceSession.objects.filter(
        line=Line.SOCIAL_PROGRAMMES, sence_code=""
    ).exists()


def test_action_of_the_demo_with_production_sessions_stays_there() -> None:
    """protocol.md, "Addresses": its records can never be deleted at SENCE."""
    _load()
    admin = User.objects.get(rut=cast.OPERATORS[0].rut)
    used = TrainingAction.objects.filter(
        enrolments__sence_sessions__environment=Environment.PRODUCTION
    ).distinct()
    assert used.count() == 2
    for action in used:
        with pytest.raises(EnvironmentIsFinal):
            switch_environment(action, to=Environment.TEST, by=admin, at=timezone.now())


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


def _action_with_classes() -> TrainingAction:
    return TrainingAction.objects.get(action_code=WITH_CLASSES)


def test_demo_attendance_counts_in_every_way(stopped_clock: object) -> None:
    """Over and under the threshold, by an adjustment, never; in lines 1 and 3."""
    _load()
    for code, lines in ((WITH_CLASSES, 3), (BY_THEMSELVES, 1)):
        action = TrainingAction.objects.get(action_code=code)
        assert action.line == lines
        assert SenceSession.objects.counting().filter(enrolment__action=action).exists()
    everybody = with_per_cent(Enrolment.objects.filter(action=_action_with_classes()))
    found = everybody.order_by("participant__run").values_list("per_cent", flat=True)
    assert list(found) == [97, 77, 76, 38, 0]


def test_demo_attendance_is_made_once(stopped_clock: object) -> None:
    """The second start, days later, moves no mark."""
    load(now=NOW)
    before = list(SenceSession.objects.order_by("pk").values())
    load(now=NOW + timedelta(days=9))
    assert list(SenceSession.objects.order_by("pk").values()) == before


def test_demo_export_of_sence_shows_every_difference(stopped_clock: object) -> None:
    body = load(now=NOW)
    data = sence_files.detail(body)
    export = read_export(data)
    assert export.problems == []
    upload = reconciliation.keep(
        _action_with_classes(),
        export=export,
        content=data,
        filename="conectividad.csv",
        run="",
        whole=True,
        by=User.objects.get(rut=cast.OPERATORS[0].rut),
        at=NOW,
    )
    seen_by = Membership.objects.get(user=upload.by)
    counts = reconciliation.plan_of(upload, seen_by=seen_by, at=NOW).counts()
    sessions = SenceSession.objects.filter(enrolment__action=upload.action).count()
    assert counts == {
        "equal": sessions - 3,
        "different": 2,
        "only_ours": 1,
        "only_theirs": 1,
        "gone": 0,
    }


def test_demo_list_of_gca_shows_every_outcome(stopped_clock: object) -> None:
    body = load(now=NOW)
    plan = make_plan(_action_with_classes(), read(as_text(sence_files.gca_list(body))))
    assert plan.counts == {Outcome.CHANGES: 2, Outcome.EQUAL: 2, Outcome.WRONG: 1}
    assert len(plan.absent) == 1
    assert [bool(one.note) for one in plan.rows] == [False, True, False, False, False]


def test_demo_document_is_one_that_the_portal_takes() -> None:
    assert accept(page_of("Documento ficticio")).pages == 1


def test_demo_files_are_written_where_they_are_wanted(
    tmp_path: Path, stopped_clock: object
) -> None:
    paths = {"--sence-export": tmp_path / "a.csv", "--gca-list": tmp_path / "b.html"}
    given = [str(one) for pair in paths.items() for one in pair]
    call_command("load_demo", *given, stdout=StringIO())
    assert all(path.stat().st_size for path in paths.values())


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
    assert f"RUT {rut.display(second_body.ADMIN.rut)} " in script


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


def _edit(action: TrainingAction) -> Participant:
    """Do as its operators do between two starts; return whom they took away."""
    admin = User.objects.get(rut=cast.OPERATORS[0].rut)
    Course.objects.filter(pk=action.course_id).update(
        name="Otro nombre", sence_code="1238099777"
    )
    TrainingAction.objects.filter(pk=action.pk).update(
        action_code="6799999", ends_on=action.ends_on - timedelta(days=16)
    )
    action.refresh_from_db()
    record(
        "courses.action_changed",
        at=NOW,
        by=admin,
        training_body=action.course.training_body,
        target=action,
    )
    TrainingBody.objects.filter(rut=cast.BODY_RUT).update(name="Los Alerces Limitada")
    revoke_token(
        SenceToken.objects.get(training_body__rut=cast.BODY_RUT), by=admin, at=NOW
    )
    gone = action.enrolments.exclude(
        pk__in=SenceSession.objects.values("enrolment")
    ).latest("pk")
    gone.delete()
    return gone.participant


def test_demo_that_was_edited_starts_again_as_it_was_left(
    stopped_clock: object,
) -> None:
    """Names, codes, dates, a token, a participant: nothing is undone or made twice."""
    _load()
    action = TrainingAction.objects.get(action_code=cast.ACTIONS[0].action_code)
    gone = _edit(action)
    kept = {
        model: list(model.objects.order_by("pk").values())
        for model in (TrainingBody, Course, Enrolment, Participant, SenceToken)
    }
    shown = json.loads(_load())
    assert kept == {
        model: list(model.objects.order_by("pk").values()) for model in kept
    }
    assert shown["actions"][0]["action_code"] == "6799999"
    people = [one["run"] for one in shown["actions"][0]["participants"]]
    assert people
    assert gone.run not in people
    before = action.ends_on
    action.refresh_from_db()
    assert action.ends_on == before


def test_demo_has_a_packet_that_lacks_something_and_a_complete_one() -> None:
    """What is complete can be opened, and stays complete on another day."""
    load(now=NOW)
    states = dict(Packet.objects.values_list("actions__action_code", "state"))
    assert states == {WITH_CLASSES: "draft", packets.ACTION_CODE: "ready"}
    for paper in Paper.objects.all():
        assert sealed.opened(paper.key).read().startswith(b"%PDF")
    later = NOW + timedelta(days=9)
    load(now=later)
    complete = Packet.objects.get(state="ready")
    assert missing_in(complete, at=later) == []
    assert missing_in(Packet.objects.get(state="draft"), at=later)
