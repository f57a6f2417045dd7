"""The house keeps its own rules: rooms, names on the wire, evidence, diagrams."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, TypeGuard

import pytest
from django.apps import apps
from django.db import connection, models

from otec_portal.core.append_only import AppendOnlyModel
from otec_portal.core.models import TrainingBody
from otec_portal.core.regions import REGION_CHOICES
from otec_portal.core.workflow import Stateful

ROOT = Path(__file__).parents[1]
OWN_APPS = ("core", "courses", "attendance", "certificates", "liquidation")
WIRE_NAMES = re.compile(
    r"\b(RutOtec|CodSence|CodigoCurso|LineaCapacitacion|RunAlumno|IdSesionAlumno"
    r"|IdSesionSence|UrlRetoma|UrlError|FechaHora|ZonaHoraria|GlosaError)\b"
)


def _own_models() -> list[type[models.Model]]:
    return [
        model for app in OWN_APPS for model in apps.get_app_config(app).get_models()
    ]


def _code(pattern: str) -> list[Path]:
    rooms = ("otec_portal", "courses", "attendance", "certificates", "liquidation")
    return [path for room in rooms for path in (ROOT / room).rglob(pattern)]


def test_layers_imports_run_downward_only() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run(
        [str(lint), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout


def test_modules_of_the_composition_all_stand_in_a_layer() -> None:
    """`lint-imports` asks nothing of one that isn't listed."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    layers = contracts["importlinter"]["contracts"][0]["layers"]
    listed = {one.strip() for layer in layers for one in layer.split("|")}
    there = {
        f"otec_portal.{path.stem}"
        for path in (ROOT / "otec_portal").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    data = {"otec_portal.__init__", "otec_portal.settings", "otec_portal.formats"}
    assert there - data == {one for one in listed if one.startswith("otec_portal")}


def _string_and_name_hits(path: Path) -> list[str]:
    """Uses of a wire name as code or data; docstrings may speak of it."""
    prose = re.compile(r'""".*?"""|#[^\n]*', re.DOTALL)
    return WIRE_NAMES.findall(prose.sub("", path.read_text()))


def _what_runs() -> list[Path]:
    """Code, pages, and what the browser and a person's shell run."""
    scripts = [one for one in (ROOT / "bin").iterdir() if one.is_file()]
    pages = (ROOT / "templates").rglob("*.html")
    return [*_code("*.py"), *pages, *(ROOT / "static/js").rglob("*.js"), *scripts]


def test_wire_names_are_looked_for_in_all_that_runs() -> None:
    kinds = {one.suffix for one in _what_runs()}
    assert kinds >= {".py", ".html", ".js", ".sh", ""}


def test_wire_names_stand_in_their_room_only() -> None:
    allowed = (ROOT / "attendance/sence", ROOT / "attendance/simulator")
    strangers = {
        str(path.relative_to(ROOT)): hits
        for path in _what_runs()
        if not path.is_relative_to(allowed[0]) and not path.is_relative_to(allowed[1])
        if (hits := _string_and_name_hits(path))
    }
    assert strangers == {}


@pytest.mark.parametrize("model", _own_models(), ids=lambda model: model._meta.label)
def test_moments_and_their_authors_go_together(model: type[models.Model]) -> None:
    """A `<deed>_by` beside a `<deed>_at` is held together by a constraint."""
    names = {field.name for field in model._meta.concrete_fields}
    pairs = [
        name[:-3]
        for name in names
        if name.endswith("_at") and f"{name[:-3]}_by" in names
    ]
    checks = _checks(model)
    assert [pair for pair in pairs if not _held_together(pair, checks)] == []


def _held_together(pair: str, checks: list[models.CheckConstraint]) -> bool:
    """Whether one constraint speaks of both: each may stand in another's by chance."""
    return any(
        all(
            re.search(rf"'{pair}_{half}\b", str(constraint.deconstruct()))
            for half in ("at", "by")
        )
        for constraint in checks
    )


def test_moment_and_author_in_two_constraints_are_not_held_together() -> None:
    by, at = models.Q(done_by="x"), models.Q(done_at=None)
    apart = [models.CheckConstraint(name=str(one), condition=one) for one in (by, at)]
    assert not _held_together("done", apart)
    both = models.CheckConstraint(name="both", condition=by | at)
    assert _held_together("done", [both])


def _checks(model: type[models.Model]) -> list[models.CheckConstraint]:
    return [
        constraint
        for constraint in model._meta.constraints
        if isinstance(constraint, models.CheckConstraint)
    ]


# rows that hang on a training body and are never listed by it: one-row parts of a
# receipt, and what core itself narrows (memberships, audit trail, mail)
OF_ANOTHER_ROW = {"Decision", "BrowserReturn", "Review"}
NARROWED_BY_CORE = {"Membership", "AuditEntry", "OutgoingEmail"}


def _reaches_a_training_body(model: type[models.Model]) -> bool:
    keys = [one for one in model._meta.concrete_fields if one.remote_field]
    targets = [key.related_model for key in keys]
    return any(
        target is TrainingBody or hasattr(target, "TENANT_PATH") for target in targets
    )


def test_rows_that_reach_a_training_body_say_by_which_path() -> None:
    """Whatever hangs on a training body can be narrowed to one."""
    pathless = {
        model.__name__
        for model in _own_models()
        if _reaches_a_training_body(model) and not hasattr(model, "TENANT_PATH")
    }
    assert pathless == OF_ANOTHER_ROW | NARROWED_BY_CORE


@pytest.mark.parametrize(
    "model",
    [model for model in _own_models() if hasattr(model, "TENANT_PATH")],
    ids=lambda model: model._meta.label,
)
def test_path_to_the_training_body_leads_there(model: Any) -> None:
    current: Any = model
    for part in model.TENANT_PATH.split("__"):
        current = current._meta.get_field(part).related_model
    assert current is TrainingBody
    if model.REGION_PATH:
        *steps, last = model.REGION_PATH.split("__")
        current = model
        for part in steps:
            current = current._meta.get_field(part).related_model
        assert current._meta.get_field(last).choices == REGION_CHOICES


@pytest.mark.parametrize("model", _own_models(), ids=lambda model: model._meta.label)
def test_constraints_are_named_by_their_room(model: type[models.Model]) -> None:
    app = model._meta.app_label
    strangers = [
        constraint.name
        for constraint in model._meta.constraints
        if not re.fullmatch(rf"{app}_[a-z0-9_]+", constraint.name)
    ]
    assert strangers == []


@pytest.mark.parametrize("model", _own_models(), ids=lambda model: model._meta.label)
def test_constraints_say_in_spanish_what_is_wrong(model: type[models.Model]) -> None:
    """Nobody reads «No se cumple la restricción “courses_…”»."""
    silent = [
        constraint.name
        for constraint in model._meta.constraints
        if constraint.violation_error_message
        == type(constraint).default_violation_error_message
    ]
    assert silent == []


def test_lower_rooms_name_no_address_of_a_room_above() -> None:
    """A name in quotes is knowledge too, though no import shows it."""
    above = {
        "otec_portal/core": r"(courses|attendance|certificates|liquidation)",
        "courses": r"(attendance|certificates|liquidation)",
        "attendance": r"(certificates|liquidation)",
    }
    strangers = {
        str(path.relative_to(ROOT)): hits
        for room, names in above.items()
        for path in (ROOT / room).rglob("*.py")
        if (hits := re.findall(rf"reverse(?:_lazy)?\(\s*\"{names}:", path.read_text()))
    }
    assert strangers == {}


@pytest.mark.django_db
def test_append_only_models_all_have_their_triggers() -> None:
    """C10: a migration that rebuilds a table must not lose what protects it."""
    tables = [
        model._meta.db_table
        for model in apps.get_models()
        if issubclass(model, AppendOnlyModel)
    ]
    assert tables
    wanted = {(table, event) for table in tables for event in ("UPDATE", "DELETE")}
    assert wanted - _guarded() == set()


def _guarded() -> set[tuple[str, str]]:
    """Each table with each event before which a trigger refuses it."""
    query = {
        "postgresql": (
            "SELECT relname, event FROM pg_trigger"
            " JOIN pg_class ON pg_class.oid = tgrelid"
            " JOIN (VALUES (8, 'DELETE'), (16, 'UPDATE')) AS events (bit, event)"
            " ON tgtype::int & bit > 0"
            " WHERE tgname LIKE '%append_only' AND tgenabled <> 'D'"
        ),
        "sqlite": (
            "SELECT tbl_name, CASE WHEN sql LIKE '%BEFORE UPDATE ON%' THEN 'UPDATE'"
            " WHEN sql LIKE '%BEFORE DELETE ON%' THEN 'DELETE' ELSE 'INSERT' END"
            " FROM sqlite_master"
            " WHERE type = 'trigger' AND name LIKE '%append_only%'"
        ),
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {(table, event) for table, event in cursor.fetchall()}


@pytest.mark.django_db
def test_table_that_lost_one_of_its_guards_is_told() -> None:
    """C10: the test above is able to fail."""
    table = "attendance_receipt"
    assert {(table, "UPDATE"), (table, "DELETE")} <= _guarded()
    lost = {
        "postgresql": [
            f"DROP TRIGGER {table}_append_only ON {table}",
            (
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table}"
                f" FOR EACH ROW EXECUTE FUNCTION {table}_refuse_change()"
            ),
        ],
        "sqlite": [f"DROP TRIGGER {table}_append_only_delete"],
    }[connection.vendor]
    with connection.cursor() as cursor:
        for statement in lost:
            cursor.execute(statement)
    assert (table, "UPDATE") in _guarded()
    assert (table, "DELETE") not in _guarded()


@pytest.mark.parametrize("model", Stateful.__subclasses__(), ids=lambda m: m.__name__)
def test_state_diagram_is_the_models_table(model: type[Stateful]) -> None:
    """E11: what docs/states draws is what the code allows."""
    pages = [p.read_text() for p in (ROOT / "docs/states").glob("*.md")]
    page = next(page for page in pages if f"`{model._meta.label}`" in page)
    drawn = set(re.findall(r"^\s+(\w+) --> (\w+): (\w+)$", page, re.MULTILINE))
    table = {
        (str(source), str(target), name)
        for name, (sources, target) in model.TRANSITIONS.items()
        for source in sources
    }
    assert drawn == table


def test_states_are_moved_by_the_workflow_only() -> None:
    """No `update(state=…)` and no assignment to `.state` beside core/workflow.py."""
    strangers = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in _code("*.py")
        if path.name != "workflow.py"
        and "migrations" not in path.parts
        and "simulator" not in path.parts
        for node in ast.walk(ast.parse(path.read_text()))
        if _moves_a_state(node)
    ]
    assert strangers == []


def _moves_a_state(node: ast.AST) -> TypeGuard[ast.stmt | ast.expr]:
    match node:
        case ast.Assign(targets=targets):
            return any(_is_state(one) for target in targets for one in ast.walk(target))
        case ast.AnnAssign(target=target) | ast.AugAssign(target=target):
            return _is_state(target)
        case ast.Call():
            return _call_moves_a_state(node)
        case _:
            return False


def _call_moves_a_state(call: ast.Call) -> bool:
    words = {word.arg: word.value for word in call.keywords}
    match call:
        case ast.Call(func=ast.Attribute(attr="update")):
            told = words.get(None)
            return "state" in words or (told is not None and _names_state(told))
        case ast.Call(func=ast.Attribute(attr="bulk_update"), args=args):
            return any(_names_state(one) for one in [*args[1:], *words.values()])
        case ast.Call(func=ast.Attribute(attr="bulk_create")):
            fields = words.get("update_fields")
            return fields is not None and _names_state(fields)
        case ast.Call(func=ast.Name(id="setattr"), args=[_, ast.Constant("state"), _]):
            return True
        case _:
            return False


def _names_state(node: ast.AST) -> bool:
    """Whether `"state"` stands in it as a name, and not as the value of another."""
    values = {
        id(one)
        for found in ast.walk(node)
        if isinstance(found, ast.Dict)
        for one in found.values
    }
    return any(
        isinstance(one, ast.Constant) and one.value == "state" and id(one) not in values
        for one in ast.walk(node)
    )


def _is_state(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "state"


@pytest.mark.parametrize(
    ("moves", "line"),
    [
        (True, "session.state = 'open'"),
        (True, "a, session.state = 1, 2"),
        (True, "rows.filter(x=f(1)).update(at=f(now), state='open')"),
        (True, "setattr(session, 'state', 'open')"),
        (True, "rows.update(**{'state': 'open'})"),
        (True, "Row.objects.bulk_update(rows, ['at', 'state'])"),
        (True, "Row.objects.bulk_update(rows, fields=['state'])"),
        (True, "Row.objects.bulk_create(rows, update_fields=['state'])"),
        (False, "state = session.state == 'open'"),
        (False, "rows.update(**{'kind': 'state'})"),
        (False, "Row.objects.bulk_update(rows, ['at'])"),
        (False, "Row.objects.bulk_create(rows)"),
        (False, "rows.filter(state='open').update(at=now)"),
    ],
)
def test_move_of_a_state_is_recognised(moves: bool, line: str) -> None:
    assert any(_moves_a_state(node) for node in ast.walk(ast.parse(line))) == moves


def _settings_of_the_readme() -> set[str]:
    readme = (ROOT / "README.md").read_text()
    return set(re.findall(r"^\| `([A-Z_]+)` \|", readme, re.MULTILINE))


def test_settings_are_all_listed_in_the_readme() -> None:
    read = set()
    for path in (ROOT / "otec_portal/settings").glob("*.py"):
        read |= set(re.findall(r"env(?:\.\w+)?\(\s*\"([A-Z_]+)\"", path.read_text()))
    assert read == _settings_of_the_readme()


def test_settings_are_all_handed_on_by_the_compose_file() -> None:
    """But for where the image keeps its data, and what only dev settings read."""
    compose = (ROOT / "docker-compose.yml").read_text()
    portal = compose.partition("x-portal:")[2].partition("\nx-")[0]
    handed_on = set(re.findall(r"^    ([A-Z_]+):", portal, re.MULTILINE))
    assert handed_on == _settings_of_the_readme() - {"DATA_DIR", "DEBUG"}


def test_choices_are_those_of_the_wire() -> None:
    from attendance.sence import wire
    from courses.models import Environment, Line

    assert {line.value for line in Line} == {line.value for line in wire.Line}
    assert {one.value for one in Environment} == {wire.TEST, wire.PRODUCTION}


def test_templates_give_their_parts_only_what_they_need() -> None:
    """What a part gets stands where it is included."""
    open_handed = {
        path.name: found
        for path in (ROOT / "templates").rglob("*.html")
        if (found := re.findall(r"{% include (?:(?!only %}|%}).)*%}", path.read_text()))
    }
    assert open_handed == {}
